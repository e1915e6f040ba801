#pragma once

#include <string>

namespace thunderpush {

/// The program ends before it starts: --help, --version, a usage error, a
/// configuration that cannot be. What to write where, and the exit status.
struct early_exit {
  int status = 0;
  std::string out; ///< For standard output.
  std::string err; ///< For standard error.
};

} // namespace thunderpush
