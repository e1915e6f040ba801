#include "tests/beast/beast_peer.hpp"
#include "tests/beast/daemon_process.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace thunderpush {

namespace {

namespace websocket = boost::beast::websocket;
using verb = boost::beast::http::verb;

// A daemon for each test, ended as an operator ends it.
struct running_daemon {
  daemon_process daemon;
  std::uint16_t port = daemon.port();

  ~running_daemon() { CHECK(daemon.stop() == 0); }

  rest_answer publish(const std::string& channel, const std::string& body) {
    return call_rest(port, verb::post, "channels/" + channel + "/", body);
  }

  // Until the channel counts so many subscribers.
  void await_subscribers(const std::string& channel, std::size_t count) {
    const auto expected = "{\"count\": " + std::to_string(count) + "}\n";
    while (publish(channel, "\"ready?\"").body != expected)
      std::this_thread::yield();
  }
};

std::string message(const std::string& text, const std::string& channel) {
  return R"({"payload":"\")" + text + R"(\"","channel":")" + channel + "\"}";
}

// The first message that is not one of `await_subscribers`.
std::string first_message(beast_peer& from) {
  auto text = from.receive();
  while (text.find("ready?") != std::string::npos)
    text = from.receive();
  return text;
}

} // namespace

TEST_SUITE("Beast's client") {
  TEST_CASE_FIXTURE(running_daemon, "gets messages over a raw WebSocket") {
    beast_peer alice{port, beast_peer::raw_path};
    alice.send("CONNECT alice:public");
    alice.send("SUBSCRIBE news");
    await_subscribers("news", 1);
    publish("news", "\"hello\"");
    CHECK(first_message(alice) == message("hello", "news"));
  }

  TEST_CASE_FIXTURE(running_daemon, "gets the frames of SockJS") {
    beast_peer alice{port, beast_peer::sockjs_path};
    CHECK(alice.receive() == "o");
    alice.send(R"(["CONNECT alice:public","SUBSCRIBE news"])");
    await_subscribers("news", 1);
    publish("news", "\"hello\"");
    CHECK(first_message(alice) == "a[" + message("hello", "news") + "]");
  }

  TEST_CASE_FIXTURE(running_daemon, "may fragment what it sends") {
    beast_peer alice{port, beast_peer::raw_path};
    alice.ws().auto_fragment(true);
    alice.ws().write_buffer_bytes(8);
    alice.send("CONNECT a-user-with-a-rather-long-name:public");
    alice.send("SUBSCRIBE news");
    await_subscribers("news", 1);
    CHECK(call_rest(port, verb::get, "channels/news/").body
          == "{\"users\": [\"a-user-with-a-rather-long-name\"]}\n");
  }

  TEST_CASE_FIXTURE(running_daemon,
                    "may offer compression, which is not taken up") {
    beast_peer alice{port, beast_peer::raw_path, true};
    CHECK_FALSE(alice.was_answered("Sec-WebSocket-Extensions"));
    alice.send("CONNECT alice:public");
    alice.send("SUBSCRIBE news");
    await_subscribers("news", 1);
  }

  TEST_CASE_FIXTURE(running_daemon,
                    "gets a pong with the payload of its ping") {
    beast_peer alice{port, beast_peer::raw_path};
    std::string answered;
    alice.ws().control_callback(
      [&answered](websocket::frame_type kind, boost::beast::string_view text) {
        if (kind == websocket::frame_type::pong)
          answered = text;
      });
    alice.send("CONNECT alice:public");
    alice.send("SUBSCRIBE news");
    alice.ws().ping("are you there?");
    await_subscribers("news", 1);
    publish("news", "\"fence\"");
    CHECK(first_message(alice) == message("fence", "news"));
    CHECK(answered == "are you there?");
  }

  TEST_CASE_FIXTURE(running_daemon, "is told why it is closed") {
    beast_peer wrong{port, beast_peer::raw_path};
    wrong.send("CONNECT alice:wrong");
    CHECK(wrong.close_code() == 4000);
    CHECK(wrong.ws().reason().reason == "Invalid API key.");

    beast_peer alice{port, beast_peer::raw_path};
    alice.send("CONNECT alice:public");
    alice.send("SUBSCRIBE news");
    await_subscribers("news", 1);
    CHECK(call_rest(port, verb::delete_, "users/alice/").status == 204);
    CHECK(alice.close_code() == 4002);
    CHECK(call_rest(port, verb::get, "users/alice/").body
          == "{\"online\": false}\n");
  }

  TEST_CASE_FIXTURE(running_daemon, "may close, and is answered") {
    beast_peer alice{port, beast_peer::sockjs_path};
    CHECK(alice.receive() == "o");
    alice.ws().close(websocket::close_code::normal);
    CHECK(alice.ws().reason().code == websocket::close_code::normal);
  }

  TEST_CASE_FIXTURE(running_daemon,
                    "sends messages up to the limit and none above") {
    beast_peer alice{port, beast_peer::raw_path};
    alice.send(std::string(64 * 1024, 'x')); // no command: ignored
    alice.send("CONNECT alice:public");
    alice.send("SUBSCRIBE news");
    await_subscribers("news", 1);
    alice.send(std::string(64 * 1024 + 1, 'x'));
    CHECK(alice.close_code() == 1009);
  }

  TEST_CASE_FIXTURE(running_daemon,
                    "of which there are a hundred, each gets all in order") {
    std::vector<std::unique_ptr<beast_peer>> all;
    for (int i = 0; i < 100; ++i) {
      auto& each = all.emplace_back(
        std::make_unique<beast_peer>(port, beast_peer::raw_path));
      each->send("CONNECT user" + std::to_string(i) + ":public");
      each->send("SUBSCRIBE news");
    }
    await_subscribers("news", all.size());
    for (int i = 0; i < 50; ++i)
      CHECK(publish("news", "\"" + std::to_string(i) + "\"").body
            == "{\"count\": 100}\n");
    for (auto& each : all) {
      auto text = first_message(*each);
      for (int i = 0; i < 50; ++i) {
        CHECK(text == message(std::to_string(i), "news"));
        if (i < 49)
          text = each->receive();
      }
    }
  }
}

} // namespace thunderpush
