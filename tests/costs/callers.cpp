#include "tests/costs/callers.hpp"

#include "tests/costs/null_network.hpp"

namespace thunderpush::costs {

callers::callers(in_process_server& server, std::size_t count)
  : homes_(server.node().size()) {
  for (std::size_t i = 0; i < count; ++i) {
    const int socket = null_network::of_process().open();
    sockets_.push_back(socket);
    server.accept(home_of(i), socket);
  }
  server.run();
}

void callers::send(std::size_t caller, std::string_view request) {
  null_network::of_process().arrive(sockets_[caller], request);
}

} // namespace thunderpush::costs
