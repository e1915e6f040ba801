#pragma once

#include "actors/http.hpp"

#include <string_view>

namespace thunderpush {

/// 200: what is logged, `{"level": "info", "components": {"http": "debug"}}`.
http_response log_levels_answer();

/// Changes what is logged as `body` says: `{"level": "debug"}`, of one
/// component with `"component": "http"`. The answer is that of
/// `log_levels_answer`, or 400 with what is allowed.
http_response change_log_level(std::string_view body);

} // namespace thunderpush
