#pragma once

namespace thunderpush {

/// How much is logged: a level includes all that follow it.
enum class log_level { trace, debug, info, warning, error, off };

} // namespace thunderpush
