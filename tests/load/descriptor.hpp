#pragma once

#include <unistd.h>
#include <utility>

namespace thunderpush::load {

/// An open file descriptor, closed when its owner goes.
class descriptor {
public:
  descriptor() = default;
  explicit descriptor(int number) : number_(number) {}

  descriptor(descriptor&& other) noexcept
    : number_(std::exchange(other.number_, -1)) {}

  descriptor& operator=(descriptor&& other) noexcept {
    if (this != &other) {
      close();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }

  ~descriptor() { close(); }

  explicit operator bool() const { return number_ >= 0; }

  /// The number to hand to system calls, -1 if nothing is open.
  int number() const { return number_; }

  /// Closes now; without effect if nothing is open.
  void close() {
    if (number_ >= 0)
      ::close(std::exchange(number_, -1));
  }

private:
  int number_ = -1;
};

} // namespace thunderpush::load
