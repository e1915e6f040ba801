#include "transport/client_stream.hpp"

#include "tests/transport/loopback.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace thunderpush;
using namespace std::chrono_literals;
using outcome = client_stream::outcome;

namespace {

// Counts what it is told.
struct counting_user final : public stream_user {
  void readable() override { ++inputs; }
  void writable() override { ++outputs; }
  void dismissed() override { ++dismissals; }

  int inputs = 0;
  int outputs = 0;
  int dismissals = 0;
};

bool polled(reactor& what) {
  what.wait(0ms);
  return what.tell();
}

struct stream_fixture {
  reactor here;
  counting_user user;
  loopback pair;
  std::array<char, 16> buffer{};

  client_stream& server() { return pair.server; }
  peer& client() { return pair.client; }

  // What `read` says once it has something to say.
  client_stream::result read() {
    auto got = server().read(buffer);
    becomes_true([&] { return got.what != outcome::would_block; },
                 [&] {
                   got = server().read(buffer);
                   return false;
                 });
    return got;
  }

  std::string_view text(std::size_t bytes) const {
    return {buffer.data(), bytes};
  }

  // Whether the count gets there, the reactor running meanwhile.
  bool reaches(const int& count, int wanted) {
    return becomes_true([&] { return count >= wanted; },
                        [&] { return polled(here); });
  }

  // Writes as much as the kernel takes.
  void fill() {
    const std::string large(std::size_t{8} << 20, 'x');
    while (server().write(large).what == outcome::done) {
    }
  }

  // Runs the reactor until it has nothing to tell.
  void settle() {
    while (polled(here)) {
    }
  }
};

} // namespace

