#pragma once

#include "actors/actor_order.hpp"
#include "actors/http.hpp"
#include "actors/messages.hpp"
#include "api/admin_query.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace thunderpush {

/// Why a request of the admin endpoint was refused. This, `query_error` and
/// silent homes are all there is; admin_answers.cpp alone knows their statuses.
enum class admin_error : std::uint8_t {
  unknown_path,       ///< 404
  method_not_allowed, ///< 405, with `Allow`.
  internal,           ///< 500
  too_busy,           ///< 503, `Retry-After: 1`: too many requests wait.
  stopping,           ///< 503: the server is about to end.
};

// Every answer is JSON that no cache keeps.

/// 200: the endpoints there are.
http_response index_answer();

/// 200, `{"actors": [...], "next": CURSOR}`, in the order given. Their names
/// are UTF-8. Without `next` there is no further page: `"next": null`.
http_response actors_answer(std::span<const actor_view> actors,
                            const std::optional<std::string>& next);

/// 200: what the homes have counted, in sum and each by itself.
http_response stats_answer(std::string_view version,
                           std::chrono::seconds uptime,
                           std::span<const totals_read> homes);

/// 200: all of so many homes have answered.
http_response healthy_answer(std::size_t homes);

/// 503: these homes have not answered in time.
http_response failing_answer(std::span<const std::size_t> silent_homes);

/// The same for a question other than whether the server is healthy.
http_response overdue_answer(std::span<const std::size_t> silent_homes);

/// A refusal, as `{"message": "...", "status": N}`.
http_response error_answer(admin_error error);

/// The same for a bad query: 400.
http_response error_answer(const query_error& error);

} // namespace thunderpush
