#include "tests/support/failing_allocations.hpp"

#include <algorithm>
#include <cstdlib>

namespace {

// How many allocations of this thread are to succeed; none: all.
thread_local std::size_t still_to_succeed = 0;
thread_local enum class mode { off, armed, done } now = mode::off;

bool is_to_fail() noexcept {
  if (now != mode::armed || still_to_succeed-- > 0)
    return false;
  now = mode::done;
  return true;
}

// NOLINTBEGIN(cppcoreguidelines-no-malloc): what new is made of.

void* allocate(std::size_t size) {
  void* made
    = is_to_fail() ? nullptr : std::malloc(std::max<std::size_t>(size, 1));
  if (made == nullptr)
    throw std::bad_alloc{};
  return made;
}

void* allocate(std::size_t size, std::align_val_t alignment) {
  const auto unit = static_cast<std::size_t>(alignment);
  const auto whole = (std::max<std::size_t>(size, 1) + unit - 1) / unit * unit;
  void* made = is_to_fail() ? nullptr : std::aligned_alloc(unit, whole);
  if (made == nullptr)
    throw std::bad_alloc{};
  return made;
}

} // namespace

// All others are made of these.

void* operator new(std::size_t size) {
  return allocate(size);
}

void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, alignment);
}

void operator delete(void* what) noexcept {
  std::free(what);
}

void operator delete(void* what, std::size_t) noexcept {
  std::free(what);
}

void operator delete(void* what, std::align_val_t) noexcept {
  std::free(what);
}

void operator delete(void* what, std::size_t, std::align_val_t) noexcept {
  std::free(what);
}

// NOLINTEND(cppcoreguidelines-no-malloc)

namespace thunderpush {

failing_allocation::failing_allocation(std::size_t before) noexcept {
  still_to_succeed = before;
  now = mode::armed;
}

failing_allocation::~failing_allocation() {
  now = mode::off;
}

bool failing_allocation::happened() const noexcept {
  return now == mode::done;
}

} // namespace thunderpush
