#include "encoding/byte_words.hpp"
#include "encoding/json.hpp"

#include <array>

namespace thunderpush {

namespace {

// What a byte asks of the encoder.
enum class byte_class : std::uint8_t {
  plain,   // is copied
  escaped, // a control character, a quotation mark or a backslash
  lead_e2, // may begin U+200C..200F, U+2028..202F or U+2060..206F
  lead_ef, // may begin U+FFF0..FFFF
};

using byte_classes = std::array<byte_class, 256>;

constexpr byte_classes classify() {
  byte_classes classes{};
  for (std::size_t c = 0; c < 0x20; ++c)
    classes[c] = byte_class::escaped;
  classes['"'] = byte_class::escaped;
  classes['\\'] = byte_class::escaped;
  classes[0xe2] = byte_class::lead_e2;
  classes[0xef] = byte_class::lead_ef;
  return classes;
}

constexpr byte_classes classify_for_script() {
  byte_classes classes = classify();
  classes['<'] = byte_class::escaped;
  return classes;
}

constexpr byte_classes string_classes = classify();
constexpr byte_classes script_classes = classify_for_script();

void append_unit(std::string& out, std::uint32_t unit) {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::array<char, 6> escape{'\\',
                                   'u',
                                   digits[(unit >> 12) & 0xf],
                                   digits[(unit >> 8) & 0xf],
                                   digits[(unit >> 4) & 0xf],
                                   digits[unit & 0xf]};
  out.append(escape.data(), escape.size());
}

// The letter of the short escape of `c`, or 0 if it has none.
constexpr char short_escape(unsigned char c) {
  switch (c) {
  case '"':
  case '\\':
    return static_cast<char>(c);
  case '\b':
    return 'b';
  case '\f':
    return 'f';
  case '\n':
    return 'n';
  case '\r':
    return 'r';
  case '\t':
    return 't';
  default:
    return 0;
  }
}

void append_ascii_escape(std::string& out, unsigned char c) {
  const char letter = short_escape(c);
  if (letter == 0) {
    append_unit(out, c);
    return;
  }
  const std::array<char, 2> escape{'\\', letter};
  out.append(escape.data(), escape.size());
}

unsigned char byte_at(std::string_view text, std::size_t index) {
  return index < text.size() ? static_cast<unsigned char>(text[index]) : 0;
}

// The character of three bytes at the start of `text` if SockJS wants it
// escaped, else 0.
std::uint32_t escaped_character(std::string_view text) {
  const std::uint32_t second = byte_at(text, 1);
  const std::uint32_t third = byte_at(text, 2);
  if ((second & 0xc0) != 0x80 || (third & 0xc0) != 0x80)
    return 0;
  const std::uint32_t lead = byte_at(text, 0);
  const std::uint32_t character
    = ((lead & 0xf) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
  const bool escaped = (character >= 0x200c && character <= 0x200f)
                       || (character >= 0x2028 && character <= 0x202f)
                       || (character >= 0x2060 && character <= 0x206f)
                       || character >= 0xfff0;
  return escaped ? character : 0;
}

// How many bytes from `at` on are plain for sure, eight at a time.
std::size_t plain_run(std::string_view text, std::size_t at) noexcept {
  const auto* const begin = text.data() + at;
  const auto* const end = text.data() + text.size();
  const auto* here = begin;
  while (end - here >= byte_word_size) {
    const auto word = load_byte_word(here);
    if (has_json_special(word) || has_high_byte(word) || has_byte(word, '<'))
      break;
    here += byte_word_size;
  }
  return static_cast<std::size_t>(here - begin);
}

void append_quoted(std::string& out, std::string_view text,
                   const byte_classes& classes) {
  out += '"';
  std::size_t copied = 0; // all before it is in `out`
  std::size_t at = plain_run(text, 0);
  while (at < text.size()) {
    const auto c = static_cast<unsigned char>(text[at]);
    const byte_class wanted = classes[c];
    if (wanted == byte_class::plain) {
      ++at;
      continue;
    }
    if (wanted == byte_class::escaped) {
      out.append(text, copied, at - copied);
      append_ascii_escape(out, c);
      copied = ++at;
      at += plain_run(text, at);
      continue;
    }
    const std::uint32_t character = escaped_character(text.substr(at, 3));
    if (character == 0) {
      ++at;
      continue;
    }
    out.append(text, copied, at - copied);
    append_unit(out, character);
    copied = at += 3;
  }
  out.append(text, copied, text.size() - copied);
  out += '"';
}

struct decoded_character {
  std::uint32_t value;
  std::size_t size; // in bytes
};

constexpr decoded_character bad_byte{0xfffd, 1};

// The character at the start of `text`, which is not empty (RFC 3629).
decoded_character decode_character(std::string_view text) {
  const std::uint32_t lead = byte_at(text, 0);
  std::size_t size = 1;
  std::uint32_t value = lead;
  std::uint32_t least = 0;
  if (lead >= 0xf0 && lead <= 0xf4) {
    size = 4;
    value = lead & 0x7;
    least = 0x10000;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    size = 3;
    value = lead & 0xf;
    least = 0x800;
  } else if (lead >= 0xc2 && lead <= 0xdf) {
    size = 2;
    value = lead & 0x1f;
    least = 0x80;
  } else if (lead >= 0x80) {
    return bad_byte;
  }
  for (std::size_t i = 1; i < size; ++i) {
    const std::uint32_t next = byte_at(text, i);
    if ((next & 0xc0) != 0x80)
      return bad_byte;
    value = (value << 6) | (next & 0x3f);
  }
  const bool is_surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < least || value > 0x10ffff || is_surrogate)
    return bad_byte;
  return {value, size};
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
  append_quoted(out, text, string_classes);
}

void append_script_json_string(std::string& out, std::string_view text) {
  append_quoted(out, text, script_classes);
}

void append_ascii_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto [value, size] = decode_character(text);
    text.remove_prefix(size);
    if (value > 0xffff) {
      append_unit(out, 0xd800 + ((value - 0x10000) >> 10));
      append_unit(out, 0xdc00 + ((value - 0x10000) & 0x3ff));
    } else if (value > 0x7e) {
      append_unit(out, value);
    } else if (string_classes[value] == byte_class::escaped) {
      append_ascii_escape(out, static_cast<unsigned char>(value));
    } else {
      out += static_cast<char>(value);
    }
  }
  out += '"';
}

} // namespace thunderpush
