#include "tests/support/failing_allocations.hpp"
#include "tests/transport/http_fixture.hpp"
#include "tests/transport/websocket_wire.hpp"
#include "transport/http/request_reader.hpp"
#include "transport/sockjs/send_body.hpp"
#include "transport/websocket/frame.hpp"
#include "transport/websocket/link.hpp"
#include "transport/websocket/message_reader.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

using namespace thunderpush;
using websocket::opcode;

namespace {

// -- messages of WebSocket clients -------------------------------------------

constexpr std::size_t piece_bytes = 100;

// A long message, and a short one, as they arrive over a slow network.
std::string some_frames() {
  std::string long_text(3'000, 'x');
  return masked_text(long_text) + masked_frame(opcode::ping, "are you there?")
         + masked_text("short");
}

// The messages that a reader finds in pieces of `bytes`.
std::vector<std::string> messages_in(websocket::message_reader& reader,
                                     std::string bytes) {
  const websocket::message_limits limits;
  std::vector<std::string> found;
  for (std::span<char> rest{bytes}; !rest.empty();) {
    auto piece = rest.first(std::min(piece_bytes, rest.size()));
    rest = rest.subspan(piece.size());
    while (!piece.empty()) {
      const auto event = reader.next(piece, limits);
      if (const auto* text = std::get_if<websocket::text_message>(&event))
        found.emplace_back(text->payload);
    }
  }
  return found;
}

// -- requests ----------------------------------------------------------------

std::string post(std::string_view body) {
  return "POST /a/long/path/that/needs/memory?with=query HTTP/1.1\r\n"
         "Host: localhost\r\nX-A-Header-Field: with a value that is long\r\n"
         "Content-Length: "
         + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

read_state feed(request_reader& reader, std::string_view bytes) {
  return reader.feed({bytes.data(), bytes.size()});
}

// -- WebSockets --------------------------------------------------------------

struct link_settings_holder {
  websocket::link_settings settings;
};

// Clients of the first home by raw WebSocket.
class websocket_fixture : public link_settings_holder, public socket_node {
public:
  // One that is connected and subscribed; all that it got is taken.
  peer& opens_as(const std::string& user, const std::string& channel) {
    auto& made = connects();
    node().hub_at(0).open(
      std::make_unique<websocket::link>(
        std::move(made.server), websocket::raw_dialect(), settings,
        websocket::link::handshake{"HTTP/1.1 101\r\n\r\n", {}}),
      {});
    made.client.sends(masked_text("CONNECT " + user + ":key"));
    made.client.sends(masked_text("SUBSCRIBE " + channel));
    settle();
    made.client.take_received();
    return made.client;
  }
};

} // namespace

TEST_SUITE("allocation failure in codecs") {
  TEST_CASE("a reader of messages fails or finds the same") {
    const auto bytes = some_frames();
    const std::vector<std::string> expected{std::string(3'000, 'x'), "short"};
    CHECK(fails_or_gives(
            [&] {
              websocket::message_reader reader;
              return messages_in(reader, bytes);
            },
            expected)
          > 2);
  }

  TEST_CASE("a reader of messages that was refused memory can be destroyed or "
            "moved from, but for what it was given") {
    const auto bytes = some_frames();
    with_each_allocation_failing(
      [&] {
        websocket::message_reader reader;
        try {
          return messages_in(reader, bytes).size();
        } catch (const std::bad_alloc&) {
          const auto taken = std::move(reader);
          CHECK(taken.buffered_bytes() <= bytes.size() * 2);
          throw;
        }
      },
      [](std::size_t messages, bool) { CHECK(messages == 2); });
  }

  TEST_CASE("a frame fails or is the same") {
    const std::string payload(70'000, 'x');
    const auto encode = [&] { return encode_frame(opcode::text, payload); };
    CHECK(fails_or_gives(encode, encode()) > 0);
  }

  TEST_CASE("a frame that cannot be appended leaves the others as they are") {
    const std::string payload(70'000, 'x');
    std::string before = websocket::encode_frame(opcode::text, "before");
    const auto untouched = before;
    try {
      const failing_allocation first{0};
      append_frame(before, opcode::text, payload);
    } catch (const std::bad_alloc&) {
      CHECK(before.starts_with(untouched));
    }
  }

  TEST_CASE("a reader of requests says that it has failed, never throws, and "
            "reads the next as if nothing had been") {
    // Too large to be kept for the next.
    const auto bytes = post(std::string(20'000, 'x'));
    const request_limits limits;
    const auto failures = with_each_allocation_failing(
      [&] {
        request_reader reader{limits};
        for (std::size_t at = 0; at < bytes.size(); at += piece_bytes)
          feed(reader, std::string_view{bytes}.substr(at, piece_bytes));
        return reader;
      },
      [&](const request_reader& reader, bool failed) {
        if (reader.state() == read_state::complete)
          CHECK(reader.request().body.size() == 20'000);
        else
          CHECK((failed && reader.state() == read_state::error
                 && reader.error().status >= 500));
        auto& again = const_cast<request_reader&>(reader);
        again.reset();
        CHECK(feed(again, bytes) == read_state::complete);
      });
    CHECK(failures > 2);
  }

  TEST_CASE("the body of a send request fails or is the same") {
    std::string body = "[";
    for (int i = 0; i < 20; ++i)
      body += "\"a message that is long enough for the heap\",";
    body += "\"the last\"]";
    const auto texts = [](const sockjs::send_body& read) {
      const auto* all = std::get_if<std::vector<std::string>>(&read);
      return all != nullptr ? *all : std::vector<std::string>{};
    };
    const auto read
      = [&] { return texts(sockjs::read_xhr_send(body, 64 * 1024)); };
    REQUIRE(read().size() == 21);
    CHECK(fails_or_gives(read, read()) > 20);
    const auto form = "d=" + body;
    const auto read_form = [&] {
      return texts(sockjs::read_jsonp_send(
        form, "application/x-www-form-urlencoded", 64 * 1024));
    };
    REQUIRE(read_form().size() == 21);
    CHECK(fails_or_gives(read_form, read_form()) > 20);
  }
}

TEST_SUITE("allocation failure of a client") {
  // Runs the server's side, with that allocation failing; whether it did.
  const auto runs_with_failure = [](socket_node& here, std::size_t before) {
    const failing_allocation next{before};
    try {
      while (here.node().at(0).poll()) {
      }
    } catch (const std::bad_alloc&) {
      // The home's own loop counts it and goes on.
    }
    return next.happened();
  };

  TEST_CASE_FIXTURE(http_fixture,
                    "a request that fails is felt by its client alone") {
    auto& other = visits();
    bool failed = true;
    for (std::size_t before = 0; failed; ++before) {
      CAPTURE(before);
      auto& client = visits();
      settle();
      client.sends(get("/echo"));
      failed = runs_with_failure(*this, before);
      settle();
      if (client.received().empty())
        passes(settings.header_timeout);
      CHECK(
        (!client.received().empty() || client.ended() != peer::ending::none));
      client.closes();
      CHECK(is_gone());
      other.sends(get("/echo"));
      CHECK(answer_to(other).status == "200");
    }
  }

  TEST_CASE_FIXTURE(websocket_fixture,
                    "a command that fails is felt by its client alone") {
    auto& other = opens_as("other", "news");
    bool failed = true;
    for (std::size_t before = 0; failed; ++before) {
      CAPTURE(before);
      auto& client = opens_as("troubled", "news");
      client.sends(
        masked_text("SUBSCRIBE a-name-that-needs-memory-of-its-own"));
      failed = runs_with_failure(*this, before);
      settle();
      CHECK(publish("news", "hi")
            == (client.ended() == peer::ending::none ? 2 : 1));
      settle();
      auto received = other.take_received();
      CHECK(server_frames{received}.take() == frames{"text:hi"});
      client.closes();
      settle();
      CHECK(actors(actor_kind::connection) == 1);
      CHECK(actors(actor_kind::session) == 1);
      CHECK(actors(actor_kind::channel) == 1);
    }
  }
}
