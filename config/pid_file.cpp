#include "config/pid_file.hpp"

#include "config/loggable.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace thunderpush {

namespace {

pid_file_error failure(const std::string& path, const std::string& reason) {
  return {pid_file_error::reason::failed,
          "Cannot write the PID file " + loggable(path) + ": " + reason + "."};
}

std::string last_error() {
  return std::generic_category().message(errno);
}

// Whether `path` still names the open file: its last owner may have removed
// it between our opening and locking it.
bool names(const std::string& path, int descriptor) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(descriptor, &opened) == 0 && ::lstat(path.c_str(), &named) == 0
         && opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

bool is_regular(int descriptor) {
  struct stat opened {};
  return ::fstat(descriptor, &opened) == 0 && S_ISREG(opened.st_mode);
}

int lock(int descriptor) {
  int result = 0;
  do {
    result = ::flock(descriptor, LOCK_EX | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  return result;
}

bool replace_content(int descriptor, std::string_view text) {
  return ::ftruncate(descriptor, 0) == 0
         && ::pwrite(descriptor, text.data(), text.size(), 0)
              == static_cast<ssize_t>(text.size());
}

} // namespace

std::variant<pid_file, pid_file_error> pid_file::acquire(std::string path,
                                                         pid_t pid) {
  for (;;) {
    const auto descriptor
      = ::open(path.c_str(),
               O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
    if (descriptor < 0)
      return failure(path, last_error());
    if (!is_regular(descriptor)) {
      ::close(descriptor);
      return failure(path, "it is not a regular file");
    }
    if (lock(descriptor) != 0) {
      const auto held = errno == EWOULDBLOCK;
      auto reason = last_error();
      ::close(descriptor);
      if (!held)
        return failure(path, reason);
      return pid_file_error{
        pid_file_error::reason::locked,
        "Process already running (PID file: " + one_line(path) + ")."};
    }
    if (!names(path, descriptor)) {
      ::close(descriptor);
      continue;
    }
    pid_file result{std::move(path), descriptor};
    if (!replace_content(descriptor, std::to_string(pid)))
      return failure(result.path_, last_error());
    return result;
  }
}

pid_file::pid_file(std::string path, int descriptor) noexcept
  : path_{std::move(path)}, descriptor_{descriptor} {}

pid_file::pid_file(pid_file&& other) noexcept
  : path_{std::move(other.path_)},
    descriptor_{std::exchange(other.descriptor_, -1)} {}

pid_file& pid_file::operator=(pid_file&& other) noexcept {
  if (this != &other) {
    release();
    path_ = std::move(other.path_);
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

pid_file::~pid_file() {
  release();
}

void pid_file::release() noexcept {
  if (descriptor_ < 0)
    return;
  // Removed while still locked: nobody can have taken it over meanwhile.
  if (names(path_, descriptor_))
    ::unlink(path_.c_str());
  ::close(std::exchange(descriptor_, -1));
}

} // namespace thunderpush
