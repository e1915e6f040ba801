#pragma once

namespace thunderpush {

/// Lets a test arm faults while the server runs: a thread listens on the Unix
/// socket of that path and reads commands, one a line. To each it answers a
/// line:
///
///     handlers        all that can fail, with commas between
///     arm HANDLER     "armed"; HANDLER fails next time
///     armed           how many of those armed have not failed yet
///
/// Else "unknown". Throws `std::system_error` if it cannot listen.
void listen_for_faults(const char* path);

} // namespace thunderpush
