#include "tests/faults/daemon/fault_socket.hpp"

#include "tests/faults/daemon/armed_faults.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/system/system_error.hpp>

#include <istream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace thunderpush {

namespace {

using protocol = boost::asio::local::stream_protocol;

std::string answer_to(std::string_view line) {
  constexpr std::string_view arm = "arm ";
  if (line == "handlers") {
    std::string all;
    for (const auto& each : armed_faults::handlers())
      all.append(all.empty() ? "" : ",").append(each);
    return all;
  }
  if (line == "armed")
    return std::to_string(faults().armed());
  if (line.starts_with(arm) && faults().arm(line.substr(arm.size())))
    return "armed";
  return "unknown";
}

void converse(protocol::iostream& test) {
  for (std::string line; std::getline(test, line);)
    test << answer_to(line) << std::endl;
}

} // namespace

void listen_for_faults(const char* path) {
  std::thread{[path = std::string{path}] {
    boost::asio::io_context context{1};
    protocol::acceptor acceptor{context, protocol::endpoint{path}};
    while (true) {
      protocol::iostream test;
      acceptor.accept(test.socket());
      converse(test);
    }
  }}.detach();
}

} // namespace thunderpush
