#pragma once

#include "actors/address_table.hpp"
#include "actors/memory_budget.hpp"
#include "actors/rate_limit.hpp"
#include "config/ip_address.hpp"
#include "config/settings.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace thunderpush {

/// What an application may have of the process.
struct app_quota {
  std::size_t connections = 0;  ///< Clients; 0: unlimited.
  std::size_t publish_rate = 0; ///< Messages a second; 0: unlimited.
};

/// What an application has of it, on all homes. Any thread.
class app_usage {
public:
  /// One client more, unless there are `limit` already; 0: unlimited.
  bool join(std::size_t limit) noexcept {
    const auto before = connections_.fetch_add(1, std::memory_order_relaxed);
    if (limit == 0 || before < limit)
      return true;
    leave();
    return false;
  }

  /// One client less.
  void leave() noexcept {
    connections_.fetch_sub(1, std::memory_order_relaxed);
  }

  std::size_t connections() const noexcept {
    return connections_.load(std::memory_order_relaxed);
  }

  shared_rate_limit publications;

private:
  std::atomic<std::size_t> connections_{0};
};

/// Who may come in: the places that clients take, and the requests that
/// addresses make, counted for all homes together. Any thread, unless it is
/// said. Messages on their way never ask it.
class admission {
public:
  /// Why a client was not let in.
  enum class refusal : std::uint8_t {
    connections, ///< limits.connections is reached.
    address,     ///< limits.connections_per_address is reached.
    memory,      ///< The memory budget is used up.
    app,         ///< `connections` of the application is reached.
  };

  /// The names of these in metrics.
  static constexpr std::array<std::string_view, 4> refusal_names{
    "connections", "address", "memory", "app"};

  /// The place of a client, given back when this ends.
  class place {
  public:
    place() = default;
    place(place&& from) noexcept : of_(std::exchange(from.of_, nullptr)) {}
    place& operator=(place&& from) noexcept {
      give_back();
      of_ = std::exchange(from.of_, nullptr);
      return *this;
    }
    ~place() { give_back(); }

  private:
    friend class admission;

    // The clients of an address, or all those without.
    struct group {
      admission* owner = nullptr;
      std::optional<ip_address> source{};
      std::size_t clients = 0; // under the lock of the table
    };

    explicit place(group& of) noexcept : of_(&of) {}
    void give_back() noexcept;

    group* of_ = nullptr;
  };

  using verdict = std::variant<place, refusal>;

  /// `memory` outlives it.
  explicit admission(const memory_budget& memory) noexcept;

  /// Takes other limits.
  void set(const limit_settings& limits) noexcept;

  /// A client of that address is about to connect.
  verdict enter(const std::optional<ip_address>& address);

  /// Whether clients are counted by address: else theirs need not be asked for.
  bool counts_clients() const noexcept {
    return most_per_address_.load(std::memory_order_relaxed) > 0;
  }

  /// Clients that have a place.
  std::size_t connections() const noexcept {
    return connections_.load(std::memory_order_relaxed);
  }

  /// A client of that address makes a request. Zero if it may; else after how
  /// long it may.
  rate_limit::duration request(const std::optional<ip_address>& address,
                               rate_limit::clock::time_point now);

  /// Whether requests are counted by address.
  bool counts_requests() const noexcept {
    return request_rate_.load(std::memory_order_relaxed) > 0;
  }

  /// Whether what is large had better not come now.
  bool short_of_memory() const noexcept { return memory_.exceeded(); }

  /// The usage of the applications by id, which stays where it is. One thread.
  std::vector<app_usage*> usage_of(std::size_t apps);

private:
  void leave(place::group& from) noexcept;

  const memory_budget& memory_;
  std::atomic<std::size_t> connections_{0};
  std::atomic<std::size_t> most_connections_{0};
  std::atomic<std::size_t> most_per_address_{0};
  std::atomic<std::size_t> request_rate_{0};
  place::group others_; // clients that are not counted by address
  address_table<place::group> by_address_;
  address_table<rate_limit> requests_;
  std::deque<app_usage> apps_;
};

} // namespace thunderpush
