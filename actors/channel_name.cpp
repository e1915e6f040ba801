#include "actors/channel_name.hpp"

#include <algorithm>
#include <cstddef>

namespace thunderpush {

namespace {

constexpr std::size_t max_channel_name_size = 64;

// Not <cctype>: its answers depend on the locale.
bool is_channel_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
         || (c >= '0' && c <= '9')
         || std::string_view("_-=@,.;").find(c) != std::string_view::npos;
}

} // namespace

bool is_channel_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= max_channel_name_size
         && std::all_of(name.begin(), name.end(), is_channel_character);
}

} // namespace thunderpush
