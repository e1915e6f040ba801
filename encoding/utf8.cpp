#include "encoding/utf8.hpp"

#include "encoding/byte_words.hpp"

#include <array>
#include <cstddef>

namespace thunderpush {

namespace {

// Where the text stands. Four lead bytes narrow the byte that follows them,
// so each has a state of its own; the rest only count the bytes to come.
enum state : std::uint8_t {
  at_boundary,
  one_more,
  two_more,
  three_more,
  after_e0, // then A0..BF: anything lower would be overlong
  after_ed, // then 80..9F: anything higher would be a surrogate
  after_f0, // then 90..BF: anything lower would be overlong
  after_f4, // then 80..8F: anything higher would pass U+10FFFF
  invalid,
  state_count
};

struct transition {
  state from;
  std::uint8_t first; // the bytes from `first` to `last` ...
  std::uint8_t last;
  state to; // ... lead here; all others make the text invalid
};

// The well-formed byte sequences (RFC 3629 section 4, Unicode table 3-7).
constexpr auto transitions = std::to_array<transition>({
  {at_boundary, 0x00, 0x7F, at_boundary},
  {at_boundary, 0xC2, 0xDF, one_more},
  {at_boundary, 0xE0, 0xE0, after_e0},
  {at_boundary, 0xE1, 0xEC, two_more},
  {at_boundary, 0xED, 0xED, after_ed},
  {at_boundary, 0xEE, 0xEF, two_more},
  {at_boundary, 0xF0, 0xF0, after_f0},
  {at_boundary, 0xF1, 0xF3, three_more},
  {at_boundary, 0xF4, 0xF4, after_f4},
  {one_more, 0x80, 0xBF, at_boundary},
  {two_more, 0x80, 0xBF, one_more},
  {three_more, 0x80, 0xBF, two_more},
  {after_e0, 0xA0, 0xBF, one_more},
  {after_ed, 0x80, 0x9F, one_more},
  {after_f0, 0x90, 0xBF, two_more},
  {after_f4, 0x80, 0x8F, two_more},
});

using transition_table = std::array<std::array<std::uint8_t, 256>, state_count>;

constexpr transition_table make_table() {
  transition_table table{};
  for (auto& row : table)
    row.fill(invalid);
  for (const auto& t : transitions) {
    for (unsigned byte = t.first; byte <= t.last; ++byte)
      table[t.from][byte] = t.to;
  }
  return table;
}

constexpr transition_table table = make_table();

// The first byte that is not ASCII, or `end`.
const char* skip_ascii(const char* at, const char* end) noexcept {
  while (end - at >= byte_word_size && !has_high_byte(load_byte_word(at)))
    at += byte_word_size;
  while (at != end && static_cast<unsigned char>(*at) < 0x80)
    ++at;
  return at;
}

} // namespace

bool utf8_validator::feed(std::string_view piece) noexcept {
  auto now = state_;
  const auto* at = piece.data();
  const auto* end = at + piece.size();
  while (now != invalid) {
    if (now == at_boundary)
      at = skip_ascii(at, end);
    if (at == end)
      break;
    now = table[now][static_cast<unsigned char>(*at++)];
  }
  state_ = now;
  return now != invalid;
}

bool utf8_validator::complete() const noexcept {
  return state_ == at_boundary;
}

bool is_valid_utf8(std::string_view text) noexcept {
  utf8_validator validator;
  return validator.feed(text) && validator.complete();
}

} // namespace thunderpush
