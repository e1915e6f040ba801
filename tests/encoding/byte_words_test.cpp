#include "encoding/byte_words.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <string_view>

using namespace thunderpush;

namespace {

// What holds for eight bytes of which one is `byte`, wherever it stands.
template <class Holds>
bool holds_with(unsigned char byte, unsigned char others, Holds holds) {
  bool all = true;
  for (std::size_t at = 0; at < 8; ++at) {
    std::array<char, 8> text;
    text.fill(static_cast<char>(others));
    text[at] = static_cast<char>(byte);
    all = all && holds(load_byte_word(text.data()));
  }
  return all;
}

template <class Holds>
bool never_holds_with(unsigned char byte, unsigned char others, Holds holds) {
  return holds_with(byte, others, [&](auto word) { return !holds(word); });
}

} // namespace

TEST_SUITE("byte words") {
  TEST_CASE("each byte is told, in each place, among any neighbours") {
    for (const unsigned char others : {'a', '\xff', ' ', '!', '[', ']', '#'}) {
      CAPTURE(int{others});
      for (unsigned each = 0; each < 256; ++each) {
        CAPTURE(each);
        const auto byte = static_cast<unsigned char>(each);
        const bool special = each < 0x20 || each == '"' || each == '\\';
        CHECK((special ? holds_with(byte, others, has_json_special)
                       : never_holds_with(byte, others, has_json_special)));
        if (others < 0x80)
          CHECK((each >= 0x80 ? holds_with(byte, others, has_high_byte)
                              : never_holds_with(byte, others, has_high_byte)));
        const auto is_less = [](auto word) { return has_byte(word, '<'); };
        CHECK((each == '<' ? holds_with(byte, others, is_less)
                           : never_holds_with(byte, others, is_less)));
      }
    }
  }
}
