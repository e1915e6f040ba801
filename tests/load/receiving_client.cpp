#include "tests/load/receiving_client.hpp"

#include <algorithm>
#include <utility>

namespace thunderpush::load {

receiving_client::receiving_client(event_loop& loop, receiving_events& events,
                                   const endpoint& server, std::uint64_t source)
  : events_(events), connection_(loop, *this, server, source) {}

void receiving_client::send(std::string request) {
  busy_ = true;
  reader_ = {};
  connection_.send(std::move(request));
}

void receiving_client::abandon() {
  connection_.close();
  busy_ = false;
}

void receiving_client::reset() {
  connection_.reset();
  busy_ = false;
}

void receiving_client::on_bytes(std::string_view bytes) {
  if (!busy_) {
    on_broken("the server sent something that was not asked for");
    return;
  }
  const auto body = reader_.take(bytes);
  if (reader_.malformed()) {
    constexpr std::size_t quoted = 100;
    on_broken("the response is malformed, the end of what came last is: "
              + std::string{
                bytes.substr(bytes.size() - std::min(bytes.size(), quoted))});
    return;
  }
  if (reader_.has_head() && reader_.status() != 200) {
    if (reader_.complete())
      on_broken("status " + std::to_string(reader_.status()));
    return;
  }
  if (!body.empty())
    events_.on_body(body);
  // The owner may have left on account of it.
  if (!busy_ || !reader_.complete())
    return;
  busy_ = false;
  if (!reader_.keep_alive())
    abandon();
  events_.on_response_end();
}

void receiving_client::on_closed() {
  on_broken("the server closed the connection in the middle of a response");
}

void receiving_client::on_broken(const std::string& reason) {
  const bool was_busy = busy_;
  abandon();
  // An idle connection may be closed by the server at any time.
  if (was_busy)
    events_.on_receive_failure(reason);
}

} // namespace thunderpush::load
