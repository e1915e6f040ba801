#pragma once

#include "tests/transport/http_answer.hpp"
#include "tests/transport/socket_node.hpp"
#include "transport/http/connection.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thunderpush {

using answer_function = std::function<void(
  const http_request&, const std::shared_ptr<http_connection>&)>;

/// Answers as the test wants it.
class function_mount final : public mount {
public:
  explicit function_mount(answer_function what) : what_(std::move(what)) {}

  void serve(const http_request& request,
             const std::shared_ptr<http_connection>& client) override {
    what_(request, client);
  }

private:
  answer_function what_;
};

inline http_response text(std::string body) {
  return {200, "text/plain", {}, std::move(body)};
}

inline std::string get(std::string_view target) {
  return "GET " + std::string{target} + " HTTP/1.1\r\nHost: h\r\n\r\n";
}

/// What connections refer to: destroyed after the node.
struct http_offer {
  site offer;
  http_settings settings;
};

/// A site on the first home, and its clients. `/echo` answers at once, `/late`
/// when the test does.
class http_fixture : public http_offer, public socket_node {
public:
  http_fixture() {
    offers("/echo", [](const auto& request, const auto& client) {
      client->respond(text(std::string{request.method} + " "
                           + std::string{request.target} + " "
                           + std::string{request.body}));
    });
    offers("/late", [this](const auto& request, const auto& client) {
      served.emplace_back(request.target);
      waiting = client;
    });
  }

  void offers(std::string path, answer_function what) {
    offer.add(std::move(path),
              std::make_shared<function_mount>(std::move(what)));
  }

  /// A client of the site. What becomes of the server's side is in `side`.
  peer& visits(buffer_sizes sizes = {}) {
    auto& made = connects(sizes);
    const auto connection = std::make_shared<http_connection>(
      node().at(0), std::move(made.server), offer, settings);
    side = connection;
    connection->start();
    return made.client;
  }

  /// What the client gets for an answer, with nothing behind it.
  http_answer answer_to(peer& who) {
    REQUIRE(eventually([&] {
      return who.received().find("\r\n\r\n") != std::string::npos
             || who.ended() != peer::ending::none;
    }));
    settle();
    auto received = who.take_received();
    auto seen = take_answer(received);
    CHECK(received == "");
    return seen;
  }

  void answers_late(std::string body) {
    std::exchange(waiting, nullptr)->respond(text(std::move(body)));
  }

  bool serves() {
    return eventually([this] { return waiting != nullptr; });
  }

  bool is_gone() {
    return eventually([this] { return side.expired(); });
  }

  std::weak_ptr<http_connection> side;      // of the last client
  std::shared_ptr<http_connection> waiting; // for a late answer
  std::vector<std::string> served;          // late
};

} // namespace thunderpush
