#pragma once

#include <cstdint>

namespace thunderpush {

/// What a home has counted since it began. Written by its own thread only;
/// others ask the home's inspector for a copy.
struct home_counters {
  std::uint64_t connections_opened = 0;
  std::uint64_t connections_closed = 0;
  std::uint64_t publications = 0;   ///< Accepted by channels and sessions here.
  std::uint64_t deliveries = 0;     ///< Handed to out-queues of connections.
  std::uint64_t slow_consumers = 0; ///< Connections closed with 3008.
  std::uint64_t refused_publications = 0; ///< Answered 429.
  std::uint64_t http_requests = 0;
  std::uint64_t actor_failures = 0; ///< Handlers that threw.

  home_counters& operator+=(const home_counters& other) noexcept {
    connections_opened += other.connections_opened;
    connections_closed += other.connections_closed;
    publications += other.publications;
    deliveries += other.deliveries;
    slow_consumers += other.slow_consumers;
    refused_publications += other.refused_publications;
    http_requests += other.http_requests;
    actor_failures += other.actor_failures;
    return *this;
  }
};

} // namespace thunderpush
