#include "transport/http/entity_tag.hpp"

#include <array>
#include <cstddef>
#include <openssl/sha.h>

namespace thunderpush {

namespace {

// As much of the digest as it takes for nobody to meet a collision.
constexpr std::size_t tag_bytes = 16;

// Takes one tag off the front of a list, with its weakness. Empty at the end.
std::string_view take_tag(std::string_view& list) noexcept {
  const auto begin = list.find_first_not_of(" \t,");
  if (begin == std::string_view::npos)
    return {};
  list.remove_prefix(begin);
  const auto quote = list.find('"');
  const auto end
    = quote == std::string_view::npos ? quote : list.find('"', quote + 1);
  const auto tag
    = list.substr(0, end == std::string_view::npos ? end : end + 1);
  list.remove_prefix(tag.size());
  return tag;
}

} // namespace

std::string entity_tag(std::string_view body) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(body.data()), body.size(),
         digest.data());
  constexpr std::string_view digits = "0123456789abcdef";
  std::string tag{'"'};
  for (std::size_t i = 0; i < tag_bytes; ++i) {
    tag += digits[digest[i] >> 4];
    tag += digits[digest[i] & 15];
  }
  return tag += '"';
}

bool names_entity_tag(std::string_view if_none_match,
                      std::string_view tag) noexcept {
  if (if_none_match == "*")
    return true;
  for (auto named = take_tag(if_none_match); !named.empty();
       named = take_tag(if_none_match)) {
    if (named.starts_with("W/"))
      named.remove_prefix(2);
    if (named == tag)
      return true;
  }
  return false;
}

} // namespace thunderpush
