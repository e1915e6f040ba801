#pragma once

#include <array>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace thunderpush {

/// A pipe whose reader may be slow, or go.
class test_pipe {
public:
  test_pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0)
      throw std::runtime_error{"no pipe"};
  }

  test_pipe(const test_pipe&) = delete;
  test_pipe(test_pipe&&) = delete;
  test_pipe& operator=(const test_pipe&) = delete;
  test_pipe& operator=(test_pipe&&) = delete;

  ~test_pipe() {
    close(0);
    close(1);
  }

  int writer() const { return ends_[1]; }

  /// Nobody reads any more.
  void close_reader() { close(0); }

  /// Writes until it takes nothing more. Returns how much that was.
  std::size_t fill() const {
    const auto flags = ::fcntl(writer(), F_GETFL);
    ::fcntl(writer(), F_SETFL, flags | O_NONBLOCK);
    std::size_t sum = 0;
    const std::string page(4096, '.');
    while (::write(writer(), page.data(), page.size()) > 0)
      sum += page.size();
    ::fcntl(writer(), F_SETFL, flags);
    return sum;
  }

  /// Waits for so many bytes.
  std::string read(std::size_t bytes) const {
    std::string text(bytes, '\0');
    std::size_t read = 0;
    while (read < bytes) {
      const auto count = ::read(ends_[0], text.data() + read, bytes - read);
      if (count <= 0)
        break;
      read += static_cast<std::size_t>(count);
    }
    text.resize(read);
    return text;
  }

  /// Waits for a whole line.
  std::string read_line() const {
    std::string line;
    while (!line.ends_with('\n'))
      line += read(1);
    return line;
  }

  /// All to the end, once no writer is left but this one, which is closed.
  std::string read_all() {
    close(1);
    std::string text;
    for (auto piece = read(65536); !piece.empty(); piece = read(65536))
      text += piece;
    return text;
  }

private:
  void close(std::size_t end) {
    if (ends_[end] >= 0)
      ::close(ends_[end]);
    ends_[end] = -1;
  }

  std::array<int, 2> ends_{-1, -1}; // reader, writer
};

} // namespace thunderpush
