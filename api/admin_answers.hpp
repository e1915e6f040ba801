#pragma once

#include "actors/actor_view.hpp"
#include "actors/applications.hpp"
#include "actors/http.hpp"
#include "actors/messages.hpp"
#include "api/actor_page.hpp"
#include "api/admin_query.hpp"
#include "api/process_control.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace thunderpush {

/// Why a request of the admin endpoint was refused. This, `query_error` and
/// silent homes are all there is; admin_answers.cpp alone knows their statuses.
enum class admin_error : std::uint8_t {
  unknown_path, ///< 404
  no_actor,     ///< 404: no actor has this id.
  no_client,    ///< 404: no client has this id.
  no_channel,   ///< 404: nobody is subscribed to it.
  no_user,      ///< 404: not online.
  no_token,     ///< 401: missing or wrong.
  wrong_host,   ///< 403: a page of another origin may have asked.
  internal,     ///< 500
  too_busy,     ///< 503, `Retry-After: 1`: too many requests wait.
  stopping,     ///< 503: the server is about to end.
};

// Every answer is JSON that no cache keeps, unless it says otherwise. What each
// looks like is described in openapi.json.

/// An object of JSON, with a line break behind it.
http_response json_answer(unsigned status, std::string body);

/// 200: a page of a list of actors, each as the list shows it.
http_response page_answer(const listing& list, const applications& apps,
                          const actor_page& page, std::string_view order);

/// 200: a page of the clients that have gone.
http_response closed_answer(const applications& apps,
                            const departure_page& page);

/// 200: an actor with what it holds.
http_response actor_answer(const applications& apps, const actor_view& actor);

/// 200: what the homes have counted, in sum and each by itself.
http_response stats_answer(std::string_view version,
                           std::chrono::seconds uptime,
                           std::span<const totals_read> homes);

/// 200: how busy each home is.
http_response homes_answer(std::span<const totals_read> homes);

http_response
settings_answer(std::span<const process_control::setting> settings);

/// 200, or 422 if the configuration was refused.
http_response reload_answer(const process_control::reload_outcome& outcome);

/// 200: a text of another type, as it is. `content_type`: static storage.
http_response text_answer(std::string_view content_type, std::string text);

/// 200: it is done, as `{"what": "name"}`.
http_response done_answer(std::string_view what, std::string_view name);
http_response done_answer(std::string_view what, std::uint64_t id);

/// 200: all of so many homes have answered.
http_response healthy_answer(std::size_t homes);

/// 503: these homes have not answered in time.
http_response failing_answer(std::span<const std::size_t> silent_homes);

/// 200, or 503 with the reasons if there are any.
http_response readiness_answer(std::span<const std::string> reasons);

/// 503, as `failing_answer`, to a question other than whether all is well.
http_response overdue_answer(std::span<const std::size_t> silent_homes);

/// A refusal, as `{"message": "...", "status": N}`.
http_response error_answer(admin_error error);

/// The same for a bad query: 400.
http_response error_answer(const query_error& error);

/// The same for a path that has only the methods `allowed`: 405.
http_response method_answer(std::string_view allowed);

/// One event of a trace, as a line of JSON.
std::string trace_line(const trace_noted& event);

} // namespace thunderpush
