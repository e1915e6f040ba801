#include "config/program_help.hpp"

#include "config/value.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace thunderpush {

namespace {

using block = std::vector<std::string>; // lines between two empty ones

std::vector<block> blocks_of(std::string_view text) {
  std::vector<block> result(1);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!trimmed(line).empty()) {
      result.back().emplace_back(line);
    } else if (!result.back().empty()) {
      result.emplace_back();
    }
  }
  if (result.back().empty())
    result.pop_back();
  return result;
}

std::size_t indentation(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

void append_words(std::string& text, std::string_view more) {
  if (!text.empty() && !more.empty())
    text += ' ';
  text += more;
}

std::vector<help_flag> flags_of(std::string_view head) {
  std::vector<help_flag> result;
  if (!head.starts_with('-'))
    return result;
  while (!head.empty()) {
    const auto comma = std::min(head.find(", "), head.size());
    const auto spelling = head.substr(0, comma);
    const auto end = std::min(spelling.find_first_of(" ="), spelling.size());
    result.push_back(
      {std::string{spelling.substr(0, end)},
       std::string{spelling.substr(std::min(end + 1, spelling.size()))}});
    head.remove_prefix(std::min(comma + 2, head.size()));
  }
  return result;
}

// `  -p PORT, --port PORT  TCP port`: two blanks or more separate the two.
help_entry entry_of(std::string_view line) {
  const auto content = trimmed(line);
  const auto gap = std::min(content.find("  "), content.size());
  const auto head = content.substr(0, gap);
  return {flags_of(head), std::string{head},
          std::string{trimmed(content.substr(gap))}};
}

help_section list_of(const block& lines) {
  help_section result{lines.front(), {}, {}};
  result.title.pop_back();
  for (auto line = std::next(lines.begin()); line != lines.end(); ++line) {
    if (indentation(*line) <= 2 || result.entries.empty()) {
      result.entries.push_back(entry_of(*line));
    } else {
      append_words(result.entries.back().text, trimmed(*line));
    }
  }
  return result;
}

bool is_list(const block& lines) {
  return lines.size() > 1 && lines.front().ends_with(':')
         && indentation(lines.front()) == 0 && indentation(lines[1]) > 0;
}

help_section paragraph_of(const block& lines) {
  help_section result;
  for (const auto& line : lines)
    append_words(result.paragraph, trimmed(line));
  return result;
}

void read_usage(program_help& to, const block& lines) {
  constexpr std::string_view mark = "usage:";
  for (std::string_view line : lines) {
    if (line.starts_with(mark))
      line.remove_prefix(mark.size());
    const auto content = trimmed(line);
    if (to.name.empty())
      to.name = content.substr(0, content.find(' '));
    if (content.starts_with(to.name + ' ')) {
      to.usages.emplace_back(content);
    } else {
      append_words(to.usages.back(), content);
    }
  }
}

} // namespace

std::vector<help_entry> program_help::options() const {
  std::vector<help_entry> result;
  const auto add = [&result](const help_entry& one) {
    const auto is_known
      = std::any_of(result.begin(), result.end(), [&one](const auto& known) {
          return known.head == one.head;
        });
    if (!one.flags.empty() && !is_known)
      result.push_back(one);
  };
  for (const auto& section : sections)
    std::for_each(section.entries.begin(), section.entries.end(), add);
  for (const auto& command : commands) {
    const auto more = command.options();
    std::for_each(more.begin(), more.end(), add);
  }
  return result;
}

program_help parse_help(std::string_view text) {
  program_help result;
  const auto end = std::min(text.find('\f'), text.size());
  for (const auto& lines : blocks_of(text.substr(0, end))) {
    if (result.usages.empty()) {
      read_usage(result, lines);
    } else {
      result.sections.push_back(is_list(lines) ? list_of(lines)
                                               : paragraph_of(lines));
    }
  }
  for (text.remove_prefix(end); !text.empty();) {
    text.remove_prefix(1);
    const auto next = std::min(text.find('\f'), text.size());
    auto command = parse_help(text.substr(0, next));
    // `usage: program command OPERANDS`
    const auto& usage = command.usages.front();
    command.name = usage.substr(usage.find(' ') + 1);
    command.name = command.name.substr(0, command.name.find(' '));
    result.commands.push_back(std::move(command));
    text.remove_prefix(next);
  }
  return result;
}

} // namespace thunderpush
