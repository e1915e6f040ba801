#pragma once

#include "actors/http.hpp"

#include <string>
#include <string_view>

namespace thunderpush::sockjs {

/// The page that a client puts into a hidden frame, so that its requests come
/// from the server's own origin. A constant of the protocol but for the address
/// of the script.
class iframe_page {
public:
  /// `script` is the address of sockjs-client: absolute, or a path.
  explicit iframe_page(std::string_view script);

  /// Answers a GET: 304 if the client has it.
  http_response answer(const http_request& request) const;

private:
  std::string body_;
  std::string tag_;
};

} // namespace thunderpush::sockjs
