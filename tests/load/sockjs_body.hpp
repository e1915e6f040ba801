#pragma once

#include "tests/load/session_transport.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace thunderpush::load {

/// The body of a receiving response of SockJS, taken apart into frames as it
/// arrives. Every byte must be as the protocol has it.
class sockjs_body {
public:
  /// @param how one of the HTTP transports
  /// @param callback as it was asked for, empty for those that have none
  sockjs_body(session_transport how, std::string callback);

  /// Takes what came next.
  void append(std::string_view bytes) { rest_.append(bytes); }

  /// The next frame, as it was before its transport encoded it; nothing while
  /// it is incomplete.
  std::optional<std::string> next();

  /// It differs from what is specified.
  bool malformed() const { return malformed_; }

  /// It could end here: a poll has had its one frame, a stream its prelude and
  /// whole frames.
  bool may_end() const;

private:
  /// @returns whether it is there
  bool take_prelude();
  std::optional<std::string> take_frame();
  std::optional<std::string> decoded(std::string text);

  session_transport how_;
  std::string callback_;
  std::string rest_;
  std::size_t frames_ = 0;
  bool prelude_taken_ = false;
  bool malformed_ = false;
};

/// Reads a JSON string without its quotation marks; nothing if it is none, or
/// has escapes of surrogates, which nothing that is published here needs.
std::optional<std::string> decode_json_string(std::string_view text);

/// Reads percent escapes; nothing if one is not complete.
std::optional<std::string> decode_percent(std::string_view text);

/// Writes a text as the value of a form's field.
std::string encode_form_value(std::string_view text);

} // namespace thunderpush::load
