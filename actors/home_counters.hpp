#pragma once

#include "actors/admission.hpp"

#include <array>
#include <cstddef>
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
  std::uint64_t actor_failures = 0;   ///< Handlers that threw.
  std::uint64_t writes = 0;           ///< Times a client was written to.
  std::uint64_t written_messages = 0; ///< In these.
  std::uint64_t written_bytes = 0;    ///< In these.

  std::uint64_t dropped_by_disconnect = 0; ///< Messages of those closed 3008.
  std::uint64_t dropped_as_oldest = 0;     ///< By slow_policy::drop_oldest.
  std::uint64_t dropped_for_latest = 0;    ///< By slow_policy::latest.
  std::uint64_t shed_connections = 0;      ///< Closed as memory was short.
  /// Clients that were not let in, by `admission::refusal`.
  std::array<std::uint64_t, admission::refusal_names.size()> refused_clients{};
  std::uint64_t pauses = 0; ///< Clients that had said too much and had to wait.
  std::uint64_t throttled_publications = 0; ///< Above an app's publish rate.
  std::uint64_t throttled_requests = 0;     ///< Above the rate of an address.
  /// Clients that were closed as no proxy had said who they are.
  std::uint64_t refused_proxy_headers = 0;
  std::uint64_t tls_handshake_failures = 0; ///< Clients that were not secured.

  void refused(admission::refusal why) noexcept {
    ++refused_clients[static_cast<std::size_t>(why)];
  }

  /// Messages that were dropped alone.
  std::uint64_t dropped_by_policy() const noexcept {
    return dropped_as_oldest + dropped_for_latest;
  }

  // As it is now.
  std::uint64_t queued_bytes = 0; ///< Wait to be written to clients.
  std::uint64_t blocked = 0;      ///< Clients that take no more for now.

  home_counters& operator+=(const home_counters& other) noexcept {
    connections_opened += other.connections_opened;
    connections_closed += other.connections_closed;
    publications += other.publications;
    deliveries += other.deliveries;
    slow_consumers += other.slow_consumers;
    refused_publications += other.refused_publications;
    http_requests += other.http_requests;
    actor_failures += other.actor_failures;
    writes += other.writes;
    written_messages += other.written_messages;
    written_bytes += other.written_bytes;
    dropped_by_disconnect += other.dropped_by_disconnect;
    dropped_as_oldest += other.dropped_as_oldest;
    dropped_for_latest += other.dropped_for_latest;
    shed_connections += other.shed_connections;
    for (std::size_t i = 0; i < refused_clients.size(); ++i)
      refused_clients[i] += other.refused_clients[i];
    pauses += other.pauses;
    throttled_publications += other.throttled_publications;
    throttled_requests += other.throttled_requests;
    refused_proxy_headers += other.refused_proxy_headers;
    tls_handshake_failures += other.tls_handshake_failures;
    queued_bytes += other.queued_bytes;
    blocked += other.blocked;
    return *this;
  }
};

} // namespace thunderpush
