#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace thunderpush::sockjs {

/// Why the body of a send request was refused.
struct send_error {
  unsigned status = 500;
  std::string_view text; ///< For the client; static storage.
};

/// The messages of a send request, in order, or why there are none.
using send_body = std::variant<std::vector<std::string>, send_error>;

/// The body of an xhr_send: a JSON array of strings, whatever its content type
/// says. A message of more than `message_bytes` is refused, and all with it.
send_body read_xhr_send(std::string_view body, std::size_t message_bytes);

/// The body of a jsonp_send: the same, as field `d` of a form if the content
/// type says that it is one.
send_body read_jsonp_send(std::string_view body, std::string_view content_type,
                          std::size_t message_bytes);

} // namespace thunderpush::sockjs
