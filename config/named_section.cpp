#include "config/named_section.hpp"

#include <algorithm>
#include <array>

namespace thunderpush {

namespace {

constexpr std::array kinds{
  section_kind{"listener", "a", "inside"},
  section_kind{"app", "an", "main"},
  section_kind{"secret", "a", "reader"},
  section_kind{"namespace", "a", "news"},
};

bool is_name(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

// The kind and the name that `section` is made of; no name if it is of none.
struct parts {
  std::string_view word;
  std::string_view name;
};

parts take_apart(std::string_view section) noexcept {
  const auto dot = section.find('.');
  if (dot == std::string_view::npos)
    return {section, {}};
  const auto word = section.substr(0, dot);
  const auto name = section.substr(dot + 1);
  if (section_kind_of(word) == nullptr || !is_name(name))
    return {section, {}};
  return {word, name};
}

std::string with_name(std::string_view table_section, std::string_view name) {
  return std::string{table_section} + '.' + std::string{name};
}

} // namespace

std::span<const section_kind> section_kinds() noexcept {
  return kinds;
}

const section_kind* section_kind_of(std::string_view word) noexcept {
  const auto found
    = std::find_if(kinds.begin(), kinds.end(), [word](const section_kind& one) {
        return one.word == word;
      });
  return found == kinds.end() ? nullptr : &*found;
}

std::string_view table_section(std::string_view section) noexcept {
  return take_apart(section).word;
}

std::string_view section_name(std::string_view section) noexcept {
  return take_apart(section).name;
}

std::string documented_section(std::string_view table_section) {
  return section_kind_of(table_section) == nullptr
           ? std::string{table_section}
           : with_name(table_section, "NAME");
}

std::string example_section(std::string_view table_section) {
  const auto* kind = section_kind_of(table_section);
  return kind == nullptr ? std::string{table_section}
                         : with_name(table_section, kind->example);
}

} // namespace thunderpush
