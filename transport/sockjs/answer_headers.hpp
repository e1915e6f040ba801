#pragma once

#include "actors/http.hpp"
#include "config/origin.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace thunderpush::sockjs {

/// `Cache-Control` of whatever must never be cached.
inline constexpr http_field no_cache{
  "Cache-Control",
  "no-store, no-cache, no-transform, must-revalidate, max-age=0"};

inline constexpr std::string_view plain_text = "text/plain; charset=UTF-8";

/// The answer, never to be cached.
http_response uncached(http_response answer);

/// What an answer carries in its header because of who asked: permission for
/// pages of other origins (Fetch standard, 3.2), the cookie that keeps a client
/// at one server. Copies what it needs, as an answer may outlive its request.
class answer_headers {
public:
  /// The page that asks may read the answer.
  void allow_origin(const http_request& request);

  /// The client's JSESSIONID cookie is set again, or to `dummy`.
  void return_cookie(const http_request& request);

  /// An answer with them. Its views live as long as this.
  http_response answer(unsigned status, std::string_view content_type,
                       std::string body = {}) const;

private:
  std::optional<std::string> origin_; // empty: any
  std::string requested_headers_;
  std::string cookie_;
};

/// `Content-Security-Policy` of a page that others of these origins alone may
/// have in a frame.
std::string frame_ancestors(const origin_list& permitted);

/// The date a year from now, as `Expires` wants it.
std::string a_year_from_now();

/// `Cache-Control` of whatever may be kept for that year.
inline constexpr http_field cacheable{"Cache-Control",
                                      "public, max-age=31536000"};

} // namespace thunderpush::sockjs
