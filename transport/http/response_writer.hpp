#pragma once

#include "actors/http.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace thunderpush {

/// The standard reason phrase of a status (RFC 9110, 15); `Unknown` for a
/// status that the server does not use.
std::string_view reason_phrase(unsigned status) noexcept;

/// A point in time as the `Date` field wants it (RFC 9110, 5.6.7), for
/// instance `Sun, 06 Nov 1994 08:49:37 GMT`.
std::string http_date(std::chrono::sys_seconds time);

/// What the form of an answer depends on, beside the answer.
struct response_context {
  unsigned http_minor = 1;  ///< Of the request: 0 or 1.
  bool keep_alive = true;   ///< The connection is kept after the answer.
  bool head_method = false; ///< The request was HEAD: no body is sent.
  std::string_view date;    ///< Value of `Date`; empty: no such field.
};

/// Writes the answer to one request (RFC 9112). Appends to buffers of the
/// caller and keeps none; throws only what they throw. `Connection`, `Date`,
/// `Server` and the framing fields are written here and must not be among the
/// fields of an answer, except that a 1xx answer brings its own `Connection`.
///
/// Names and values of `fields` cannot break out of their line: a control
/// character in a value turns into a blank, a field whose name is not a token
/// is left out. What the program itself has constant goes out as it is.
class response_writer {
public:
  explicit response_writer(const response_context& context) noexcept
    : context_{context} {}

  /// A whole answer. Has a `Content-Length` except for 1xx, 204 and 304,
  /// which have no body either.
  void write(std::string& out, const http_response& response) const;

  /// A whole answer to a request that was refused before anybody could answer
  /// it: `{"message": ..., "status": ...}` and a newline, as of the API.
  void write_error(std::string& out, unsigned status,
                   std::string_view message) const;

  /// The head of an answer of unknown length; the body of `response` is
  /// ignored. HTTP/1.1 gets chunks. HTTP/1.0 gets neither a length nor chunks
  /// and the connection is not kept: see `keep_alive()`.
  void start_stream(std::string& out, const http_response& response);

  /// A part of a streamed body, as a chunk of its own in HTTP/1.1. Nothing if
  /// `data` is empty.
  void append_chunk(std::string& out, std::string_view data) const;

  /// The regular end of a streamed body.
  void append_last_chunk(std::string& out) const;

  /// False if the connection is to be closed after this answer.
  bool keep_alive() const noexcept { return context_.keep_alive; }

private:
  void append_head(std::string& out, const http_response& response) const;

  response_context context_;
};

} // namespace thunderpush
