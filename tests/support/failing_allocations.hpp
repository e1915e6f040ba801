#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <new>
#include <optional>
#include <utility>

namespace thunderpush {

/// From its construction on one allocation of the calling thread fails: the one
/// that follows `before` others. At its end that is over. One at a time on each
/// thread; a program that has one is linked with failing_allocations.cpp.
class failing_allocation {
public:
  explicit failing_allocation(std::size_t before) noexcept;
  failing_allocation(const failing_allocation&) = delete;
  failing_allocation& operator=(const failing_allocation&) = delete;
  ~failing_allocation();

  /// Whether it has failed.
  bool happened() const noexcept;
};

/// Calls `work` with its first allocation failing, then with its second, and so
/// on, until it gets by without. Each call must throw `std::bad_alloc` or
/// return a value, which `check` is given with whether an allocation failed.
/// Returns how many did.
template <class Work, class Check>
std::size_t with_each_allocation_failing(Work&& work, Check&& check) {
  for (std::size_t before = 0;; ++before) {
    CAPTURE(before);
    std::optional<decltype(work())> result;
    bool failed = false;
    {
      const failing_allocation next{before};
      try {
        result.emplace(work());
      } catch (const std::bad_alloc&) {
        failed = true;
      }
      failed = next.happened();
    }
    if (!failed)
      REQUIRE(result);
    if (result)
      check(std::as_const(*result), failed);
    if (!failed)
      return before;
  }
}

/// The same for work whose value is the same, or does not come.
template <class Work, class Value>
std::size_t fails_or_gives(Work&& work, const Value& expected) {
  return with_each_allocation_failing(
    work, [&](const auto& result, bool) { CHECK((result == expected)); });
}

} // namespace thunderpush
