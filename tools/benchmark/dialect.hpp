#pragma once

#include "tests/load/endpoint.hpp"
#include "tests/load/rest_api.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tools/benchmark/message_shape.hpp"

namespace thunderpush::benchmark {

/// How a kind of server is spoken to. Clients and channels are numbers, each
/// client is a user of its own.
class dialect {
public:
  virtual ~dialect() = default;

  /// Where a client opens its WebSocket.
  virtual std::string path(std::size_t client, std::size_t channel) const = 0;

  /// What it waits for before it says anything; empty: nothing.
  virtual std::string_view greeting() const { return {}; }

  /// What it says then, as text messages, to be subscribed.
  virtual std::vector<std::string> introduction(std::size_t client,
                                                std::size_t channel) const = 0;

  /// The request that publishes a body.
  virtual std::string publish(std::size_t channel,
                              std::string_view body) const = 0;

  /// A request that changes nothing.
  virtual std::string ask() const = 0;

  /// How bodies of that size arrive.
  virtual message_shape arrival(std::size_t channel,
                                std::size_t bytes) const = 0;

  /// What is around the messages of a frame. With such brackets there may be
  /// several, with commas between.
  virtual std::string_view opening() const { return {}; }
  virtual std::string_view closing() const { return {}; }

  /// What may come and says nothing; empty: nothing.
  virtual std::string_view heartbeat() const { return {}; }
};

/// Thunderpush over SockJS's WebSocket.
std::unique_ptr<dialect> sockjs_dialect(const load::endpoint& server,
                                        const load::credentials& who);

/// Thunderpush over its raw WebSocket.
std::unique_ptr<dialect> raw_dialect(const load::endpoint& server,
                                     const load::credentials& who);

/// A server that subscribes whoever opens a WebSocket at /sub/CHANNEL, and
/// hands on what is POSTed to /pub/CHANNEL as it is: the floor, or nchan.
std::unique_ptr<dialect> plain_dialect(const load::endpoint& server);

} // namespace thunderpush::benchmark
