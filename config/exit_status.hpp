#pragma once

/// What the process tells whoever started it (sysexits.h for 70 and 78).
namespace thunderpush::exit_status {

inline constexpr int success = 0;
/// The start failed: address in use, PID file locked, no log file.
inline constexpr int start_failed = 1;
inline constexpr int usage = 2;
inline constexpr int internal_error = 70;
/// A file or an environment variable holds something that cannot be.
inline constexpr int bad_configuration = 78;

} // namespace thunderpush::exit_status
