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
  body_not_json,     ///< 400: body of a POST is empty or not JSON.
  body_too_large,    ///< 413
  too_busy,          ///< 429, `Retry-After: 1`: queues are full.
  internal,          ///< 500
};

// Every answer permits pages of any origin to read it (CORS).

/// 200, `{"count": N}`: users online, or connections a message was handed to.
http_response count_answer(std::size_t count);

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
