#pragma once

#include "actors/actor_kind.hpp"
#include "actors/home_counters.hpp"
#include "actors/interfaces.hpp"
#include "actors/node.hpp"
#include "api/gateway.hpp"
#include "config/settings.hpp"
#include "transport/http/connection.hpp"
#include "transport/http/mount.hpp"
#include "transport/sockjs/service.hpp"

#include <cstddef>
#include <deque>
#include <vector>

namespace thunderpush::costs {

/// The parts of the daemon, joined as the daemon joins them, with its default
/// settings: without a listener, whose work `accept` does, and without threads
/// until `node().start()`. Its sockets are those of the null network.
class in_process_server {
public:
  static constexpr const char* key = "public";
  static constexpr const char* secret = "secret";

  explicit in_process_server(std::size_t homes,
                             home::time_source time = &home::clock::now);
  in_process_server(const in_process_server&) = delete;
  in_process_server& operator=(const in_process_server&) = delete;
  ~in_process_server();

  thunderpush::node& node() noexcept { return node_; }

  /// A client of that home connects. On the home's thread.
  void accept(std::size_t home, int socket);

  /// Runs the homes by turns until nothing is left to do. Without threads.
  void run();

  /// All homes' counters. Without threads.
  home_counters counted();

  /// Actors of that kind that are alive. Without threads.
  std::size_t actors(actor_kind kind);

private:
  // What there is on each home.
  struct branch {
    http_settings http;
    sockjs::service_settings sockjs;
    site offer;
  };

  const settings chosen_;
  const applications apps_;
  thunderpush::node node_;
  std::vector<requester_ref> handlers_; // as long as sites offer them
  std::deque<branch> branches_;         // by home
  std::vector<site_branch> places_;
};

} // namespace thunderpush::costs
