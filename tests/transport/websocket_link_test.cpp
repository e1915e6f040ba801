#include "tests/transport/socket_node.hpp"
#include "tests/transport/websocket_wire.hpp"
#include "tests/transport/wire_bytes.hpp"
#include "transport/sockjs/websocket_dialect.hpp"
#include "transport/websocket/link.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;
using websocket::opcode;
using websocket::raw_dialect;

namespace {

// The raw dialect, but a certain message makes it throw.
class brittle_dialect final : public websocket::dialect {
public:
  const framing& frames(websocket::compression how) const noexcept override {
    return raw_dialect().frames(how);
  }
  std::string_view name() const noexcept override { return "brittle"; }
  std::string greeting() const override { return {}; }
  std::string heartbeat() const override { return {}; }
  std::string farewell(const close_reason& why) const override {
    return raw_dialect().farewell(why);
  }
  bool decode(std::string_view text,
              std::vector<std::string>& messages) const override {
    if (text == "break")
      throw std::runtime_error{"as the test wants it"};
    return raw_dialect().decode(text, messages);
  }
};

const brittle_dialect brittle;

constexpr std::string_view handshake_answer
  = "HTTP/1.1 101 Switching Protocols\r\n\r\n";

class link_settings_holder {
public:
  websocket::link_settings settings;
};

class link_fixture : public link_settings_holder, public socket_node {
public:
  explicit link_fixture(const limit_settings& limits = {})
    : socket_node(limits) {}

  // A client whose handshake was accepted.
  peer& upgrades(const websocket::dialect& speech, std::string early_bytes = {},
                 buffer_sizes sizes = {}) {
    auto& made = connects(sizes);
    node().hub_at(0).open(
      std::make_unique<websocket::link>(
        std::move(made.server), speech, settings,
        websocket::link::handshake{std::string{handshake_answer},
                                   std::move(early_bytes)}),
      {});
    return made.client;
  }

  // The same; it has got the answer to its handshake.
  peer& opens(const websocket::dialect& speech, std::string early_bytes = {},
              buffer_sizes sizes = {}) {
    auto& made = upgrades(speech, std::move(early_bytes), sizes);
    REQUIRE(eventually(
      [&] { return made.received().starts_with(handshake_answer); }));
    rest_of(made).erase(0, handshake_answer.size());
    return made;
  }

  peer& opens_raw(std::string early_bytes = {}, buffer_sizes sizes = {}) {
    return opens(raw_dialect(), std::move(early_bytes), sizes);
  }

  // A SockJS client that has got the open frame.
  peer& opens_sockjs() {
    auto& made = opens(sockjs::websocket_dialect());
    CHECK(next(made) == frames{"text:o"});
    return made;
  }

  // A raw client that is connected.
  peer& opens_as(std::string_view user, std::string_view channel = {},
                 buffer_sizes sizes = {}) {
    auto& made = opens_raw({}, sizes);
    made.sends(masked_text("CONNECT " + std::string{user} + ":key"));
    if (!channel.empty())
      made.sends(masked_text("SUBSCRIBE " + std::string{channel}));
    settle();
    return made;
  }

  // All that the client has got since it was last asked, once there is
  // something and nothing more comes.
  frames next(peer& who) {
    settle();
    auto& rest = rest_of(who);
    auto found = server_frames{rest}.take();
    CHECK(rest == "");
    return found;
  }

  // All up to the close frame. A client with a small receive buffer gets them
  // as fast as its kernel makes room.
  frames up_to_close(peer& who) {
    frames all;
    CHECK(eventually([&] {
      for (auto& each : server_frames{rest_of(who)}.take())
        all.push_back(std::move(each));
      return !all.empty() && all.back().starts_with("close");
    }));
    CHECK(next(who) == frames{});
    return all;
  }

  // All up to the end of the stream.
  frames last(peer& who) {
    CHECK(ends(who));
    return next(who);
  }

  bool is_answered(peer& who) {
    who.sends(masked_frame(opcode::ping, "?"));
    return next(who) == frames{"pong:?"};
  }

  std::size_t connections() { return actors(actor_kind::connection); }

private:
  // What a client has received and the test has not looked at.
  std::string& rest_of(peer& who) {
    auto& rest = rest_[&who];
    rest += who.take_received();
    return rest;
  }

