#include "tests/transport/sockjs_fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

using namespace thunderpush;
using namespace std::chrono_literals;
using lines = sockjs_fixture::lines;

namespace {

constexpr std::string_view slow_consumer = "c[3008,\"Slow consumer\"]\n";

// A JSON string of that many bytes.
std::string filled(std::size_t bytes, char with = 'x') {
  return "\"" + std::string(bytes - 2, with) + "\"";
}

struct tight_queues : sockjs_fixture {
  static limit_settings limits() {
    limit_settings made;
    made.queue_bytes = 100;
    made.queue_age = 3s;
    return made;
  }

  tight_queues() : sockjs_fixture(limits()) {}
};

} // namespace

TEST_SUITE("SockJS receiving") {
  // -- polls -----------------------------------------------------------------

  TEST_CASE_FIXTURE(sockjs_fixture, "a poll waits for a message") {
    connects_as("alice", "s");
    auto& client = polls("s");
    passes(10s);
    CHECK(waits(client));
    send("alice", R"({"payload":"\"1\"","channel":"c"})");
    const auto answer = answer_of(client);
    CHECK(answer.status == "200");
    CHECK(answer.has("Content-Type: application/javascript; charset=UTF-8"));
    CHECK(answer.body == "a[{\"payload\":\"\\\"1\\\"\",\"channel\":\"c\"}]\n");
  }

  TEST_CASE_FIXTURE(sockjs_fixture,
                    "what comes between two polls leaves with the next") {
    connects_as("alice", "s", {"SUBSCRIBE news"});
    send("alice", "1");
    CHECK(publish("news", "2") == 1);
    passes(4000ms);
    send("alice", "3");
    CHECK(poll("s") == "a[1,2,3]\n");
    auto& client = polls("s");
    CHECK(waits(client));
    send("alice", "4");
    CHECK(answer_of(client).body == "a[4]\n");
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "a poll carries one frame") {
    connects_as("alice", "s");
    auto& client = polls("s");
    send("alice", "1");
    send("alice", "2");
    CHECK(answer_of(client).body == "a[1]\n");
    CHECK(poll("s") == "a[2]\n");
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "polls may share a connection") {
    connects_as("alice", "s");
    auto& client = visits();
    for (const auto* const text : {"1", "2", "3"}) {
      client.sends(request("POST " + path_of("s", "xhr")));
      settle();
      CHECK(waits(client));
      send("alice", text);
      CHECK(answer_of(client).body == "a[" + std::string{text} + "]\n");
    }
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "polls may be sent ahead of their turn") {
    connects_as("alice", "s");
    auto& client = visits();
    const auto one = request("POST " + path_of("s", "xhr"));
    client.sends(one + one + one);
    settle();
    CHECK(waits(client));
    for (const auto* const text : {"1", "2", "3"}) {
      send("alice", text);
      CHECK(answer_of(client).body == "a[" + std::string{text} + "]\n");
    }
    CHECK(connections() == 1);
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "the body of a poll is ignored") {
    CHECK(answer_to("POST /connect/0/s/xhr", "[\"CONNECT alice:key\"]").body
          == "o\n");
    CHECK_FALSE(online("alice"));
    auto& client = visits();
    client.sends("POST /connect/0/s/xhr HTTP/1.1\r\nHost: h\r\n\r\n");
    settle();
    CHECK(waits(client));
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "jsonp calls back with each frame") {
    connects_as("alice", "s");
    auto& client = asks("GET /connect/0/s/jsonp?c=_jp.a");
    CHECK(waits(client));
    send("alice", "\"</script>%\xE2\x80\xA8\"");
    const auto answer = answer_of(client);
    CHECK(answer.status == "200");
    CHECK(answer.has("Content-Type: application/javascript; charset=UTF-8"));
    CHECK(answer.body
          == "/**/_jp.a(\"a[\\\"\\u003c/script>%\\u2028\\\"]\");\r\n");
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "HTTP/1.0 can poll") {
    connects_as("alice", "s");
    auto& client = visits();
    client.sends("POST /connect/0/s/xhr HTTP/1.0\r\n"
                 "Connection: keep-alive\r\n\r\n");
    settle();
    send("alice", "1");
    const auto answer = answer_of(client);
    CHECK(answer.has("Content-Length: 5"));
    CHECK(answer.has("Connection: keep-alive"));
    CHECK(answer.body == "a[1]\n");
  }

  // -- streams ---------------------------------------------------------------

  TEST_CASE_FIXTURE(sockjs_fixture, "each frame of a stream is a chunk") {
    auto& client = streams("s");
    CHECK(seen_by(client).has(
      "Content-Type: application/javascript; charset=UTF-8"));
    CHECK(seen_by(client).chunks
          == lines{std::string(2048, 'h') + "\n", "o\n"});
    CHECK(says("s", {"CONNECT alice:key"}) == "204");
    send("alice", "1");
    settle();
    send("alice", "2");
    settle();
    CHECK(frames_of(client) == lines{"o\n", "a[1]\n", "a[2]\n"});
    CHECK_FALSE(seen_by(client).complete);
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "what precedes the frames comes at once") {
    connects_as("alice", "s");
    auto& stream = streams("s");
    CHECK(seen_by(stream).chunks == lines{std::string(2048, 'h') + "\n"});
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "an event source gets events") {
    auto& client = asks("GET /connect/0/s/eventsource");
    CHECK(says("s", {"CONNECT alice:key"}) == "204");
    send("alice", "\"100%\"");
    settle();
    CHECK(seen_by(client).has("Content-Type: text/event-stream"));
    CHECK(seen_by(client).chunks
          == lines{"\r\n", "data: o\r\n\r\n", "data: a[\"100%25\"]\r\n\r\n"});
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "an HTML file gets scripts") {
    auto& client = asks("GET /connect/0/s/htmlfile?c=cb");
    CHECK(says("s", {"CONNECT alice:key"}) == "204");
    send("alice", "\"</script>\"");
    settle();
    CHECK(seen_by(client).has("Content-Type: text/html; charset=UTF-8"));
    CHECK(
      frames_of(client)
      == lines{"<script>\np(\"o\");\n</script>\r\n",
               "<script>\np(\"a[\\\"\\u003c/script>\\\"]\");\n</script>\r\n"});
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "HTTP/1.0 can receive a stream") {
    auto& client = visits();
    client.sends("POST /connect/0/s/xhr_streaming HTTP/1.0\r\n"
                 "Connection: keep-alive\r\n\r\n");
    settle();
    CHECK(says("s", {"CONNECT alice:wrong"}) == "204");
    CHECK(ends(client));
    const auto answer = seen_by(client);
    CHECK(answer.has("Connection: close"));
    CHECK_FALSE(answer.has_field("Transfer-Encoding"));
    CHECK_FALSE(answer.has_field("Content-Length"));
    CHECK(answer.body
          == std::string(2048, 'h') + "\no\nc[9000,\"Invalid API key.\"]\n");
  }

  TEST_CASE_FIXTURE(sockjs_fixture,
                    "the connection of a stream can be used again") {
    sockjs.response_limit = 1;
    auto& client = streams("s");
    CHECK(answer_of(client).chunks.back() == "o\n");
    client.sends(
      request("POST " + path_of("s", "xhr_send"), "[\"CONNECT alice:key\"]"));
    CHECK(answer_of(client).status == "204");
  }

  // -- the limit of a streamed answer ----------------------------------------

  TEST_CASE_FIXTURE(sockjs_fixture,
                    "a stream ends with the frame that reaches the limit") {
    sockjs.response_limit = 4096;
    auto& client = streams("s");
    CHECK(says("s", {"CONNECT alice:key"}) == "204");
    for (int i = 0; i < 30; ++i) {
      send("alice", filled(130));
      settle();
    }
    CHECK(frames_of(client).size() == 31);
    CHECK_FALSE(seen_by(client).complete);
    send("alice", filled(130));
    settle();
    CHECK(frames_of(client).size() == 32);
    CHECK(frames_of(client).back().size() == 134);
    CHECK(seen_by(client).complete);
    // What comes then waits for the next receiver.
    send("alice", "1");
    auto& next = streams("s");
    CHECK(frames_of(next) == lines{"a[1]\n"});
    CHECK_FALSE(seen_by(next).complete);
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "the limit may be met to the byte") {
    sockjs.response_limit = 10;
    connects_as("alice", "s");
    auto& client = streams("s");
    send("alice", "12345"); // nine bytes
    settle();
    CHECK_FALSE(seen_by(client).complete);
    auto& other = streams("s");
    CHECK(seen_by(other).complete); // told 2010
    send("alice", "1");
    settle();
    CHECK(frames_of(client) == lines{"a[12345]\n", "a[1]\n"});
    CHECK(seen_by(client).complete);

    auto& exact = streams("s");
    send("alice", "123456"); // ten bytes
    settle();
    CHECK(frames_of(exact) == lines{"a[123456]\n"});
    CHECK(seen_by(exact).complete);
  }

  TEST_CASE_FIXTURE(sockjs_fixture, "the limit never cuts a frame") {
    sockjs.response_limit = 100;
    connects_as("alice", "s");
    auto& client = streams("s");
    send("alice", filled(10'000));
    settle();
    CHECK(frames_of(client) == lines{"a[" + filled(10'000) + "]\n"});
    CHECK(seen_by(client).complete);
  }

  TEST_CASE_FIXTURE(sockjs_fixture,
                    "the limit counts frames as they are sent") {
    sockjs.response_limit = 40;
    auto& client = asks("GET /connect/0/s/htmlfile?c=cb");
    CHECK_FALSE(seen_by(client).complete); // 31 bytes
    passes(sockjs.sessions.heartbeat);
    CHECK(frames_of(client).size() == 2);
    CHECK(seen_by(client).complete);
  }

  TEST_CASE_FIXTURE(sockjs_fixture,
                    "a slow reader may be followed once it has read") {
    sockjs.response_limit = 1;
    connects_as("alice", "s");
    auto& client = visits(0, small_buffers);
    client.stops_reading();
    client.sends(request("POST " + path_of("s", "xhr_streaming")));
    settle();
    const auto large = filled(std::size_t{1} << 19);
    send("alice", large);
    send("alice", "2");
    settle();
    client.reads_on();
    CHECK((answer_of(client).chunks.back() == "a[" + large + "]\n"));
    passes(sockjs.sessions.disconnect_delay - 100ms);
    CHECK(online("alice"));
    CHECK(poll("s") == "a[2]\n");
  }

  TEST_CASE_FIXTURE(sockjs_fixture,
                    "what waits for a slow reader is one frame") {
    sockjs.response_limit = std::size_t{1} << 20;
    connects_as("alice", "s");
    auto& client = visits(0, small_buffers);
    client.stops_reading();
    client.sends(request("POST " + path_of("s", "xhr_streaming")));
    settle();
    const auto large = filled(std::size_t{1} << 19);
    for (const auto& text : {large, std::string{"2"}, std::string{"3"}}) {
      send("alice", text);
      settle();
    }
    client.reads_on();
    REQUIRE(eventually([&] { return seen_by(client).chunks.size() == 3; }));
    CHECK((frames_of(client) == lines{"a[" + large + "]\n", "a[2,3]\n"}));
  }

  // -- slow consumers --------------------------------------------------------

  TEST_CASE_FIXTURE(tight_queues, "so much may wait between two polls") {
    connects_as("alice", "s");
    send("alice", filled(50, 'x'));
    send("alice", filled(50, 'y'));
    CHECK(online("alice"));
    CHECK(poll("s") == "a[" + filled(50, 'x') + "," + filled(50, 'y') + "]\n");
    CHECK(counted().slow_consumers == 0);
  }

  TEST_CASE_FIXTURE(tight_queues, "more closes the session with 3008") {
    connects_as("alice", "s");
    send("alice", filled(50));
    send("alice", filled(50));
    send("alice", "1");
    CHECK(counted().slow_consumers == 1);
    CHECK_FALSE(online("alice"));
    CHECK(poll("s") == slow_consumer);
    CHECK(poll("s") == slow_consumer);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(tight_queues, "one message may be larger than the limit") {
    connects_as("alice", "s");
    send("alice", filled(1000));
    CHECK(online("alice"));
    CHECK(poll("s") == "a[" + filled(1000) + "]\n");
    send("alice", filled(1000));
    send("alice", "1");
    CHECK(poll("s") == slow_consumer);
  }

  TEST_CASE_FIXTURE(tight_queues,
                    "a message may be too old for the next poll") {
    connects_as("alice", "s");
    send("alice", "1");
    passes(2000ms);
    CHECK(online("alice"));
    passes(2000ms);
    CHECK_FALSE(online("alice"));
    CHECK(poll("s") == slow_consumer);
  }

  TEST_CASE_FIXTURE(tight_queues, "a receiver that reads has no limit") {
    connects_as("alice", "s");
    auto& client = streams("s");
    for (int i = 0; i < 100; ++i)
      send("alice", filled(50));
    settle();
    CHECK(online("alice"));
    CHECK(frames_of(client).size() > 0);
    CHECK(counted().slow_consumers == 0);
  }

  TEST_CASE_FIXTURE(tight_queues, "a receiver that does not read is closed") {
    sockjs.response_limit = std::size_t{1} << 20;
    connects_as("alice", "s");
    auto& client = visits(0, small_buffers);
    client.stops_reading();
    client.sends(request("POST " + path_of("s", "xhr_streaming")));
    settle();
    const auto large = filled(std::size_t{1} << 19);
    send("alice", large);
    settle();
    CHECK(online("alice"));
    for (int i = 0; i < 3; ++i)
      send("alice", filled(50));
    settle();
    CHECK_FALSE(online("alice"));
    client.reads_on();
    // What was under way is completed, what waited is dropped.
    const auto answer = answer_of(client);
    CHECK((lines(answer.chunks.begin() + 1, answer.chunks.end())
           == lines{"a[" + large + "]\n", std::string{slow_consumer}}));
    CHECK(poll("s") == slow_consumer);
  }
}
