#pragma once

#include "tests/costs/in_process_server.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush::costs {

/// Application servers: each has one connection to the REST API and keeps it.
/// They take the homes in turn.
class callers {
public:
  /// Connects them. While the server has no threads.
  callers(in_process_server& server, std::size_t count);

  std::size_t size() const noexcept { return sockets_.size(); }

  /// The home of one.
  std::size_t home_of(std::size_t caller) const noexcept {
    return caller % homes_;
  }

  /// One of them sends a request, which must stay where it is until it is
  /// read. On the thread of its home.
  void send(std::size_t caller, std::string_view request);

private:
  const std::size_t homes_;
  std::vector<int> sockets_;
};

} // namespace thunderpush::costs