TEST_SUITE("client stream") {
  TEST_CASE_FIXTURE(stream_fixture, "a read never waits") {
    CHECK(server().read(buffer).what == outcome::would_block);
  }

  TEST_CASE_FIXTURE(stream_fixture, "a read takes what there is room for") {
    client().sends("more than sixteen bytes");
    REQUIRE(
      becomes_true([&] { return client().all_sent(); }, [] { return false; }));
    auto got = read();
    CHECK(got.what == outcome::done);
    CHECK(text(got.bytes) == "more than sixtee");
    got = read();
    CHECK(text(got.bytes) == "n bytes");
    CHECK(server().read(buffer).what == outcome::would_block);
  }

  TEST_CASE_FIXTURE(stream_fixture,
                    "the end of the stream comes after its bytes") {
    client().sends("last");
    client().finishes();
    CHECK(text(read().bytes) == "last");
    CHECK(read().what == outcome::lost);
  }

  TEST_CASE_FIXTURE(stream_fixture, "a peer that breaks off is lost") {
    client().breaks_off();
    CHECK(read().what == outcome::lost);
    CHECK(server().write("x").what == outcome::lost);
  }

  TEST_CASE_FIXTURE(stream_fixture,
                    "a write moves what the socket takes and never waits") {
    client().stops_reading();
    const std::string large(std::size_t{64} << 20, 'x');
    const auto first = server().write(large);
    CHECK(first.what == outcome::done);
    CHECK(first.bytes > 0);
    CHECK(first.bytes < large.size());
    auto last = server().write(large);
    REQUIRE(becomes_true([&] { return last.what != outcome::done; },
                         [&] {
                           last = server().write(large);
                           return true;
                         }));
    CHECK(last.what == outcome::would_block);
    CHECK(last.bytes == 0);
  }

  TEST_CASE_FIXTURE(stream_fixture, "what is written arrives") {
    CHECK(server().write("one ").bytes == 4);
    CHECK(server().write("two").bytes == 3);
    CHECK(becomes_true([&] { return client().received() == "one two"; },
                       [&] { return client().step(); }));
  }

  TEST_CASE_FIXTURE(stream_fixture,
                    "a peer can go on sending after it was told the end") {
    server().shut_down_sending();
    REQUIRE(becomes_true([&] { return client().ended() != peer::ending::none; },
                         [&] { return client().step(); }));
    CHECK(client().ended() == peer::ending::regular);
    client().sends("still here");
    CHECK(text(read().bytes) == "still here");
  }

  TEST_CASE_FIXTURE(stream_fixture, "a wait ends when there is something") {
    server().attend(here, user);
    server().wait_readable();
    settle();
    CHECK(user.inputs == 0);
    client().sends("x");
    REQUIRE(reaches(user.inputs, 1));
    CHECK(text(read().bytes) == "x");
  }

  TEST_CASE_FIXTURE(stream_fixture, "who does not wait is told nothing") {
    server().attend(here, user);
    client().sends("x");
    client().finishes();
    REQUIRE(
      becomes_true([&] { return client().all_sent(); }, [] { return false; }));
    settle();
    CHECK(user.inputs == 0);
    CHECK(user.outputs == 0);
  }

  TEST_CASE_FIXTURE(stream_fixture, "a wait is told of what was there before") {
    server().attend(here, user);
    client().sends("more than sixteen bytes");
    REQUIRE(
      becomes_true([&] { return client().all_sent(); }, [] { return false; }));
    settle();
    server().wait_readable();
    REQUIRE(reaches(user.inputs, 1));
    CHECK(text(read().bytes) == "more than sixtee");
    server().wait_readable();
    REQUIRE(reaches(user.inputs, 2));
    CHECK(text(read().bytes) == "n bytes");
    server().wait_readable();
    settle();
    CHECK(user.inputs == 2);
  }

  TEST_CASE_FIXTURE(stream_fixture, "a wait ends once") {
    server().attend(here, user);
    server().wait_readable();
    client().sends("x");
    REQUIRE(reaches(user.inputs, 1));
    client().sends("y");
    REQUIRE(
      becomes_true([&] { return client().all_sent(); }, [] { return false; }));
    settle();
    CHECK(user.inputs == 1);
  }

  TEST_CASE_FIXTURE(
    stream_fixture,
    "an end that came with the last bytes is told behind them") {
    server().attend(here, user);
    client().sends("last");
    client().finishes();
    REQUIRE(
      becomes_true([&] { return client().all_sent(); }, [] { return false; }));
    server().wait_readable();
    REQUIRE(reaches(user.inputs, 1));
    CHECK(text(read().bytes) == "last");
    server().wait_readable();
    REQUIRE(reaches(user.inputs, 2));
    CHECK(read().what == outcome::lost);
  }

  TEST_CASE_FIXTURE(stream_fixture, "a wait ends with the stream") {
    server().attend(here, user);
    server().wait_readable();
    client().closes();
    REQUIRE(reaches(user.inputs, 1));
    CHECK(read().what == outcome::lost);
  }

  TEST_CASE_FIXTURE(stream_fixture, "a wait ends when there is room again") {
    server().attend(here, user);
    client().stops_reading();
    const std::string large(std::size_t{1} << 20, 'x');
    while (server().write(large).what == outcome::done) {
    }
    settle();
    server().wait_writable();
    settle();
    CHECK(user.outputs == 0);
    client().reads_on();
    REQUIRE(becomes_true([&] { return user.outputs == 1; },
                         [&] { return client().step() || polled(here); }));
    CHECK(server().write("x").what == outcome::done);
  }

  TEST_CASE_FIXTURE(stream_fixture, "nothing is told of a closed stream") {
    server().attend(here, user);
    client().sends("x");
    REQUIRE(
      becomes_true([&] { return client().all_sent(); }, [] { return false; }));
    settle();
    server().wait_readable(); // it would be told with the next poll
    CHECK(server().is_open());
    server().close();
    CHECK_FALSE(server().is_open());
    settle();
    CHECK(user.inputs == 0);
    CHECK(user.outputs == 0);
  }

  TEST_CASE_FIXTURE(stream_fixture, "a user is told when the home ends") {
    server().attend(here, user);
    here.dismiss_all();
    CHECK(user.dismissals == 1);
    here.dismiss_all();
    CHECK(user.dismissals == 1);
    CHECK(server().is_open());
  }

  TEST_CASE_FIXTURE(stream_fixture, "a stream that moves keeps its place") {
    server().attend(here, user);
    client_stream moved{std::move(server())};
    counting_user other;
    moved.attend(here, other);
    moved.wait_readable();
    client().sends("x");
    REQUIRE(reaches(other.inputs, 1));
    CHECK(user.inputs == 0);
    CHECK_FALSE(server().is_open());
  }

  TEST_CASE_FIXTURE(stream_fixture, "what is peeked at is read again") {
    server().attend(here, user);
    CHECK(server().peek(buffer).what == outcome::would_block);
    server().wait_readable();
    client().sends("head and body");
    REQUIRE(reaches(user.inputs, 1));
    CHECK(server().peek(buffer).bytes == 13);
    CHECK(server().peek(std::span{buffer}.first(4)).bytes == 4);
    server().skip(4);
    // What is left is told of, though it came before.
    server().wait_readable();
    REQUIRE(reaches(user.inputs, 2));
    CHECK(server().read(buffer).bytes == 9);
  }

  TEST_CASE_FIXTURE(stream_fixture,
                    "who waits for more is told of more, and of the end") {
    server().attend(here, user);
    server().wait_readable();
    client().sends("a");
    REQUIRE(reaches(user.inputs, 1));
    CHECK(server().peek(buffer).bytes == 1);
    server().wait_readable();
    settle();
    CHECK(user.inputs == 1);
    client().sends("b");
    REQUIRE(reaches(user.inputs, 2));
    CHECK(server().peek(buffer).bytes == 2);
    CHECK_FALSE(server().has_ended());
    server().wait_readable();
    client().finishes();
    REQUIRE(reaches(user.inputs, 3));
    CHECK(server().peek(buffer).bytes == 2);
    CHECK(server().has_ended());
    CHECK(server().read(buffer).bytes == 2);
    CHECK(server().peek(buffer).what == outcome::lost);
  }

  TEST_CASE_FIXTURE(stream_fixture,
                    "what was told of the client goes with it") {
    const auto own = server().address();
    CHECK(own == parse_ip_address("127.0.0.1"));
    CHECK_FALSE(server().is_of_unknown_client());
    server().tell(std::nullopt);
    CHECK(server().is_of_unknown_client());
    CHECK(server().address() == own);
    server().tell(parse_ip_address("2001:db8::1"));
    server().attend(here, user);
    const client_stream moved{server().detach()};
    CHECK_FALSE(moved.is_of_unknown_client());
    CHECK(moved.address() == parse_ip_address("2001:db8::1"));
    CHECK(moved.peer()->address == "2001:db8::1");
    CHECK_FALSE(server().is_of_unknown_client());
  }

  TEST_CASE_FIXTURE(stream_fixture, "a closed stream is lost") {
    server().close();
    CHECK(server().read(buffer).what == outcome::lost);
    CHECK(server().write("x").what == outcome::lost);
    server().shut_down_sending();
    server().close();
  }

  TEST_CASE_FIXTURE(stream_fixture, "a socket may move to another reactor") {
    server().attend(here, user);
    server().wait_readable();
    reactor there;
    counting_user other;
    client_stream moved{server().detach()};
    moved.attend(there, other);
    CHECK(moved.is_open());
    CHECK_FALSE(server().is_open());
    moved.wait_readable();
    client().sends("x");
    REQUIRE(becomes_true([&] { return other.inputs == 1; },
                         [&] { return polled(there); }));
    settle();
    CHECK(user.inputs == 0);
    CHECK(moved.read(buffer).bytes == 1);
    CHECK(moved.write("there").bytes == 5);
    CHECK(becomes_true([&] { return client().received() == "there"; },
                       [&] { return client().step(); }));
    moved.close();
    CHECK(becomes_true([&] { return client().ended() != peer::ending::none; },
                       [&] { return client().step(); }));
  }

  TEST_CASE("each thread has a receive buffer of its own") {
    const auto here = receive_buffer();
    CHECK(here.size() == std::size_t{64} * 1024);
    CHECK(receive_buffer().data() == here.data());
    const char* there = nullptr;
    std::thread{[&] { there = receive_buffer().data(); }}.join();
    CHECK(there != here.data());
  }

  TEST_CASE("the kernel takes little that it cannot send yet") {
    loopback_port port;
    const peer client{port.number()}; // it reads nothing
    const int socket = port.accept();
    client_stream server{socket};
    const std::string much(std::size_t{64} * 1024, 'x');
    while (server.write(much).what == client_stream::outcome::done) {
    }
    int unsent = 0;
    CHECK(::ioctl(socket, SIOCOUTQNSD, &unsent) == 0);
    CHECK(unsent <= 128 * 1024);
  }

  TEST_CASE_FIXTURE(stream_fixture,
                    "a peer that left no room is reset when abandoned") {
    client().stops_reading();
    fill();
    server().abandon();
    client().reads_on();
    REQUIRE(becomes_true([&] { return client().ended() != peer::ending::none; },
                         [&] { return client().step(); }));
    CHECK(client().ended() == peer::ending::reset);
  }

  TEST_CASE_FIXTURE(stream_fixture,
                    "a peer that left room sees the end when abandoned") {
    REQUIRE(server().write("all").bytes == 3);
    REQUIRE(becomes_true([&] { return client().received() == "all"; },
                         [&] { return client().step(); }));
    server().abandon();
    REQUIRE(becomes_true([&] { return client().ended() != peer::ending::none; },
                         [&] { return client().step(); }));
    CHECK(client().ended() == peer::ending::regular);
  }
}
