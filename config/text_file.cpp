#include "config/text_file.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace thunderpush {

namespace {

class descriptor {
public:
  explicit descriptor(int value) noexcept : value_{value} {}
  descriptor(const descriptor&) = delete;
  descriptor(descriptor&&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  descriptor& operator=(descriptor&&) = delete;
  ~descriptor() {
    if (value_ >= 0)
      ::close(value_);
  }
  int get() const noexcept { return value_; }

private:
  int value_;
};

file_error last_error() {
  return {std::generic_category().message(errno)};
}

} // namespace

file_text read_text_file(const std::string& path) {
  // An empty path would name the current directory in some calls.
  if (path.empty())
    return file_error{"the path is empty"};
  const descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.get() < 0)
    return last_error();
  std::string text;
  std::array<char, 16'384> piece{};
  for (;;) {
    const auto got = ::read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return last_error();
    if (got == 0)
      return text;
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > max_file_bytes)
      return file_error{"it is larger than 1 MiB"};
  }
}

} // namespace thunderpush
