#include "actors/http.hpp"

#include <algorithm>

namespace thunderpush {

namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view left, std::string_view right) noexcept {
  // Most that are the same are written alike, which is seen at a glance.
  return left.size() == right.size()
         && (left == right
             || std::equal(
               left.begin(), left.end(), right.begin(),
               [](char a, char b) { return lower(a) == lower(b); }));
}

} // namespace

std::string_view http_request::field(std::string_view name) const noexcept {
  for (const auto& candidate : fields) {
    if (same_name(candidate.name, name))
      return candidate.value;
  }
  return {};
}

std::string_view http_request::path() const noexcept {
  return target.substr(0, target.find('?'));
}

std::string_view http_request::query() const noexcept {
  auto mark = target.find('?');
  return mark == std::string_view::npos ? std::string_view{}
                                        : target.substr(mark + 1);
}

} // namespace thunderpush
