#pragma once

#include <string>
#include <sys/types.h>
#include <variant>

namespace thunderpush {

/// Why there is no PID file. The start fails with exit status 1.
struct pid_file_error {
  enum class reason {
    locked, ///< Another process holds it.
    failed, ///< The file cannot be opened or written.
  };
  reason why = reason::failed;
  std::string text; ///< For standard error.
};

/// A file that holds the id of the running process and is locked (flock,
/// exclusive) for as long as it runs. The lock is what counts: a file left
/// behind by a killed process is taken over.
class pid_file {
public:
  /// Locks first and only then replaces the content, so that the file of a
  /// running server stays as it is. `pid` is written without a newline. Does
  /// not follow a symbolic link: the usual place is open to everybody.
  static std::variant<pid_file, pid_file_error> acquire(std::string path,
                                                        pid_t pid);

  pid_file(pid_file&& other) noexcept;
  pid_file& operator=(pid_file&& other) noexcept;
  pid_file(const pid_file&) = delete;
  pid_file& operator=(const pid_file&) = delete;

  /// Removes the file, unless it was replaced by another, and unlocks it.
  ~pid_file();

  const std::string& path() const noexcept { return path_; }

private:
  pid_file(std::string path, int descriptor) noexcept;

  void release() noexcept;

  std::string path_;
  int descriptor_ = -1; ///< -1: moved from.
};

} // namespace thunderpush
