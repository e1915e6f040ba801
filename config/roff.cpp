#include "config/roff.hpp"

#include "config/value.hpp"

#include <algorithm>
#include <cctype>

namespace thunderpush {

namespace {

constexpr std::size_t line_length = 76;

// A line that begins with one of these would be a request.
std::string guarded(const std::string& line) {
  return line.starts_with('.') || line.starts_with('\'') ? "\\&" + line : line;
}

std::string capitals(std::string_view text) {
  std::string result{text};
  std::transform(
    result.begin(), result.end(), result.begin(),
    [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return result;
}

bool ends_sentence(std::string_view word) {
  return (word.ends_with('.') && !word.ends_with("..."))
         || word.ends_with(".)");
}

} // namespace

roff_page::roff_page(std::string_view name, std::string_view section,
                     std::string_view date, std::string_view source,
                     std::string_view summary) {
  line(".TH " + escaped(capitals(name)) + ' ' + std::string{section} + ' '
       + std::string{date} + " \"" + escaped(source) + '"');
  heading("NAME");
  line(escaped(name) + " \\- " + escaped(summary));
}

void roff_page::heading(std::string_view title) {
  line(".SH " + escaped(title));
}

void roff_page::subheading(std::string_view title) {
  line(".SS " + escaped(title));
}

void roff_page::paragraph(std::string_view text) {
  separate();
  words(text);
}

void roff_page::entry(std::string_view marked_head, std::string_view text) {
  line(".TP");
  line(marked_head);
  words(text);
}

void roff_page::continue_entry(std::string_view text) {
  line(".br");
  words(text);
}

void roff_page::line(std::string_view marked) {
  text_ += marked;
  text_ += '\n';
}

void roff_page::example(std::string_view text) {
  separate();
  line(".nf");
  line(".RS 4");
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    line(guarded(escaped(text.substr(0, end))));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  line(".RE");
  line(".fi");
}

std::string roff_page::escaped(std::string_view text) {
  std::string result;
  for (const auto c : text) {
    switch (c) {
    case '\\':
      result += "\\e";
      break;
    case '-':
      result += "\\-";
      break;
    case '\'':
      result += "\\(aq";
      break;
    case '"':
      result += "\\(dq";
      break;
    case '`':
      result += "\\(ga";
      break;
    case '^':
      result += "\\(ha";
      break;
    case '~':
      result += "\\(ti";
      break;
    default:
      result += c;
    }
  }
  return result;
}

std::string roff_page::bold(std::string_view text) {
  return "\\fB" + escaped(text) + "\\fR";
}

std::string roff_page::italic(std::string_view text) {
  return "\\fI" + escaped(text) + "\\fR";
}

// What comes first behind a heading has its distance already.
void roff_page::separate() {
  const auto last = text_.rfind('\n', text_.size() - 2) + 1;
  if (!std::string_view{text_}.substr(last).starts_with(".S"))
    line(".PP");
}

// A new line for each sentence, as roff wants it, and before it gets long.
void roff_page::words(std::string_view text) {
  std::string filled;
  bool is_new_sentence = false;
  for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(end);
    const auto is_full = filled.size() + word.size() >= line_length;
    if (!filled.empty() && (is_full || is_new_sentence)) {
      line(guarded(filled));
      filled.clear();
    }
    filled += (filled.empty() ? "" : " ") + escaped(word);
    is_new_sentence = ends_sentence(word);
  }
  if (!filled.empty())
    line(guarded(filled));
}

} // namespace thunderpush
