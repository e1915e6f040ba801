#pragma once

#include "tests/load/websocket_client.hpp"

#include <cstddef>
#include <string_view>

#include "tools/benchmark/dialect.hpp"

namespace thunderpush::benchmark {

/// What the owner of subscribers is told. It must not destroy them from inside
/// these calls.
class subscriber_events {
public:
  /// It has said what it has to say to be subscribed.
  virtual void on_subscribed(std::size_t position) = 0;
  /// @param text lasts until the call returns
  virtual void on_text(std::size_t position, std::string_view text) = 0;
  /// Its connection is gone.
  virtual void on_end(std::size_t position, const load::connection_end& end)
    = 0;

protected:
  ~subscriber_events() = default;
};

/// A client that subscribes to one channel and listens.
class subscriber final : load::websocket_events {
public:
  struct identity {
    /// How its owner knows it.
    std::size_t position;
    std::size_t client;
    std::size_t channel;
  };

  subscriber(load::event_loop& loop, subscriber_events& owner,
             const dialect& speaks, const identity& who)
    : owner_(owner), speaks_(speaks), who_(who), socket_(loop, *this) {}

  subscriber(const subscriber&) = delete;
  subscriber& operator=(const subscriber&) = delete;

  /// Starts; on_subscribed or on_end follows.
  void connect(const load::endpoint& server) {
    socket_.connect(server, who_.client,
                    speaks_.path(who_.client, who_.channel));
  }

  /// From now on it reads only when told to.
  void leave_loop() { socket_.leave_loop(); }
  void read_now() { socket_.read_now(); }

  /// Ends at once, with RST: nothing is left in TIME_WAIT.
  void leave() { socket_.reset(); }

private:
  void on_open() override {
    greeted_ = speaks_.greeting().empty();
    if (greeted_)
      introduce();
  }

  void on_text(std::string_view text) override {
    if (greeted_)
      owner_.on_text(who_.position, text);
    else if ((greeted_ = text == speaks_.greeting()))
      introduce();
  }

  void on_end(const load::connection_end& end) override {
    owner_.on_end(who_.position, end);
  }

  void introduce() {
    socket_.send_texts(speaks_.introduction(who_.client, who_.channel));
    // From the first message on, so that all servers see the same.
    socket_.delay_acknowledgements();
    owner_.on_subscribed(who_.position);
  }

  subscriber_events& owner_;
  const dialect& speaks_;
  identity who_;
  bool greeted_ = false;
  load::websocket_client socket_;
};

} // namespace thunderpush::benchmark
