#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <atomic>
#include <cstddef>
#include <utility>
#include <vector>

namespace thunderpush {

class memory_budget;

/// What one home holds of the memory that has a budget: frames that wait,
/// publications under way, and what has arrived in part. Changed on the home's
/// thread, without an atomic operation that costs anything; read by all. Lives
/// as long as a frame does that is counted here.
class memory_use
  : public boost::intrusive_ref_counter<memory_use,
                                        boost::thread_unsafe_counter> {
public:
  /// Growth after which the sum of all homes is looked at.
  static constexpr std::size_t step = std::size_t{64} * 1024;

  memory_use() = default;
  memory_use(const memory_use&) = delete;
  memory_use& operator=(const memory_use&) = delete;

  void add(std::size_t bytes) noexcept {
    bytes_.store(this->bytes() + bytes, std::memory_order_relaxed);
  }

  void remove(std::size_t bytes) noexcept {
    bytes_.store(this->bytes() - bytes, std::memory_order_relaxed);
  }

  /// Any thread.
  std::size_t bytes() const noexcept {
    return bytes_.load(std::memory_order_relaxed);
  }

  /// Whether it has grown by a step since it was looked at.
  bool has_grown() const noexcept { return bytes() >= looked_at_ + step; }

  /// Looks at the budget. True if it is exceeded.
  bool look() noexcept;

  /// Whether the budget was exceeded when it was last looked at.
  bool is_short() const noexcept;

  /// Whether the budget is still short, and this holds more than its share.
  bool must_shed() const noexcept;

  /// The budget that it is part of; null if of none.
  const memory_budget* budget() const noexcept { return budget_; }

private:
  friend class memory_budget;

  memory_budget* budget_ = nullptr;
  std::atomic<std::size_t> bytes_{0};
  std::size_t looked_at_ = 0;
};

using memory_use_ptr = boost::intrusive_ptr<memory_use>;

/// Bytes of one owner, counted in steps, so that what is small costs nothing.
/// Lives on the home.
class memory_share {
public:
  explicit memory_share(memory_use& of) noexcept : use_(&of) {}
  memory_share(memory_share&& from) noexcept
    : use_(from.use_), bytes_(std::exchange(from.bytes_, 0)) {}
  memory_share& operator=(memory_share&& from) noexcept {
    set(0);
    use_ = from.use_;
    bytes_ = std::exchange(from.bytes_, 0);
    return *this;
  }
  ~memory_share() { set(0); }

  /// The owner has so many bytes now.
  void set(std::size_t bytes) noexcept;

private:
  memory_use* use_;
  std::size_t bytes_ = 0;
};

/// The memory that all homes together may use for what waits or has arrived in
/// part. Any thread, but for `watch`.
class memory_budget {
public:
  /// `part` counts from now on. Before the homes run; `part` outlives this or
  /// is not looked at any more.
  void watch(memory_use& part);

  /// 0: unlimited.
  void set(std::size_t bytes) noexcept {
    limit_.store(bytes, std::memory_order_relaxed);
  }

  std::size_t limit() const noexcept {
    return limit_.load(std::memory_order_relaxed);
  }

  std::size_t used() const noexcept;

  /// Whether more was used than permitted when that was last looked at.
  bool exceeded() const noexcept {
    return exceeded_.load(std::memory_order_relaxed);
  }

private:
  friend class memory_use;

  bool look() noexcept;
  std::size_t goal() const noexcept;

  std::vector<const memory_use*> parts_;
  std::atomic<std::size_t> limit_{0};
  std::atomic<bool> exceeded_{false};
};

} // namespace thunderpush
