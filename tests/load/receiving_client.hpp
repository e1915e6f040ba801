#pragma once

#include "tests/load/endpoint.hpp"
#include "tests/load/event_loop.hpp"
#include "tests/load/response_reader.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace thunderpush::load {

/// What the owner of a receiving_client is told. The owner must not destroy the
/// client from inside these calls.
class receiving_events {
public:
  /// @param bytes of the body; they last until the call returns
  virtual void on_body(std::string_view bytes) = 0;
  /// The response has ended. The next request may be sent.
  virtual void on_response_end() = 0;
  /// There is no response, or no whole one, or another status than 200.
  virtual void on_receive_failure(const std::string& reason) = 0;

protected:
  ~receiving_events() = default;
};

/// One keep-alive connection for one request at a time, whose response is told
/// as it arrives. It connects when it is first needed and again after it was
/// closed.
class receiving_client final : event_handler {
public:
  receiving_client(event_loop& loop, receiving_events& events,
                   const endpoint& server, std::uint64_t source);

  receiving_client(const receiving_client&) = delete;
  receiving_client& operator=(const receiving_client&) = delete;

  /// Sends one request; none may be under way.
  void send(std::string request);

  /// A request is under way.
  bool busy() const { return busy_; }

  /// Closes the connection at once, whatever is under way. Nothing more is
  /// told.
  void abandon();

  /// As abandon, with RST.
  void reset();

private:
  void on_ready(std::uint32_t events) override;
  void connect();
  void flush();
  void receive();
  void take(std::string_view bytes);
  void fail(const std::string& reason);

  event_loop& loop_;
  receiving_events& events_;
  endpoint server_;
  std::uint64_t source_;
  descriptor socket_;
  event_loop::registration registration_;
  event_loop::timer failure_;
  bool connecting_ = false;
  bool busy_ = false;
  std::string unsent_;
  response_reader reader_;
};

} // namespace thunderpush::load
