#include "encoding/json_value_texts.hpp"

#include "encoding/json.hpp"

#include <charconv>
#include <cstddef>
#include <utility>
#include <variant>

namespace thunderpush {

namespace {

constexpr std::string_view white_space = " \t\r\n";

// Goes through a text that is known to be JSON.
class json_walk {
public:
  explicit json_walk(std::string_view text) : rest_(text) { skip_space(); }

  bool at(char c) const noexcept { return rest_.starts_with(c); }

  // Takes one character and the white space behind it.
  void skip_one() {
    rest_.remove_prefix(1);
    skip_space();
  }

  // Takes a value and the white space behind it.
  std::string_view value() {
    const auto begin = rest_;
    std::size_t depth = 0;
    do {
      const auto c = rest_.front();
      if (c == '"') {
        skip_string();
        continue;
      }
      if (c == '{' || c == '[')
        ++depth;
      else if (c == '}' || c == ']')
        --depth;
      rest_.remove_prefix(1);
    } while (depth > 0 || !ends_scalar());
    const auto taken = begin.substr(0, begin.size() - rest_.size());
    skip_space();
    return taken;
  }

private:
  void skip_space() {
    const auto first = rest_.find_first_not_of(white_space);
    rest_.remove_prefix(first == std::string_view::npos ? rest_.size() : first);
  }

  void skip_string() {
    rest_.remove_prefix(1);
    while (rest_.front() != '"')
      rest_.remove_prefix(rest_.front() == '\\' ? 2 : 1);
    rest_.remove_prefix(1);
  }

  // Whether what was taken at the outermost level is complete.
  bool ends_scalar() const noexcept {
    return rest_.empty()
           || std::string_view{",:}] \t\r\n"}.find(rest_.front())
                != std::string_view::npos;
  }

  std::string_view rest_;
};

} // namespace

std::optional<json_value_texts> split_json_object(std::string_view text) {
  if (check_json(text))
    return std::nullopt;
  json_walk walk{text};
  if (!walk.at('{'))
    return std::nullopt;
  walk.skip_one();
  json_value_texts members;
  while (!walk.at('}')) {
    auto name = parse_json_string(walk.value());
    walk.skip_one(); // the colon
    if (!members.emplace(*std::move(name), walk.value()).second)
      return std::nullopt;
    if (walk.at(','))
      walk.skip_one();
  }
  return members;
}

std::optional<std::string> parse_json_string(std::string_view text) {
  if (!text.starts_with('"'))
    return std::nullopt;
  auto parsed = parse_json_strings(text, json_strings_form::array_or_string);
  if (std::holds_alternative<json_strings_error>(parsed))
    return std::nullopt;
  return std::move(std::get<0>(parsed).front());
}

std::optional<double> parse_json_number(std::string_view text) {
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  // What `from_chars` takes besides, as `inf`, is no JSON.
  if (read.ec != std::errc{} || read.ptr != end || check_json(text))
    return std::nullopt;
  return value;
}

} // namespace thunderpush
