#pragma once

#include "tests/transport/http_answer.hpp"
#include "tests/transport/socket_node.hpp"
#include "transport/http/connection.hpp"
#include "transport/sockjs/service.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thunderpush {

/// What connections refer to: destroyed after the node.
struct sockjs_offer {
  std::array<site, 2> sites; // by home
  std::vector<site_branch> branches;
  http_settings http;
  sockjs::service_settings sockjs;
};

/// A SockJS service at `/connect` of two homes, and its clients. Their messages
/// are the commands of an application's client.
class sockjs_fixture : public sockjs_offer, public socket_node {
public:
  using lines = std::vector<std::string>;

  explicit sockjs_fixture(const limit_settings& limits = {})
    : socket_node(limits) {
    for (std::size_t i = 0; i < sites.size(); ++i) {
      branches.push_back({&node().at(i), &sites[i], &http});
      sites[i].add("/connect", std::make_shared<sockjs::service>(
                                 "/connect", node().at(i), node().hub_at(i),
                                 sockjs, branches));
    }
  }

  /// So many clients may connect.
  void permits(std::size_t connections) {
    limit_settings limits;
    limits.connections = connections;
    node().door().set(limits);
  }

  // -- requests --------------------------------------------------------------

  /// An HTTP client, accepted by that home.
  peer& visits(std::size_t home = 0, buffer_sizes sizes = {}) {
    auto& made = connects(sizes);
    std::make_shared<http_connection>(node().at(home), std::move(made.server),
                                      sites[home], http)
      ->start();
    return made.client;
  }

  /// A request; `line` is its method and target.
  static std::string request(std::string_view line, std::string_view body = {},
                             std::string_view fields = {}) {
    return std::string{line} + " HTTP/1.1\r\nHost: h\r\nContent-Length: "
           + std::to_string(body.size()) + "\r\n" + std::string{fields} + "\r\n"
           + std::string{body};
  }

  /// Sends a request on a connection of its own and lets everything settle.
  peer& asks(std::string_view line, std::string_view body = {},
             std::string_view fields = {}, std::size_t home = 0) {
    auto& client = visits(home);
    client.sends(request(line, body, fields));
    settle();
    return client;
  }

  /// The answer that the client has got, complete and with nothing behind it.
  http_answer answer_of(peer& client) {
    REQUIRE(eventually([&] {
      std::string_view rest{client.received()};
      return read_answer(rest).complete || client.ended() != peer::ending::none;
    }));
    settle();
    auto received = client.take_received();
    auto seen = take_answer(received);
    CHECK(received == "");
    return seen;
  }

  http_answer answer_to(std::string_view line, std::string_view body = {},
                        std::string_view fields = {}) {
    return answer_of(asks(line, body, fields));
  }

  // -- receiving -------------------------------------------------------------

  static std::string path_of(std::string_view id, std::string_view resource) {
    return "/connect/000/" + std::string{id} + "/" + std::string{resource};
  }

  /// A client that waits for the answer to a poll.
  peer& polls(std::string_view id, std::size_t home = 0) {
    return asks("POST " + path_of(id, "xhr"), {}, {}, home);
  }

  /// What a poll is answered at once, with all framing.
  std::string poll(std::string_view id) { return answer_of(polls(id)).body; }

  /// A client that receives a stream.
  peer& streams(std::string_view id, std::size_t home = 0) {
    return asks("POST " + path_of(id, "xhr_streaming"), {}, {}, home);
  }

  /// As much of the answer as a client has got.
  static http_answer seen_by(const peer& client) {
    std::string_view rest{client.received()};
    return read_answer(rest);
  }

  /// What has come in a streamed answer behind its prelude: each chunk, which
  /// is to be a frame.
  static lines frames_of(const peer& client) {
    auto chunks = seen_by(client).chunks;
    REQUIRE_FALSE(chunks.empty());
    chunks.erase(chunks.begin());
    return chunks;
  }

  /// Whether nothing has come, and the client is still served.
  static bool waits(const peer& client) {
    CHECK(client.received() == "");
    return client.received().empty() && client.ended() == peer::ending::none;
  }

  // -- sending ---------------------------------------------------------------

  static std::string array_of(const lines& messages) {
    std::string body;
    for (const auto& each : messages)
      body += (body.empty() ? "[\"" : ",\"") + each + "\"";
    return body.empty() ? "[]" : body + "]";
  }

  /// A client that has sent messages.
  peer& sends_messages(std::string_view id, const lines& messages,
                       std::size_t home = 0) {
    return asks("POST " + path_of(id, "xhr_send"), array_of(messages), {},
                home);
  }

  /// The status of the answer to a send.
  std::string says(std::string_view id, const lines& messages) {
    return answer_of(sends_messages(id, messages)).status;
  }

  // -- sessions --------------------------------------------------------------

  /// A session without a receiver, connected as that user.
  void connects_as(std::string_view user, std::string_view id,
                   const lines& then = {}) {
    CHECK(poll(id) == "o\n");
    lines messages{"CONNECT " + std::string{user} + ":key"};
    messages.insert(messages.end(), then.begin(), then.end());
    CHECK(says(id, messages) == "204");
  }

  /// An id whose session lives on that home.
  std::string id_on(std::size_t home, std::string stem = "session") const {
    while (std::hash<std::string_view>{}(stem) % branches.size() != home)
      stem += '=';
    return stem;
  }

  std::size_t connections() { return actors(actor_kind::connection); }
};

} // namespace thunderpush
