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

struct homes_fixture : sockjs_fixture {
  std::size_t connections_on(std::size_t home) {
    return node().at(home).actors().by_kind()[static_cast<std::size_t>(
      actor_kind::connection)];
  }

  const std::string here = id_on(0, "here");
  const std::string there = id_on(1, "there");
};

} // namespace

TEST_SUITE("SockJS sessions on several homes") {
  TEST_CASE_FIXTURE(homes_fixture, "a session lives where its id says") {
    CHECK(answer_of(polls(there, 0)).body == "o\n");
    CHECK(connections_on(0) == 0);
    CHECK(connections_on(1) == 1);
    CHECK(answer_of(polls(here, 1)).body == "o\n");
    CHECK(connections_on(0) == 1);
    CHECK(connections_on(1) == 1);
  }

  TEST_CASE_FIXTURE(homes_fixture, "its requests may come in anywhere") {
    for (const auto& id : {here, there}) {
      CAPTURE(id);
      for (const std::size_t home : {0U, 1U}) {
        CAPTURE(home);
        const auto user = "user of " + id;
        CHECK(answer_of(polls(id, home)).body == "o\n");
        CHECK(connections_on(id == here ? 0 : 1) == 1);
        CHECK(connections_on(id == here ? 1 : 0) == 0);
        CHECK(
          answer_of(sends_messages(id, {"CONNECT " + user + ":key"}, 1 - home))
            .status
          == "204");
        send(user, "1");
        CHECK(answer_of(polls(id, 1 - home)).body == "a[1]\n");
        auto& stream = streams(id, home);
        send(user, "2");
        settle();
        CHECK(frames_of(stream) == lines{"a[2]\n"});
        stream.closes();
        settle();
        CHECK_FALSE(online(user));
        CHECK(answer_of(polls(id, 1 - home)).body
              == "c[1002,\"Connection interrupted\"]\n");
        CHECK(answer_of(sends_messages(id, {"x"}, home)).status == "204");
        passes(sockjs.sessions.disconnect_delay);
        CHECK(answer_of(sends_messages(id, {"x"}, home)).status == "404");
      }
    }
  }

  TEST_CASE_FIXTURE(homes_fixture,
                    "a second receiver is one wherever it asks") {
    CHECK(poll(there) == "o\n");
    auto& first = polls(there, 1);
    for (const std::size_t home : {0U, 1U})
      CHECK(answer_of(polls(there, home)).body
            == "c[2010,\"Another connection still open\"]\n");
    CHECK(waits(first));
  }

  TEST_CASE_FIXTURE(homes_fixture,
                    "a client may serve sessions of several homes in turn") {
    connects_as("alice", here);
    connects_as("bob", there);
    auto& client = visits();
    for (const auto& id : {here, there, there, here}) {
      client.sends(request("POST " + path_of(id, "xhr")));
      settle();
      CHECK(waits(client));
      send(id == here ? "alice" : "bob", "1");
      CHECK(answer_of(client).body == "a[1]\n");
    }
  }

  TEST_CASE_FIXTURE(homes_fixture,
                    "requests for several homes may come at once") {
    auto& client = visits();
    std::string all;
    for (const auto& id : {here, there, there, here})
      all += request("POST " + path_of(id, "xhr_send"), "[]");
    client.sends(request("POST " + path_of(here, "xhr"))
                 + request("POST " + path_of(there, "xhr")) + all);
    settle();
    auto received = client.take_received();
    CHECK(take_answer(received).body == "o\n");
    CHECK(take_answer(received).body == "o\n");
    for (int i = 0; i < 4; ++i)
      CHECK(take_answer(received).status == "204");
    CHECK(received == "");
  }

  TEST_CASE_FIXTURE(homes_fixture, "wrong requests move nowhere") {
    auto& client = visits();
    for (const auto* const line : {"PUT ", "OPTIONS "}) {
      client.sends(request(line + path_of(there, "xhr")));
      CHECK(answer_of(client).status
            == (std::string_view{line} == "PUT " ? "405" : "204"));
    }
    client.sends(request("GET " + path_of(there, "jsonp")));
    CHECK(answer_of(client).status == "500");
    CHECK(connections() == 0);
  }

  TEST_CASE_FIXTURE(homes_fixture, "homes share the room that there is") {
    permits(2);
    CHECK(poll(there) == "o\n");
    CHECK(poll(id_on(1, "second")) == "o\n");
    CHECK(answer_to("POST " + path_of(id_on(0, "more"), "xhr")).status
          == "503");
    CHECK(answer_to("POST " + path_of(id_on(1, "more"), "xhr")).status
          == "503");
    CHECK(connections() == 2);
  }
}
