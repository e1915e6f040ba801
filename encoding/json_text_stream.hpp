#pragma once

#include "encoding/byte_words.hpp"

#include <rapidjson/rapidjson.h>
#include <rapidjson/stream.h>

#include <cstddef>
#include <string_view>

namespace thunderpush {

/// A JSON text as RapidJSON should see it. RapidJSON 1.1 refuses correct texts
/// and accepts wrong ones; the stream shows it a text of the same grammar
/// without the places where it errs:
///
/// - A NUL does not end the text: it is shown as U+0001, which no JSON has.
/// - A run of digits is shown as its first two: `1e999` is a number, but
///   RapidJSON computes a double of it in every mode and finds it too big.
/// - The escape of a lone surrogate is shown as `\ufffd`: RapidJSON refuses the
///   high ones and makes invalid UTF-8 of the low ones.
///
/// Where only the grammar matters it also leaves out what stands in strings but
/// escapes, which RapidJSON would read and copy byte by byte.
///
/// Offsets are those of the real text. For the implementation of json.hpp only.
// NOLINTBEGIN(readability-identifier-naming): names of RapidJSON's concept.
class json_text_stream {
public:
  using Ch = char;

  /// What RapidJSON sees of the strings.
  enum class strings : bool {
    whole,   ///< All of them.
    escapes, ///< Only their escapes: the text is known to be UTF-8.
  };

  /// `text` must outlive the stream.
  json_text_stream(std::string_view text, strings shown) noexcept
    : begin_(text.data()),
      position_(begin_),
      end_(begin_ + text.size()),
      skips_(shown == strings::escapes) {
    show();
  }

  Ch Peek() const noexcept { return shown_; }

  Ch Take() noexcept {
    const Ch taken = shown_;
    // RapidJSON takes the end too when it expects the rest of a character.
    if (position_ != end_)
      ++position_;
    show();
    return taken;
  }

  std::size_t Tell() const noexcept {
    return static_cast<std::size_t>(position_ - begin_);
  }

  // Writing is part of the concept but used only when parsing in place.
  Ch* PutBegin() noexcept { return nullptr; }
  void Put(Ch) noexcept {}
  void Flush() noexcept {}
  std::size_t PutEnd(Ch*) noexcept { return 0; }

private:
  static constexpr std::string_view replacement_ = "\\ufffd";
  static constexpr int shown_digits_ = 2; // enough to see a leading zero

  static bool is_digit(Ch c) noexcept { return c >= '0' && c <= '9'; }

  // Whether a string may have `c`, and more of the string follows.
  static bool is_harmless(Ch c) noexcept {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
  }

  // Decides how the character at the position is shown.
  void show() noexcept {
    if (position_ == end_) {
      shown_ = '\0';
    } else if (escape_left_ != 0) {
      show_rest_of_escape();
    } else if (in_string_) {
      show_in_string();
    } else {
      show_between_strings();
    }
  }

  void show_in_string() noexcept {
    if (skips_) {
      while (end_ - position_ >= byte_word_size
             && !has_json_special(load_byte_word(position_)))
        position_ += byte_word_size;
      while (position_ != end_ && is_harmless(*position_))
        ++position_;
      if (position_ == end_) {
        shown_ = '\0';
        return;
      }
    }
    show_plainly();
    if (shown_ == '"') {
      in_string_ = false;
    } else if (shown_ == '\\') {
      begin_escape();
    }
  }

  void show_between_strings() noexcept {
    digits_ = is_digit(*position_) ? digits_ + 1 : 0;
    if (digits_ > shown_digits_) {
      while (position_ != end_ && is_digit(*position_))
        ++position_;
      digits_ = 0;
      if (position_ == end_) {
        shown_ = '\0';
        return;
      }
    }
    show_plainly();
    in_string_ = shown_ == '"';
  }

  void show_plainly() noexcept {
    shown_ = *position_ == '\0' ? '\x01' : *position_;
  }

  void show_rest_of_escape() noexcept {
    if (escape_is_replaced_) {
      shown_ = replacement_[replacement_.size() - escape_left_];
    } else {
      show_plainly();
    }
    --escape_left_;
  }

  // Looks at the whole escape that starts at the position and notes how many
  // characters after the backslash belong to it.
  void begin_escape() noexcept;

  const Ch* begin_;
  const Ch* position_;
  const Ch* end_;
  bool skips_;
  std::size_t escape_left_ = 0;
  bool escape_is_replaced_ = false;
  bool in_string_ = false;
  int digits_ = 0;
  Ch shown_ = '\0';
};
// NOLINTEND(readability-identifier-naming)

} // namespace thunderpush

// Lets RapidJSON keep the stream in registers while it reads a string.
template <>
struct rapidjson::StreamTraits<thunderpush::json_text_stream> {
  enum { copyOptimization = 1 }; // NOLINT(readability-identifier-naming)
};
