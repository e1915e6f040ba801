#pragma once

#include "actors/http.hpp"
#include "api/route.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace thunderpush {

/// Why a request of the REST API was refused, after it was routed. This and
/// `route_error` are all there is; rest_answers.cpp alone knows their statuses.
enum class rest_error : std::uint8_t {
  wrong_credentials, ///< 401: key unknown, secret missing or wrong.
  needs_publish,     ///< 403: the secret lacks the right `publish`.
  needs_read,        ///< 403: `read`.
  needs_admin,       ///< 403: `admin`.
  presence_hidden,   ///< 403: the channel's namespace has presence off.
  body_not_json,     ///< 400: body of a POST is empty or not JSON.
  body_too_large,    ///< 413
  too_busy,          ///< 429, `Retry-After: 1`: queues are full.
  too_fast,          ///< 429, `Retry-After: 1`: above the app's rate.
  internal,          ///< 500
};

// Every answer permits pages of any origin to read it (CORS).

/// 200, `{"count": N}`: users online, or connections a message was handed to.
http_response count_answer(std::size_t count);

/// What became of a message: connections it was handed to, how many of them
/// take no more for now, messages that made room for it, connections that it
/// closed as they were too slow.
struct delivery_detail {
  std::size_t count = 0;
  std::size_t queued = 0;
  std::size_t dropped = 0;
  std::size_t slow = 0;

  friend bool operator==(const delivery_detail&, const delivery_detail&)
    = default;
};

/// 200, `{"count": N, "queued": Q, "dropped": D, "slow": S}`.
http_response detail_answer(const delivery_detail& detail);

/// 200, `{"online": true}` or `{"online": false}`.
http_response online_answer(bool online);

/// 200, `{"users": ["u1", "u2"]}`, in the order given. The ids are UTF-8.
http_response users_answer(std::span<const std::string> users);

/// 204 without a body: the user was disconnected, or was not there.
http_response disconnected_answer();

/// 200 without a body: what OPTIONS gets.
http_response permissions_answer();

/// A refusal, as `{"message": "...", "status": N}`.
http_response error_answer(rest_error error);

/// The same for a request without a route: 404; 405 with `Allow`; 400.
http_response error_answer(const route_error& error);

} // namespace thunderpush
