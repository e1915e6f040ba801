#include "config/log_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace thunderpush {

namespace {

constexpr int look_again_ms = 100;

// A pipe that is ready takes so much without blocking, even in one piece.
constexpr std::size_t largest_piece = PIPE_BUF;

// 0, or why nothing can be written: EAGAIN if nobody reads.
int await_writable(int descriptor, const std::atomic<bool>& hurry) {
  while (true) {
    const auto in_hurry = hurry.load(std::memory_order_relaxed);
    pollfd what{descriptor, POLLOUT, 0};
    const auto ready = ::poll(&what, 1, in_hurry ? 0 : look_again_ms);
    if (ready > 0)
      return 0; // Failures are told by the write.
    if (ready < 0 && errno != EINTR)
      return errno;
    if (in_hurry)
      return EAGAIN;
  }
}

// A file is to hold whole lines only; what others appended meanwhile stays.
void take_back(int descriptor, std::size_t written) {
  struct stat file {};
  const auto end = ::lseek(descriptor, 0, SEEK_CUR);
  if (written > 0 && ::fstat(descriptor, &file) == 0 && S_ISREG(file.st_mode)
      && file.st_size == end) {
    const auto whole = end - static_cast<off_t>(written);
    [[maybe_unused]] const auto best_effort = ::ftruncate(descriptor, whole);
  }
}

} // namespace

std::variant<log_stream, int> log_stream::open(const std::string& path) {
  // Without O_NONBLOCK a FIFO would wait for its reader.
  const auto descriptor = ::open(
    path.c_str(),
    O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640);
  if (descriptor < 0)
    return errno;
  return log_stream{descriptor, true};
}

log_stream::log_stream(log_stream&& other) noexcept
  : descriptor_{std::exchange(other.descriptor_, -1)}, owned_{other.owned_} {}

log_stream& log_stream::operator=(log_stream&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(owned_, other.owned_);
  return *this;
}

log_stream::~log_stream() {
  if (owned_ && descriptor_ >= 0)
    ::close(descriptor_);
}

int log_stream::write(std::string_view line,
                      const std::atomic<bool>& hurry) const {
  std::size_t written = 0;
  while (written < line.size()) {
    auto error = await_writable(descriptor_, hurry);
    if (error == 0) {
      const auto piece = line.substr(written, largest_piece);
      const auto count = ::write(descriptor_, piece.data(), piece.size());
      if (count >= 0) {
        written += static_cast<std::size_t>(count);
      } else if (errno != EINTR && errno != EAGAIN) {
        error = errno;
      }
    }
    if (error != 0) {
      take_back(descriptor_, written);
      return error;
    }
  }
  return 0;
}

bool log_stream::is_journal(std::string_view named) const {
  struct stat stream {};
  return ::fstat(descriptor_, &stream) == 0
         && named
              == std::to_string(stream.st_dev) + ':'
                   + std::to_string(stream.st_ino);
}

} // namespace thunderpush
