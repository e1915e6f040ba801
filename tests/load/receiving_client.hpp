#pragma once

#include "tests/load/response_reader.hpp"
#include "tests/load/tcp_connection.hpp"

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
class receiving_client final : tcp_events {
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
  void on_bytes(std::string_view bytes) override;
  void on_closed() override;
  void on_broken(const std::string& reason) override;

  receiving_events& events_;
  tcp_connection connection_;
  bool busy_ = false;
  response_reader reader_;
};

} // namespace thunderpush::load
