#include "tests/transport/sockjs_fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>

using namespace thunderpush;
using namespace std::chrono_literals;
using lines = sockjs_fixture::lines;

namespace {

// A session of the first home whose user and channel are on the second: what
// it sends there is under way for as long as only the first one runs.
struct sending_fixture : sockjs_fixture {
  const std::string id = id_on(0);
  const std::string user = name_on(1, "user");
  const std::string channel = name_on(1, "channel");
  const std::string connect = "CONNECT " + user + ":key";
  const std::string subscribe = "SUBSCRIBE " + channel;

  // A client that sends, as far as the first home gets with it.
  peer& starts_sending_messages(const lines& messages) {
    auto& client = visits();
    client.sends(
      request("POST " + path_of(id, "xhr_send"), array_of(messages)));
    settle_on(0);
    return client;
  }

  // The other home takes its turn, then the first.
  void other_home_runs() {
    while (node().at(1).poll()) {
    }
    settle_on(0);
  }
};

} // namespace

TEST_SUITE("SockJS sending") {
  // -- xhr_send --------------------------------------------------------------

  TEST_CASE_FIXTURE(sending_fixture, "a send is answered 204") {
    CHECK(poll(id) == "o\n");
    const auto answer = answer_of(sends_messages(id, {connect}));
    CHECK(answer.status == "204");
    CHECK(answer.has("Content-Type: text/plain; charset=UTF-8"));
    CHECK(answer.body == "");
    CHECK(online(user));
  }

  TEST_CASE_FIXTURE(sending_fixture, "its messages are taken in order") {
    CHECK(poll(id) == "o\n");
    CHECK(says(id, {connect, subscribe, "UNSUBSCRIBE " + channel, "HELLO",
                    "SUBSCRIBE a:b"})
          == "204");
    CHECK(publish(channel, "1") == 0);
    CHECK(publish("a", "2") == 1);
    CHECK(publish("b", "3") == 1);
    CHECK(poll(id) == "a[2,3]\n");
  }

  TEST_CASE_FIXTURE(sending_fixture, "an empty array is fine") {
    CHECK(poll(id) == "o\n");
    CHECK(says(id, {}) == "204");
  }

  TEST_CASE_FIXTURE(sending_fixture, "a body may come in chunks") {
    CHECK(poll(id) == "o\n");
    auto& client = visits();
    client.sends("POST " + path_of(id, "xhr_send")
                 + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "9\r\n[\"CONNECT\r\n6;a=b\r\n u:key\r\n2\r\n\"]\r\n"
                   "0\r\n\r\n");
    CHECK(answer_of(client).status == "204");
    CHECK(online("u"));
  }

  TEST_CASE_FIXTURE(sending_fixture, "sends may share a connection") {
    CHECK(poll(id) == "o\n");
    auto& client = visits();
    const auto send_of = [this](const std::string& command) {
      return request("POST " + path_of(id, "xhr_send"), array_of({command}));
    };
    client.sends(send_of(connect) + send_of(subscribe) + send_of("PING"));
    settle();
    auto received = client.take_received();
    for (int i = 0; i < 3; ++i)
      CHECK(take_answer(received).status == "204");
    CHECK(received == "");
    CHECK(publish(channel, "1") == 1);
  }

  TEST_CASE_FIXTURE(sending_fixture, "a session must be there") {
    for (const auto* const body : {"[\"x\"]", "", "broken"}) {
      const auto answer
        = answer_to("POST " + path_of("unknown", "xhr_send"), body);
      CHECK(answer.status == "404");
      CHECK(answer.has("Content-Type: text/plain; charset=UTF-8"));
    }
  }

  TEST_CASE_FIXTURE(sending_fixture, "what is no array of strings is refused") {
    CHECK(poll(id) == "o\n");
    const auto refusal = [this](std::string_view body) {
      const auto answer = answer_to("POST " + path_of(id, "xhr_send"), body);
      CHECK(answer.has("Content-Type: text/plain; charset=UTF-8"));
      return answer.status + " " + answer.body;
    };
    CHECK(refusal("") == "500 Payload expected.\n");
    CHECK(refusal("[\"x") == "500 Broken JSON encoding.\n");
    CHECK(refusal("\"x\"") == "500 Payload expected.\n");
    CHECK(refusal("[\"" + connect + "\", 1]")
          == "500 Payload expected: an array of strings.\n");
    sockjs.message_bytes = 10;
    CHECK(refusal("[\"12345678901\"]") == "413 A message is too large.\n");
    CHECK_FALSE(online(user));
    // The session takes the next one.
    sockjs.message_bytes = 1000;
    CHECK(says(id, {connect}) == "204");
    CHECK(online(user));
  }

  TEST_CASE_FIXTURE(sending_fixture, "a body that is too large is refused") {
    CHECK(poll(id) == "o\n");
    http.requests.body_bytes = 100;
    auto& client = sends_messages(id, {std::string(100, 'x')});
    CHECK(seen_by(client).status == "413");
    CHECK(ends(client));
    CHECK(says(id, {connect}) == "204");
  }

  // -- jsonp_send ------------------------------------------------------------

  TEST_CASE_FIXTURE(sending_fixture, "jsonp sends a form and is told ok") {
    CHECK(poll(id) == "o\n");
    const auto answer = answer_to(
      "POST " + path_of(id, "jsonp_send"), "d=%5B%22CONNECT+u%3Akey%22%5D",
      "Content-Type: application/x-www-form-urlencoded\r\n");
    CHECK(answer.status == "200");
    CHECK(answer.body == "ok");
    CHECK(answer.has("Content-Type: text/plain; charset=UTF-8"));
    CHECK_FALSE(answer.has_field("Access-Control-Allow-Origin"));
    CHECK(online("u"));
  }

  TEST_CASE_FIXTURE(sending_fixture, "jsonp may send the array itself") {
    CHECK(poll(id) == "o\n");
    const auto answer
      = answer_to("POST " + path_of(id, "jsonp_send"), "[\"CONNECT %75:key\"]",
                  "Content-Type: text/plain\r\n");
    CHECK(answer.body == "ok");
    CHECK(online("%75"));
  }

  TEST_CASE_FIXTURE(sending_fixture, "a form without the array is refused") {
    CHECK(poll(id) == "o\n");
    for (const auto* const body : {"", "x=1", "d="}) {
      const auto answer
        = answer_to("POST " + path_of(id, "jsonp_send"), body,
                    "Content-Type: application/x-www-form-urlencoded\r\n");
      CHECK(answer.status == "500");
      CHECK(answer.body == "Payload expected.\n");
    }
  }

  // -- sends that wait -------------------------------------------------------

  TEST_CASE_FIXTURE(sending_fixture,
                    "a send is answered when its messages are settled") {
    CHECK(poll(id) == "o\n");
    auto& client = starts_sending_messages({connect, subscribe});
    CHECK(waits(client));
    other_home_runs();
    CHECK(waits(client)); // attached, but not yet subscribed
    other_home_runs();
    CHECK(seen_by(client).status == "204");
    CHECK(publish(channel, "1") == 1);
  }

  TEST_CASE_FIXTURE(sending_fixture, "sends that come meanwhile wait in line") {
    CHECK(poll(id) == "o\n");
    auto& first = starts_sending_messages({connect});
    auto& second = starts_sending_messages({subscribe, "SUBSCRIBE other"});
    auto& third = starts_sending_messages({"UNSUBSCRIBE other"});
    auto& fourth = starts_sending_messages({});
    for (const auto* each : {&first, &second, &third, &fourth})
      CHECK(waits(*each));
    other_home_runs();
    CHECK(seen_by(first).status == "204");
    for (const auto* each : {&second, &third, &fourth})
      CHECK(waits(*each));
    settle();
    for (const auto* each : {&first, &second, &third, &fourth})
      CHECK(seen_by(*each).status == "204");
    CHECK(publish(channel, "1") == 1);
    CHECK(publish("other", "2") == 0);
    CHECK(poll(id) == "a[1]\n");
  }

  TEST_CASE_FIXTURE(sending_fixture,
                    "a client that does not wait for its answer is heard") {
    CHECK(poll(id) == "o\n");
    starts_sending_messages({connect}).breaks_off();
    starts_sending_messages({subscribe}).closes();
    settle();
    CHECK(publish(channel, "1") == 1);
  }

  TEST_CASE_FIXTURE(sending_fixture,
                    "sends that wait do not keep polls waiting") {
    CHECK(poll(id) == "o\n");
    auto& sending = starts_sending_messages({connect});
    auto& polling = visits();
    polling.sends(request("POST " + path_of(id, "xhr")));
    settle_on(0);
    CHECK(waits(sending));
    CHECK(waits(polling));
    settle();
    CHECK(seen_by(sending).status == "204");
    send(user, "1");
    CHECK(answer_of(polling).body == "a[1]\n");
  }

  TEST_CASE_FIXTURE(sending_fixture, "a close answers all that wait") {
    CHECK(poll(id) == "o\n");
    auto& first = starts_sending_messages({connect, "SUBSCRIBE never"});
    auto& second = starts_sending_messages({subscribe});
    node().drain(0ms, [] {});
    settle_on(0);
    CHECK(seen_by(first).status == "204");
    CHECK(seen_by(second).status == "204");
    settle();
    CHECK_FALSE(online(user));
    CHECK(publish("never", "1") == 0);
    CHECK(publish(channel, "1") == 0);
    CHECK(poll(id) == "c[3001,\"Server shutting down\"]\n");
  }

  TEST_CASE_FIXTURE(sending_fixture,
                    "a message that closes is the last to be read") {
    CHECK(poll(id) == "o\n");
    auto& first = starts_sending_messages({"PING", "CONNECT u:wrong", connect});
    auto& second = starts_sending_messages({connect});
    CHECK(seen_by(first).status == "204");
    CHECK(seen_by(second).status == "204");
    settle();
    CHECK_FALSE(online(user));
    CHECK(poll(id) == "c[9000,\"Invalid API key.\"]\n");
  }

  TEST_CASE_FIXTURE(sending_fixture,
                    "a receiver may be lost while sends wait") {
    CHECK(poll(id) == "o\n");
    auto& receiver = polls(id);
    auto& sending = starts_sending_messages({connect, subscribe});
    receiver.closes();
    settle();
    CHECK(sending.ended() != peer::ending::none);
    CHECK(is_as_at_start());
    CHECK(publish(channel, "1") == 0);
    CHECK(poll(id) == "c[1002,\"Connection interrupted\"]\n");
  }
}