  std::map<const peer*, std::string> rest_;
};

struct small_queue_fixture : link_fixture {
  small_queue_fixture() : link_fixture(limits()) {}

  static limit_settings limits() {
    limit_settings small;
    small.queue_bytes = 64 * kibibyte;
    // Else the channel refuses before the client is slow.
    small.channel_backlog_bytes = 64 * mebibyte;
    return small;
  }
};

std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const auto& each : parts)
    all += masked_text(each);
  return all;
}

} // namespace

TEST_SUITE("WebSocket link") {
  // -- commands --------------------------------------------------------------

  TEST_CASE_FIXTURE(link_fixture,
                    "SockJS clients are greeted, raw ones are not") {
    CHECK(next(opens(sockjs::websocket_dialect())) == frames{"text:o"});
    CHECK(next(opens(raw_dialect())) == frames{});
  }

  TEST_CASE_FIXTURE(link_fixture, "a publication reaches its subscriber") {
    auto& raw = opens_as("u", "c");
    auto& sockjs = opens_sockjs();
    sockjs.sends(masked_text(R"(["CONNECT v:key","SUBSCRIBE c"])"));
    settle();
    CHECK(publish("c", R"({"payload":"1"})") == 2);
    CHECK(next(raw) == frames{R"(text:{"payload":"1"})"});
    CHECK(next(sockjs) == frames{R"(text:a[{"payload":"1"}])"});
  }

  TEST_CASE_FIXTURE(link_fixture,
                    "what came behind the handshake is not lost") {
    auto& client = opens_raw(joined({"CONNECT u:key", "SUBSCRIBE c"})
                             + masked_frame(opcode::ping, "early"));
    CHECK(next(client) == frames{"pong:early"});
    CHECK(users_in("c") == lines{"u"});
  }

  TEST_CASE_FIXTURE(link_fixture, "a frame may begin behind the handshake") {
    const auto all = joined({"CONNECT u:key", "SUBSCRIBE c"});
    for (std::size_t cut = 1; cut < all.size(); cut += 5) {
      CAPTURE(cut);
      auto& client = opens_raw(all.substr(0, cut));
      client.sends(all.substr(cut));
      settle();
      CHECK(users_in("c") == lines{"u"});
      client.closes();
      REQUIRE(eventually([&] { return connections() == 0; }));
    }
  }

  TEST_CASE_FIXTURE(link_fixture,
                    "commands of one segment are done one after the other") {
    std::vector<std::string> order;
    watch([&order](const pinned_actor& who, const message& what) {
      if (who.kind() == actor_kind::directory
          && (what.match_elements<attach_connection>()
              || what.match_elements<join>() || what.match_elements<leave>()))
        order.emplace_back("asked");
      if (what.match_elements<attached>() || what.match_elements<settled>())
        order.emplace_back("done");
    });
    auto& client = opens_raw();
    client.sends(joined({"CONNECT u:key", "SUBSCRIBE a", "SUBSCRIBE b",
                         "UNSUBSCRIBE a", "SUBSCRIBE c"}));
    settle();
    watch(nullptr);
    const std::vector<std::string> one_by_one{"asked", "done", "asked", "done",
                                              "asked", "done", "asked", "done",
                                              "asked", "done"};
    CHECK(order == one_by_one);
    CHECK(users_in("a") == lines{});
    CHECK(users_in("b") == lines{"u"});
    CHECK(users_in("c") == lines{"u"});
  }

  TEST_CASE_FIXTURE(link_fixture,
                    "commands of one SockJS message are done in order") {
    auto& client = opens_sockjs();
    client.sends(
      masked_text(R"(["CONNECT u:key","SUBSCRIBE a:b","UNSUBSCRIBE a"])")
      + masked_text(R"(["SUBSCRIBE a","UNSUBSCRIBE b"])")
      + masked_text(R"("SUBSCRIBE c")") + masked_frame(opcode::ping, "end"));
    CHECK(next(client) == frames{"pong:end"});
    CHECK(users_in("a") == lines{"u"});
    CHECK(users_in("b") == lines{});
    CHECK(users_in("c") == lines{"u"});
  }

  TEST_CASE_FIXTURE(link_fixture,
                    "a pong comes when the commands before it are done") {
    auto& client = opens_raw();
    client.sends(masked_text("CONNECT u:key") + masked_text("SUBSCRIBE c")
                 + masked_frame(opcode::ping, "?"));
    REQUIRE(eventually([&] { return !client.received().empty(); }));
    CHECK(users_in("c") == lines{"u"});
    CHECK(next(client) == frames{"pong:?"});
  }

  TEST_CASE_FIXTURE(link_fixture, "many commands in many pieces are all done") {
    std::string all = masked_text("CONNECT u:key");
    for (int i = 0; i < 500; ++i)
      all += masked_text("SUBSCRIBE c" + std::to_string(i));
    all += masked_frame(opcode::ping, "end");
    auto& client = opens_raw();
    for (std::size_t at = 0; at < all.size(); at += 997) {
      client.sends(std::string_view{all}.substr(at, 997));
      step();
    }
    CHECK(next(client) == frames{"pong:end"});
    for (int i = 0; i < 500; ++i)
      CHECK(users_in("c" + std::to_string(i)) == lines{"u"});
  }

  TEST_CASE_FIXTURE(link_fixture,
                    "half a frame behind commands waits for its other half") {
    auto& client = opens_raw();
    const auto last = masked_text("SUBSCRIBE c");
    client.sends(joined({"CONNECT u:key", "SUBSCRIBE a"}) + last.substr(0, 9));
    settle();
    CHECK(users_in("a") == lines{"u"});
    CHECK(users_in("c") == lines{});
    client.sends(last.substr(9));
    settle();
    CHECK(users_in("c") == lines{"u"});
  }

  TEST_CASE_FIXTURE(link_fixture, "empty messages are ignored") {
    auto& raw = opens_raw();
    auto& sockjs = opens_sockjs();
    for (auto* each : {&raw, &sockjs}) {
      each->sends(masked_text(""));
      CHECK(is_answered(*each));
    }
  }

  TEST_CASE_FIXTURE(link_fixture,
                    "a binary message of UTF-8 is a text message") {
    auto& client = opens_raw();
    client.sends(masked_frame(opcode::binary, "CONNECT u:key"));
    settle();
    CHECK(online("u"));
  }

  // -- heartbeats ------------------------------------------------------------

  TEST_CASE_FIXTURE(link_fixture, "a client is pinged when its time has come") {
    auto& raw = opens_raw();
    auto& sockjs = opens_sockjs();
    passes(settings.heartbeat - 100ms);
    CHECK(next(raw) == frames{});
    CHECK(next(sockjs) == frames{});
    passes(100ms);
    CHECK(next(raw) == frames{"ping:"});
    CHECK(next(sockjs) == frames{"text:h", "ping:"});
  }

  TEST_CASE_FIXTURE(link_fixture, "who answers is pinged again and again") {
    auto& client = opens_raw();
    for (int i = 0; i < 4; ++i) {
      passes(settings.heartbeat);
      CHECK(next(client) == frames{"ping:"});
      passes(settings.pong_timeout - 100ms);
      client.sends(masked_frame(opcode::pong, ""));
      settle();
    }
    CHECK(connections() == 1);
  }

  TEST_CASE_FIXTURE(link_fixture, "whatever a client says, it is alive") {
    auto& client = opens_raw();
    passes(settings.heartbeat);
    next(client);
    // Not even a whole frame.
    client.sends(masked_text("CONNECT u:key").substr(0, 3));
    passes(settings.pong_timeout);
    CHECK(next(client) == frames{});
    passes(settings.heartbeat - settings.pong_timeout);
    CHECK(next(client) == frames{"ping:"});
  }

  TEST_CASE_FIXTURE(link_fixture, "who does not answer is closed with 3012") {
    auto& raw = opens_raw();
    auto& sockjs = opens_sockjs();
    passes(settings.heartbeat);
    next(raw);
    next(sockjs);
    passes(settings.pong_timeout - 100ms);
    CHECK(next(raw) == frames{});
    passes(100ms);
    CHECK(next(raw) == frames{"close:3012:No pong"});
    CHECK(next(sockjs) == frames{R"(text:c[3012,"No pong"])", "close:1000:"});
    CHECK(connections() == 2);
    passes(settings.close_timeout);
    CHECK(ends(raw));
    CHECK(ends(sockjs));
    CHECK(connections() == 0);
  }

  TEST_CASE_FIXTURE(link_fixture, "unasked pongs are no matter") {
    auto& client = opens_raw();
    client.sends(masked_frame(opcode::pong, "unasked"));
    CHECK(is_answered(client));
  }

  // -- the client closes -----------------------------------------------------

  TEST_CASE_FIXTURE(link_fixture, "a close frame is answered with its code") {
    auto& client = opens_as("u", "c");
    client.sends(masked_close(1001, "going away"));
    CHECK(last(client) == frames{"close:1001:"});
    CHECK(connections() == 0);
    CHECK_FALSE(online("u"));
    CHECK(users_in("c") == lines{});
  }

  TEST_CASE_FIXTURE(link_fixture,
                    "a close frame without a code is answered without one") {
    auto& client = opens_raw();
    client.sends(masked_frame(opcode::close, ""));
    CHECK(last(client) == frames{"close"});
  }

  TEST_CASE_FIXTURE(link_fixture, "messages behind a close frame are ignored") {
    auto& client = opens_raw();
    client.sends(masked_close(1000) + masked_text("CONNECT u:key")
                 + masked_frame(opcode::ping, "?") + "no frame at all");
    CHECK(last(client) == frames{"close:1000:"});
    CHECK_FALSE(online("u"));
  }

  TEST_CASE_FIXTURE(link_fixture,
                    "a close frame behind commands comes when they are done") {
    auto& client = opens_raw();
    client.sends(joined({"CONNECT u:key", "SUBSCRIBE c"}) + masked_close(1000));
    CHECK(last(client) == frames{"close:1000:"});
    CHECK(connections() == 0);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(link_fixture, "a client that is gone is offline at once") {
    auto& regular = opens_as("u", "c");
    auto& broken = opens_as("v", "c");
    regular.closes();
    broken.breaks_off();
    CHECK(eventually([&] { return connections() == 0; }));
    CHECK_FALSE(online("u"));
    CHECK_FALSE(online("v"));
    CHECK(users_in("c") == lines{});
  }

  TEST_CASE_FIXTURE(link_fixture, "a client may be gone with commands queued") {
    auto& client = opens_raw();
    client.sends(joined({"CONNECT u:key", "SUBSCRIBE a", "SUBSCRIBE b"}));
    client.closes();
    CHECK(eventually([&] { return connections() == 0; }));
    settle();
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(link_fixture,
                    "a client may be gone before it is written to") {
    auto& client = opens_as("u", "c");
    starts_publishing("c", "first");
    client.breaks_off();
    CHECK(eventually([&] { return connections() == 0; }));
    CHECK(publish("c", "second") == 0);
  }

  // -- the server closes -----------------------------------------------------

  TEST_CASE_FIXTURE(link_fixture, "a client is told why it is closed") {
    auto& raw = opens_as("u");
    auto& sockjs = opens_sockjs();
    sockjs.sends(masked_text(R"("CONNECT u:key")"));
    settle();
    disconnect("u");
    CHECK(
      next(raw)
      == frames{"close:4002:Server closed the connection (intentionally)."});
    CHECK(next(sockjs)
          == frames{
            R"(text:c[9002,"Server closed the connection (intentionally)."])",
            "close:1000:"});
  }

  TEST_CASE_FIXTURE(link_fixture, "the socket closes when the client answers") {
    auto& client = opens_as("u");
    disconnect("u");
    next(client);
    CHECK(connections() == 1);
    CHECK(client.ended() == peer::ending::none);
    client.sends(masked_close(4002));
    CHECK(last(client) == frames{});
    CHECK(connections() == 0);
  }

  TEST_CASE_FIXTURE(link_fixture,
                    "a client that answers nothing has five seconds") {
    auto& client = opens_as("u");
    disconnect("u");
    next(client);
    passes(settings.close_timeout - 100ms);
    CHECK(client.ended() == peer::ending::none);
    passes(100ms);
    CHECK(last(client) == frames{});
    CHECK(connections() == 0);
  }

  TEST_CASE_FIXTURE(link_fixture,
                    "a client that talks on instead gets no more time") {
    auto& client = opens_as("u");
    disconnect("u");
    next(client);
    for (auto left = settings.close_timeout; left > 0ms; left -= 1000ms) {
      client.sends(masked_text("SUBSCRIBE c")
                   + masked_frame(opcode::ping, "?"));
      passes(1000ms);
    }
    CHECK(last(client) == frames{});
    CHECK(users_in("c") == lines{});
    CHECK(connections() == 0);
  }

  TEST_CASE_FIXTURE(link_fixture, "a late pong does not put off the end") {
    auto& client = opens_as("u");
    passes(settings.heartbeat);
    disconnect("u");
    client.sends(masked_frame(opcode::pong, ""));
    passes(settings.close_timeout);
    CHECK(ends(client));
    CHECK(connections() == 0);
  }

  TEST_CASE_FIXTURE(link_fixture, "no command is taken after the close") {
    auto& client = opens_raw();
    client.sends(joined({"CONNECT u:wrong", "CONNECT u:key"}));
    CHECK(next(client) == frames{"close:4000:Invalid API key."});
    CHECK_FALSE(online("u"));
    client.sends(masked_text("CONNECT u:key"));
    settle();
    CHECK_FALSE(online("u"));
  }

  TEST_CASE_FIXTURE(link_fixture,
                    "the rest of a message is dropped after the close") {
    auto& client = opens_sockjs();
    client.sends(
      masked_text(R"(["SUBSCRIBE c","CONNECT u:key","SUBSCRIBE c"])"));
    CHECK(next(client)
          == frames{R"(text:c[9001,"Subscribing before connecting."])",
                    "close:1000:"});
    CHECK_FALSE(online("u"));
  }

  TEST_CASE_FIXTURE(link_fixture,
                    "what a client had queued is dropped when it is closed") {
    auto& client = opens_as("u");
    // The close overtakes the commands, which wait for each other.
    std::string commands;
    for (int i = 0; i < 20; ++i)
      commands += masked_text("SUBSCRIBE c" + std::to_string(i));
    client.sends(commands);
    starts_disconnecting("u");
    settle();
    CHECK(next(client).back().starts_with("close:4002:"));
    client.sends(masked_close(1000));
    CHECK(ends(client));
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(link_fixture,
                    "a close frame may follow what the client is closed for") {
    auto& raw = opens_raw();
    raw.sends(masked_text("CONNECT u:wrong") + masked_close(1000));
    CHECK(last(raw) == frames{"close:4000:Invalid API key."});
    auto& sockjs = opens_sockjs();
    sockjs.sends(masked_text(R"("CONNECT u:wrong")") + masked_close(1000));
    CHECK(last(sockjs)
          == frames{R"(text:c[9000,"Invalid API key."])", "close:1000:"});
    CHECK(connections() == 0);
  }

  TEST_CASE_FIXTURE(link_fixture,
                    "a violation may follow what the client is closed for") {
    auto& client = opens_raw();
    client.sends(masked_text("CONNECT u:wrong") + "\xFF\xFF");
    CHECK(last(client) == frames{"close:4000:Invalid API key."});
    client.closes();
    CHECK(eventually([&] { return connections() == 0; }));
  }

  TEST_CASE_FIXTURE(link_fixture, "a violation ends the wait for an answer") {
    auto& client = opens_as("u");
    disconnect("u");
    next(client);
    client.sends("\xFF\xFF");
    CHECK(last(client) == frames{});
  }

  // -- violations ------------------------------------------------------------

  TEST_CASE_FIXTURE(link_fixture,
                    "a client that breaks the protocol is told, then the end") {
    struct misdeed {
      std::string sends;
      unsigned code;
    };
    const std::vector<misdeed> misdeeds{
      {websocket::encode_frame(opcode::text, "unmasked"), 1002},
      {wire_bytes({0xC1, 0x80, 0, 0, 0, 0}), 1002}, // a reserved bit
      {wire_bytes({0x83, 0x80, 0, 0, 0, 0}), 1002}, // an unknown opcode
      {wire_bytes({0x09, 0x80, 0, 0, 0, 0}), 1002}, // a fragmented ping
      {wire_bytes({0x80, 0x80, 0, 0, 0, 0}), 1002}, // a stray continuation
      {masked_close(1006), 1002},
      {masked_close(2999), 1002},
      {masked_frame(opcode::close, "x"), 1002},
      {masked_text("\xC3\x28"), 1007},
      {masked_frame(opcode::close, close_payload_of(1000, "\xFF")), 1007},
      {masked_frame(opcode::binary, "\xC3\x28"), 1003},
      {masked_text(std::string(64 * kibibyte + 1, 'x')), 1009},
    };
    for (const auto& each : misdeeds) {
      CAPTURE(each.sends.substr(0, 20));
      auto& client = opens_as("u");
      client.sends(each.sends);
      const auto told = last(client);
      REQUIRE(told.size() == 1);
      CHECK(told[0].starts_with("close:" + std::to_string(each.code) + ":"));
      CHECK_FALSE(online("u"));
      client.closes();
      CHECK(eventually([&] { return connections() == 0; }));
    }
  }

  TEST_CASE_FIXTURE(link_fixture, "the largest message there may be is taken") {
    auto& client = opens_raw();
    client.sends(masked_text(std::string(64 * kibibyte, 'x')));
    CHECK(is_answered(client));
  }

  TEST_CASE_FIXTURE(link_fixture,
                    "what SockJS does not allow is closed with 1008") {
    for (const auto* const text :
         {"SUBSCRIBE c", "{}", "[1]", "[\"CONNECT u:key\",1]", "[", "7"}) {
      CAPTURE(text);
      auto& client = opens_sockjs();
      client.sends(masked_text(text));
      CHECK(last(client) == frames{"close:1008:Not a JSON array of strings"});
      CHECK_FALSE(online("u"));
      client.closes();
      CHECK(eventually([&] { return connections() == 0; }));
    }
  }

  TEST_CASE_FIXTURE(link_fixture,
                    "what follows a violation is read and thrown away") {
    auto& client = opens_raw();
    client.sends("\xFF\xFF" + std::string(100'000, 'x'));
    CHECK(last(client).size() == 1);
    client.sends(std::string(1'000'000, 'x'));
    settle();
    CHECK(connections() == 1);
    passes(settings.close_timeout);
    CHECK(connections() == 0);
  }

  TEST_CASE_FIXTURE(link_fixture, "commands before a violation are done") {
    auto& witness = opens_as("w", "c");
    auto& client = opens_raw();
    std::vector<std::string> done;
    watch([&done](const pinned_actor&, const message& what) {
      if (what.match_elements<attached>())
        done.emplace_back("CONNECT");
      else if (what.match_elements<settled>() && done.size() == 1)
        done.emplace_back("SUBSCRIBE");
    });
    client.sends(joined({"CONNECT u:key", "SUBSCRIBE c"}) + "\xFF\xFF");
    CHECK(last(client).size() == 1);
    watch(nullptr);
    CHECK(done == std::vector<std::string>{"CONNECT", "SUBSCRIBE"});
    CHECK(users_in("c") == lines{"w"});
    CHECK(is_answered(witness));
  }

  // -- slow clients ----------------------------------------------------------

  TEST_CASE_FIXTURE(small_queue_fixture,
                    "a client that does not read is closed with 3008") {
    auto& slow = opens_as("u", "c", small_buffers);
    auto& quick = opens_as("v", "c");
    slow.stops_reading();
    const std::string element(10'000, 'x');
    int sent = 0;
    while (counted().slow_consumers == 0 && sent < 1000) {
      CHECK(publish("c", element) == 2);
      ++sent;
      settle();
    }
    REQUIRE(counted().slow_consumers == 1);
    CHECK(publish("c", element) == 1);
    CHECK(next(quick)
          == frames(static_cast<std::size_t>(sent) + 1, "text:" + element));
    // Half a frame at most is still on its way: all that comes is complete.
    slow.reads_on();
    auto got = up_to_close(slow);
    REQUIRE_FALSE(got.empty());
    CHECK(got.back() == "close:3008:Slow consumer");
    got.pop_back();
    CHECK(got.size() < static_cast<std::size_t>(sent));
    for (const auto& each : got)
      CHECK((each == "text:" + element));
    slow.sends(masked_close(3008));
    CHECK(last(slow) == frames{});
    CHECK(connections() == 1);
  }

  TEST_CASE_FIXTURE(small_queue_fixture,
                    "a slow client that never reads again is given up") {
    auto& slow = opens_as("u", "c", small_buffers);
    slow.stops_reading();
    for (int i = 0; i < 1000 && counted().slow_consumers == 0; ++i) {
      publish("c", std::string(10'000, 'x'));
      settle();
    }
    CHECK(users_in("c") == lines{});
    CHECK_FALSE(online("u"));
    CHECK(connections() == 1);
    passes(settings.close_timeout);
    CHECK(connections() == 0);
  }

  TEST_CASE_FIXTURE(small_queue_fixture,
                    "a client whose messages grow old is closed with 3008") {
    auto& slow = opens_as("u", "c", small_buffers);
    slow.stops_reading();
    publish("c", std::string(30'000, 'x'));
    settle();
    passes(9000ms);
    CHECK(counted().slow_consumers == 0);
    passes(2500ms);
    CHECK(counted().slow_consumers == 1);
    slow.reads_on();
    CHECK((up_to_close(slow)
           == frames{"text:" + std::string(30'000, 'x'),
                     "close:3008:Slow consumer"}));
  }

  TEST_CASE_FIXTURE(small_queue_fixture,
                    "a client that reads a little at a time loses nothing") {
    auto& client = opens_as("u", "c", small_buffers);
    client.stops_reading();
    frames expected;
    for (int i = 0; i < 40; ++i) {
      auto element = std::to_string(i) + std::string(1000, 'x');
      CHECK(publish("c", element) == 1);
      expected.push_back("text:" + std::move(element));
      for (int part = 0; part < 8; ++part) {
        client.reads_a_little(137);
        settle();
      }
    }
    client.reads_on();
    CHECK(next(client) == expected);
    CHECK(counted().slow_consumers == 0);
  }

  TEST_CASE_FIXTURE(link_fixture,
                    "a client that closes while its socket is full gets all") {
    auto& client = opens_as("u", "c", small_buffers);
    client.stops_reading();
    const std::string element(200'000, 'x');
    publish("c", element);
    client.sends(masked_close(1000));
    settle();
    CHECK(connections() == 1);
    client.reads_on();
    CHECK(last(client) == frames{"text:" + element, "close:1000:"});
    CHECK(connections() == 0);
  }

  // -- failures --------------------------------------------------------------

  TEST_CASE_FIXTURE(link_fixture,
                    "a failure ends this connection and no other") {
    auto& other = opens_as("v", "c");
    auto& client = opens(brittle);
    client.sends(joined({"CONNECT u:key", "SUBSCRIBE c"}));
    settle();
    CHECK(users_in("c") == lines{"u", "v"});
    client.sends(masked_text("break"));
    REQUIRE(eventually([&] { return client.ended() != peer::ending::none; }));
    settle();
    CHECK(connections() == 1);
    CHECK_FALSE(online("u"));
    CHECK(users_in("c") == lines{"v"});
    CHECK(is_answered(other));
    CHECK(counted().actor_failures == 1);
  }

  TEST_CASE_FIXTURE(link_fixture, "a failure may come behind the handshake") {
    auto& client = upgrades(brittle, masked_text("break"));
    REQUIRE(eventually([&] { return client.ended() != peer::ending::none; }));
    CHECK(connections() == 0);
  }

  TEST_CASE_FIXTURE(
    link_fixture, "a failure while commands wait ends this connection alone") {
    auto& other = opens_as("v", "c");
    auto& client = opens(brittle);
    client.sends(joined({"CONNECT u:key", "SUBSCRIBE c", "break"}));
    REQUIRE(eventually([&] { return client.ended() != peer::ending::none; }));
    settle();
    CHECK(connections() == 1);
    CHECK(users_in("c") == lines{"v"});
    CHECK(publish("c", "text") == 1);
    CHECK(next(other) == frames{"text:text"});
    CHECK(is_answered(other));
  }

  TEST_CASE_FIXTURE(link_fixture, "an actor that fails closes its client") {
    auto& other = opens_as("v");
    auto& client = opens_raw();
    next_fails<attached>(actor_kind::connection);
    client.sends(masked_text("CONNECT u:key"));
    REQUIRE(eventually([&] { return client.ended() != peer::ending::none; }));
    settle();
    CHECK(connections() == 1);
    CHECK_FALSE(online("u"));
    CHECK(is_answered(other));
  }
}
