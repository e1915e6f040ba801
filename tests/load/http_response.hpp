#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace thunderpush::load {

/// The start of an HTTP response, lying in the bytes it was parsed from.
struct response_head {
  int status = 0;
  /// All header lines, each with its final CRLF.
  std::string_view fields;
  /// Bytes up to and including the empty line.
  std::size_t size = 0;

  /// The value of a header field, blanks around it removed; the name is
  /// compared without regard to case.
  std::optional<std::string_view> field(std::string_view name) const;
};

/// A whole HTTP response. Status 0 means that there is none, for the reason
/// in `body`.
struct http_response {
  int status = 0;
  std::string body;
  bool keep_alive = true;
  /// How many bytes of the input it took.
  std::size_t size = 0;
};

/// Status and the beginning of the body, for people.
std::string describe(const http_response& response);

/// The head at the front of `bytes`, nothing while it is incomplete. What is
/// not HTTP/1.1 gives status 0.
std::optional<response_head> parse_response_head(std::string_view bytes);

/// The response at the front of `bytes`, nothing while it is incomplete
/// (RFC 9112, section 6). One without a length gives status 0: on a connection
/// that is to stay open it could never end.
std::optional<http_response> parse_response(std::string_view bytes);

} // namespace thunderpush::load
