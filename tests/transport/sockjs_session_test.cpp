#include "actors/endpoint.hpp"
#include "tests/transport/sockjs_fixture.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

using namespace thunderpush;
using namespace std::chrono_literals;
using lines = sockjs_fixture::lines;

namespace {

constexpr std::string_view still_open
  = "c[2010,\"Another connection still open\"]\n";
constexpr std::string_view interrupted = "c[1002,\"Connection interrupted\"]\n";
constexpr std::string_view invalid_key = "c[9000,\"Invalid API key.\"]\n";
constexpr std::string_view disconnected
  = "c[9002,\"Server closed the connection (intentionally).\"]\n";
constexpr std::string_view go_away = "c[3000,\"Go away!\"]\n";

// Closes each client in its first moment.
class closing_endpoint final
  : public pinned<closing_endpoint, accepts<>, endpoint> {
public:
  closing_endpoint(caf::actor_config& config, thunderpush::home& where,
                   const limit_settings& limits,
                   std::unique_ptr<client_link> link)
    : pinned(config, where, limits, std::move(link)) {}

  bool handle(std::string_view) override { return false; }

private:
  void opened() override { close(close_reasons::go_away); }
};

class closing_factory final : public endpoint_factory {
public:
  explicit closing_factory(home& where) : home_(where) {}

  endpoint& open(std::unique_ptr<client_link> link, visitor) override {
    auto& made = home_.spawn<closing_endpoint>(limits_, std::move(link));
    made.start();
    return made;
  }

private:
  home& home_;
  const limit_settings limits_;
};

struct receiving_request {
  std::string_view line;
  std::string_view opening; // behind the prelude
};

constexpr std::array<receiving_request, 5> all_transports{{
  {"POST /connect/0/s/xhr", "o\n"},
  {"POST /connect/0/s/xhr_streaming", "o\n"},
  {"GET /connect/0/s/eventsource", "data: o\r\n\r\n"},
  {"GET /connect/0/s/htmlfile?c=cb", "<script>\np(\"o\");\n</script>\r\n"},
  {"GET /connect/0/s/jsonp?c=cb", "/**/cb(\"o\");\r\n"},
}};

} // namespace

