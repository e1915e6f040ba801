#include "tests/costs/crowd.hpp"

#include "tests/costs/client_bytes.hpp"

#include <algorithm>
#include <utility>

namespace thunderpush::costs {

namespace {

// Clients that connect at the same time.
constexpr std::size_t batch = 64;

} // namespace

crowd::crowd(in_process_server& server, std::size_t in_turn)
  : server_(server),
    in_turn_(in_turn),
    speaks_(benchmark::sockjs_dialect(
      {}, {in_process_server::key, in_process_server::secret})) {}

void crowd::join(std::size_t count, std::size_t channel, std::size_t step) {
  while (count > 0) {
    const auto some = std::min(count, batch);
    join_some(some, channel, step);
    channel += some * step;
    count -= some;
  }
}

// Each waits for the server's greeting before it says anything.
void crowd::join_some(std::size_t count, std::size_t channel,
                      std::size_t step) {
  auto& network = null_network::of_process();
  const auto first = sockets_.size();
  sent_.clear();
  for (std::size_t i = 0; i < count; ++i)
    sent_.push_back(upgrade_request(*speaks_, first + i));
  for (std::size_t i = 0; i < count; ++i) {
    const auto home = sockets_.size() / in_turn_ % server_.node().size();
    const int socket = sockets_.emplace_back(network.open());
    network.arrive(socket, sent_[i]);
    server_.accept(home, socket);
  }
  server_.run();
  for (std::size_t i = 0; i < count; ++i) {
    sent_[i] = introduction(*speaks_, first + i, channel + i * step);
    network.arrive(sockets_[first + i], sent_[i]);
  }
  server_.run();
}

void crowd::leave(std::size_t count) {
  for (; count > 0 && !sockets_.empty(); --count) {
    null_network::of_process().arrive(sockets_.back(), farewell());
    sockets_.pop_back();
    if (count % batch == 1 || sockets_.empty())
      server_.run();
  }
}

} // namespace thunderpush::costs
