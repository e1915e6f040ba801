#include "transport/sockjs/callback.hpp"

#include "encoding/percent.hpp"

#include <algorithm>
#include <cstddef>

namespace thunderpush::sockjs {

namespace {

constexpr std::size_t longest_callback = 32;

bool is_callback_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
         || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

bool has_field(std::string_view query, std::string_view name) noexcept {
  while (!query.empty()) {
    const auto field = query.substr(0, query.find('&'));
    if (field.substr(0, field.find('=')) == name)
      return true;
    query.remove_prefix(std::min(field.size() + 1, query.size()));
  }
  return false;
}

} // namespace

std::variant<std::string, callback_error>
find_callback(std::string_view query) {
  constexpr callback_error required{"\"callback\" parameter required\n"};
  constexpr callback_error invalid{"invalid \"callback\" parameter\n"};
  auto name = find_form_value(query, "c");
  if (!name)
    return has_field(query, "c") ? invalid : required;
  if (name->empty())
    return required;
  if (name->size() > longest_callback
      || !std::all_of(name->begin(), name->end(), is_callback_character))
    return invalid;
  return *std::move(name);
}

} // namespace thunderpush::sockjs