TEST_SUITE("SockJS session") {
  // -- the beginning ---------------------------------------------------------

  TEST_CASE_FIXTURE(sockjs_fixture, "its first receiver opens it") {
    for (const auto& [line, opening] : all_transports) {
      CAPTURE(line);
      auto& client = asks(line);
      CHECK(connections() == 1);
      CHECK(seen_by(client).status == "200");
      CHECK(seen_by(client).body.ends_with(opening));
      client.closes();
      passes(sockjs.sessions.disconnect_delay);
      CHECK(connections() == 0);
    }
    CHECK(counted().connections_opened == 5);
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "it opens once") {
    CHECK(poll("s") == "o\n");
    CHECK(waits(polls("s")));
    CHECK(connections() == 1);
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "nobody but a receiver opens it") {
    CHECK(says("s", {"CONNECT u:key"}) == "404");
    CHECK(answer_to("POST /connect/0/s/jsonp_send", "[\"x\"]").status == "404");
    CHECK(answer_to("OPTIONS /connect/0/s/xhr").status == "204");
    CHECK(answer_to("GET /connect/0/s/xhr").status == "405");
    CHECK(connections() == 0);
    CHECK(poll("s") == "o\n");
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "the server in the URL plays no part") {
    CHECK(answer_to("POST /connect/000/s/xhr").body == "o\n");
    CHECK(waits(asks("POST /connect/999/s/xhr")));
    CHECK(connections() == 1);
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "sessions of other ids are others") {
    for (const auto* const id : {"s", "S", "%73", "s~", "s-"}) {
      CAPTURE(id);
      CHECK(poll(id) == "o\n");
    }
    CHECK(connections() == 5);
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "its receivers may change the transport") {
    sockjs.response_limit = 1;
    connects_as("alice", "s");
    for (const auto& [line, opening] : all_transports) {
      CAPTURE(line);
      auto& client = asks(line);
      CHECK_FALSE(seen_by(client).complete);
      send("alice", "1");
      CHECK(answer_of(client).body.find("a[1]") != std::string::npos);
    }
    CHECK(connections() == 1);
  }

  // -- a second receiver -----------------------------------------------------

  TEST_CASE_FIXTURE(sockjs_fixture, "a second receiver is told 2010") {
    connects_as("alice", "s");
    auto& first = polls("s");
    CHECK(poll("s") == still_open);
    auto& second = streams("s");
    CHECK(seen_by(second).complete);
    CHECK(frames_of(second) == lines{std::string{still_open}});
    CHECK(waits(first));
    send("alice", "1");
    CHECK(answer_of(first).body == "a[1]\n");
    CHECK(waits(polls("s")));
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "2010 harms no stream") {
    connects_as("alice", "s");
    auto& first = streams("s");
    CHECK(poll("s") == still_open);
    send("alice", "1");
    settle();
    CHECK(frames_of(first) == lines{"a[1]\n"});
    CHECK_FALSE(seen_by(first).complete);
  }

  TEST_CASE_FIXTURE(sockjs_fixture,
                    "the connection of a second receiver can be used again") {
    connects_as("alice", "s");
    auto& first = polls("s");
    auto& second = polls("s");
    CHECK(answer_of(second).body == still_open);
    send("alice", "1");
    CHECK(answer_of(first).body == "a[1]\n");
    second.sends(request("POST " + path_of("s", "xhr")));
    settle();
    send("alice", "2");
    CHECK(answer_of(second).body == "a[2]\n");
  }

  // -- without a receiver ----------------------------------------------------

  TEST_CASE_FIXTURE(sockjs_fixture, "it lives for a while without a receiver") {
    connects_as("alice", "s");
    passes(sockjs.sessions.disconnect_delay - 100ms);
    CHECK(online("alice"));
    CHECK(connections() == 1);
    passes(100ms);
    CHECK_FALSE(online("alice"));
    CHECK(is_as_at_start());
    CHECK(says("s", {"x"}) == "404");
    CHECK(poll("s") == "o\n");
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "the while begins as a receiver ends") {
    connects_as("alice", "s");
    for (int i = 0; i < 3; ++i) {
      passes(sockjs.sessions.disconnect_delay - 100ms);
      auto& client = polls("s");
      passes(sockjs.sessions.disconnect_delay * 2);
      send("alice", "1");
      CHECK(answer_of(client).body == "a[1]\n");
    }
    passes(sockjs.sessions.disconnect_delay - 100ms);
    CHECK(online("alice"));
    passes(100ms);
    CHECK_FALSE(online("alice"));
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "sends alone do not keep it alive") {
    connects_as("alice", "s");
    passes(sockjs.sessions.disconnect_delay - 100ms);
    CHECK(says("s", {"SUBSCRIBE news"}) == "204");
    passes(100ms);
    CHECK_FALSE(online("alice"));
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "it lives as long as it has a receiver") {
    connects_as("alice", "s");
    streams("s");
    passes(3'600'000ms);
    CHECK(online("alice"));
  }

  // -- heartbeats ------------------------------------------------------------

  TEST_CASE_FIXTURE(sockjs_fixture, "a poll ends with the heartbeat") {
    CHECK(poll("s") == "o\n");
    auto& client = polls("s");
    passes(sockjs.sessions.heartbeat - 100ms);
    CHECK(waits(client));
    passes(100ms);
    CHECK(answer_of(client).body == "h\n");
    CHECK(waits(polls("s")));
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "after a heartbeat a while is left") {
    CHECK(poll("s") == "o\n");
    polls("s");
    passes(sockjs.sessions.heartbeat);
    passes(sockjs.sessions.disconnect_delay - 100ms);
    CHECK(connections() == 1);
    passes(100ms);
    CHECK(connections() == 0);
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "each receiver has heartbeats of its own") {
    CHECK(poll("s") == "o\n");
    passes(4000ms);
    auto& client = polls("s");
    passes(sockjs.sessions.heartbeat - 100ms);
    CHECK(waits(client));
    passes(100ms);
    CHECK(answer_of(client).body == "h\n");
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "a stream has one heartbeat a period") {
    auto& client = streams("s");
    CHECK(frames_of(client) == lines{"o\n"});
    for (int i = 0; i < 3; ++i)
      passes(sockjs.sessions.heartbeat);
    CHECK(frames_of(client) == lines{"o\n", "h\n", "h\n", "h\n"});
    CHECK_FALSE(seen_by(client).complete);
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "a slow reader is spared heartbeats") {
    sockjs.response_limit = std::size_t{1} << 20;
    connects_as("alice", "s");
    auto& client = visits(0, small_buffers);
    client.stops_reading();
    client.sends(request("POST " + path_of("s", "xhr_streaming")));
    const auto large = "\"" + std::string(std::size_t{1} << 19, 'x') + "\"";
    settle();
    http.write_timeout = 3'600'000ms;
    send("alice", large);
    passes(sockjs.sessions.heartbeat);
    client.reads_on();
    const auto all = "a[" + large + "]\n";
    REQUIRE(
      eventually([&] { return client.received().size() > all.size() + 2048; }));
    settle();
    CHECK((frames_of(client) == lines{all}));
    passes(sockjs.sessions.heartbeat);
    CHECK((frames_of(client) == lines{all, "h\n"}));
  }

  // -- a receiver that is lost -----------------------------------------------

  TEST_CASE_FIXTURE(sockjs_fixture, "it ends with a receiver that is lost") {
    for (const bool in_order : {true, false}) {
      for (const auto& [line, opening] : all_transports) {
        CAPTURE(line);
        connects_as("alice", "s");
        auto& client = asks(line);
        CHECK(online("alice"));
        if (in_order)
          client.closes();
        else
          client.breaks_off();
        settle();
        CHECK_FALSE(online("alice"));
        CHECK(is_as_at_start());
        passes(sockjs.sessions.disconnect_delay);
      }
    }
  }

  TEST_CASE_FIXTURE(sockjs_fixture,
                    "who comes after a lost receiver is told 1002") {
    connects_as("alice", "s");
    polls("s").closes();
    settle();
    for (int i = 0; i < 3; ++i) {
      CHECK(poll("s") == interrupted);
      passes(sockjs.sessions.disconnect_delay - 100ms);
    }
    auto& stream = streams("s");
    CHECK(frames_of(stream) == lines{std::string{interrupted}});
    CHECK(seen_by(stream).complete);
    CHECK(says("s", {"CONNECT alice:key"}) == "204");
    CHECK(is_as_at_start());
    passes(sockjs.sessions.disconnect_delay);
    CHECK(poll("s") == "o\n");
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "the loss of a second receiver is none") {
    connects_as("alice", "s");
    auto& first = polls("s");
    auto& second = polls("s");
    CHECK(answer_of(second).body == still_open);
    second.closes();
    settle();
    CHECK(online("alice"));
    CHECK(waits(first));
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "who leaves after an answer is not lost") {
    connects_as("alice", "s");
    auto& client = polls("s");
    send("alice", "1");
    CHECK(answer_of(client).body == "a[1]\n");
    client.closes();
    settle();
    CHECK(online("alice"));
    CHECK(waits(polls("s")));
  }

  TEST_CASE_FIXTURE(sockjs_fixture,
                    "a receiver that is found lost at a message ends it") {
    connects_as("alice", "s");
    polls("s").breaks_off();
    // Written before the socket is looked at.
    CHECK(send("alice", "1") == 1);
    settle();
    CHECK_FALSE(online("alice"));
    CHECK(poll("s") == interrupted);
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "a stream that stands still is lost") {
    connects_as("alice", "s");
    auto& client = visits(0, small_buffers);
    client.stops_reading();
    client.sends(request("POST " + path_of("s", "xhr_streaming")));
    settle();
    send("alice", "\"" + std::string(std::size_t{1} << 19, 'x') + "\"");
    passes(http.write_timeout - 100ms);
    CHECK(online("alice"));
    passes(100ms);
    CHECK_FALSE(online("alice"));
    CHECK(poll("s") == interrupted);
  }

  // -- closed by the application ---------------------------------------------

  TEST_CASE_FIXTURE(sockjs_fixture, "a poll that waits is told of the close") {
    CHECK(poll("s") == "o\n");
    auto& client = polls("s");
    CHECK(says("s", {"CONNECT alice:wrong"}) == "204");
    CHECK(answer_of(client).body == invalid_key);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "a stream ends with the close") {
    auto& client = streams("s");
    CHECK(says("s", {"CONNECT alice:wrong"}) == "204");
    CHECK(frames_of(client) == lines{"o\n", std::string{invalid_key}});
    CHECK(seen_by(client).complete);
    CHECK(client.ended() == peer::ending::none);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "without a receiver the next one is told") {
    CHECK(poll("s") == "o\n");
    CHECK(says("s", {"CONNECT alice:wrong"}) == "204");
    CHECK(poll("s") == invalid_key);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "whoever asks again is told again") {
    CHECK(poll("s") == "o\n");
    CHECK(says("s", {"CONNECT alice:wrong"}) == "204");
    for (int i = 0; i < 3; ++i) {
      CHECK(poll("s") == invalid_key);
      auto& stream = streams("s");
      CHECK(frames_of(stream) == lines{std::string{invalid_key}});
      CHECK(seen_by(stream).complete);
      CHECK(answer_to("GET /connect/0/s/jsonp?c=cb").body
            == "/**/cb(\"c[9000,\\\"Invalid API key.\\\"]\");\r\n");
      CHECK(says("s", {"CONNECT alice:key"}) == "204");
      passes(sockjs.sessions.disconnect_delay - 100ms);
    }
    CHECK(is_as_at_start());
    passes(100ms);
    CHECK(poll("s") == "o\n");
  }

  TEST_CASE_FIXTURE(sockjs_fixture,
                    "if nobody comes to be told the id is forgotten") {
    connects_as("alice", "s");
    passes(4000ms);
    disconnect("alice");
    CHECK_FALSE(online("alice"));
    passes(900ms);
    CHECK(connections() == 1);
    passes(100ms);
    CHECK(is_as_at_start());
    CHECK(poll("s") == "o\n");
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "its user is offline from the close on") {
    connects_as("alice", "s", {"SUBSCRIBE news"});
    disconnect("alice");
    CHECK_FALSE(online("alice"));
    CHECK(publish("news", "1") == 0);
    CHECK(poll("s") == disconnected);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(sockjs_fixture,
                    "what it sends after the close is dropped") {
    connects_as("alice", "s");
    disconnect("alice");
    CHECK(says("s", {"CONNECT alice:key", "SUBSCRIBE news"}) == "204");
    CHECK_FALSE(online("alice"));
    CHECK(poll("s") == disconnected);
    CHECK(says("s", {"CONNECT alice:key"}) == "204");
    CHECK_FALSE(online("alice"));
  }

  TEST_CASE_FIXTURE(sockjs_fixture,
                    "polls get what is queued, and the close after it") {
    connects_as("alice", "s");
    send("alice", "1");
    send("alice", "2");
    disconnect("alice");
    CHECK(poll("s") == "a[1,2]\n");
    CHECK(poll("s") == disconnected);
    CHECK(poll("s") == disconnected);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(sockjs_fixture,
                    "the close has its time after each poll before it") {
    connects_as("alice", "s");
    send("alice", "1");
    disconnect("alice");
    passes(sockjs.sessions.disconnect_delay - 100ms);
    CHECK(poll("s") == "a[1]\n");
    passes(sockjs.sessions.disconnect_delay - 100ms);
    CHECK(poll("s") == disconnected);
    passes(sockjs.sessions.disconnect_delay - 100ms);
    CHECK(poll("s") == disconnected);
  }

  TEST_CASE_FIXTURE(sockjs_fixture,
                    "a stream gets what is queued and the close at once") {
    connects_as("alice", "s");
    send("alice", "1");
    send("alice", "2");
    disconnect("alice");
    auto& client = streams("s");
    CHECK(frames_of(client) == lines{"a[1,2]\n", std::string{disconnected}});
    CHECK(seen_by(client).complete);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "a slow reader gets the close, too") {
    sockjs.response_limit = std::size_t{1} << 20;
    connects_as("alice", "s");
    auto& client = visits(0, small_buffers);
    client.stops_reading();
    client.sends(request("POST " + path_of("s", "xhr_streaming")));
    settle();
    const auto large = "\"" + std::string(std::size_t{1} << 19, 'x') + "\"";
    send("alice", large);
    disconnect("alice");
    settle();
    client.reads_on();
    const auto body = answer_of(client).body;
    CHECK((body.ends_with(large + "]\n" + std::string{disconnected})));
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(sockjs_fixture,
                    "one that is closed as it opens says o all the same") {
    closing_factory factory{node().at(0)};
    std::vector<site_branch> here{branches[0]};
    sites[0].add("/close", std::make_shared<sockjs::service>(
                             "/close", node().at(0), factory, sockjs, here));
    CHECK(answer_to("POST /close/0/s/xhr").body == "o\n");
    CHECK(answer_to("POST /close/0/s/xhr").body == go_away);
    CHECK(answer_to("POST /close/0/s/xhr").body == go_away);
    auto& stream = asks("POST /close/0/t/xhr_streaming");
    CHECK(frames_of(stream) == lines{"o\n", std::string{go_away}});
    CHECK(seen_by(stream).complete);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "sessions of two services are two") {
    std::vector<site_branch> here{branches[0]};
    sites[0].add("/other",
                 std::make_shared<sockjs::service>(
                   "/other", node().at(0), node().hub_at(0), sockjs, here));
    CHECK(poll("s") == "o\n");
    CHECK(answer_to("POST /other/0/s/xhr").body == "o\n");
    CHECK(connections() == 2);
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "the server's end is told to each") {
    connects_as("alice", "s");
    auto& waiting = polls("s");
    CHECK(poll("t") == "o\n");
    int drained = 0;
    node().drain(0ms, [&] { ++drained; });
    settle();
    constexpr auto shutting_down = "c[3001,\"Server shutting down\"]\n";
    CHECK(answer_of(waiting).body == shutting_down);
    CHECK(poll("t") == shutting_down);
    passes(100ms);
    CHECK(drained == 2);
  }

  // -- failures --------------------------------------------------------------

  TEST_CASE_FIXTURE(sockjs_fixture,
                    "a handler that throws breaks its receiver off") {
    CHECK(poll("s") == "o\n");
    auto& waiting = polls("s");
    next_fails<attached>(actor_kind::connection);
    auto& sending = sends_messages("s", {"CONNECT alice:key"});
    CHECK(ends(waiting));
    CHECK(waiting.received() == "");
    CHECK(ends(sending));
    CHECK(sending.received() == "");
    CHECK(counted().actor_failures == 1);
    CHECK_FALSE(online("alice"));
    CHECK(is_as_at_start());
    CHECK(poll("s") == "o\n");
    CHECK(says("s", {"CONNECT alice:key"}) == "204");
    CHECK(online("alice"));
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "so does one of a stream") {
    auto& stream = streams("s");
    next_fails<attached>(actor_kind::connection);
    sends_messages("s", {"CONNECT alice:key"});
    CHECK(ends(stream));
    CHECK(frames_of(stream) == lines{"o\n"});
    CHECK_FALSE(seen_by(stream).complete);
    CHECK(is_as_at_start());
    CHECK(poll("s") == "o\n");
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "a failure between two polls is an end") {
    CHECK(poll("s") == "o\n");
    next_fails<attached>(actor_kind::connection);
    sends_messages("s", {"CONNECT alice:key"});
    CHECK(is_as_at_start());
    CHECK(says("s", {"x"}) == "404");
    CHECK(poll("s") == "o\n");
    passes(sockjs.sessions.disconnect_delay);
    CHECK(is_as_at_start());
  }
}
