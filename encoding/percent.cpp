#include "encoding/percent.hpp"

#include "encoding/hex.hpp"

#include <algorithm>
#include <cstddef>

namespace thunderpush {

namespace {

// The byte escaped at the start of `text`, or -1 if there is no escape.
int escaped_byte(std::string_view text) {
  if (text.size() < 3 || text[0] != '%')
    return -1;
  const int high = hex_value(text[1]);
  const int low = hex_value(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

// Stands for itself.
constexpr bool is_literal(char c) noexcept {
  return c != '%' && c != '+' && c != '\0';
}

std::optional<std::string> decode(std::string_view part, char plus) {
  // Most parts have nothing else.
  const auto* const other
    = std::find_if_not(part.begin(), part.end(), is_literal);
  std::string decoded{part.begin(), other};
  decoded.reserve(part.size());
  for (auto at = decoded.size(); at < part.size(); ++at) {
    char c = part[at] == '+' ? plus : part[at];
    if (const int byte = escaped_byte(part.substr(at)); byte >= 0) {
      c = static_cast<char>(byte);
      at += 2;
    }
    if (c == '\0')
      return std::nullopt;
    decoded += c;
  }
  return decoded;
}

} // namespace

std::optional<std::string> decode_path_part(std::string_view part) {
  return decode(part, '+');
}

std::optional<std::string> decode_form_part(std::string_view part) {
  return decode(part, ' ');
}

std::optional<std::string> find_form_value(std::string_view form,
                                           std::string_view name) {
  while (!form.empty()) {
    const std::string_view field = form.substr(0, form.find('&'));
    const std::string_view field_name = field.substr(0, field.find('='));
    if (decode_form_part(field_name) == name) {
      const bool has_value = field_name.size() < field.size();
      return decode_form_part(
        field.substr(field_name.size() + (has_value ? 1 : 0)));
    }
    form.remove_prefix(field.size() < form.size() ? field.size() + 1
                                                  : form.size());
  }
  return std::nullopt;
}

} // namespace thunderpush
