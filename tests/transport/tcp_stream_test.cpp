#include "transport/tcp_stream.hpp"

#include "tests/transport/loopback.hpp"

#include <doctest/doctest.h>

#include <array>
#include <netinet/tcp.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace thunderpush;
using boost::asio::io_context;
using boost::system::error_code;
using outcome = tcp_stream::outcome;

namespace {

struct stream_fixture {
  io_context io{1};
  loopback pair{io};
  std::array<char, 16> buffer{};

  tcp_stream& server() { return pair.server; }
  peer& client() { return pair.client; }

  // What `read` says once it has something to say.
  tcp_stream::result read() {
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

  bool runs_until(const std::optional<error_code>& told) {
    return becomes_true([&] { return told.has_value(); },
                        [&] { return io.poll() > 0; });
  }
};

} // namespace

TEST_SUITE("TCP stream") {
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
    std::optional<error_code> told;
    server().when_readable([&](const error_code& error) { told = error; });
    io.poll();
    CHECK_FALSE(told.has_value());
    client().sends("x");
    REQUIRE(runs_until(told));
    CHECK_FALSE(*told);
    CHECK(text(read().bytes) == "x");
  }

  TEST_CASE_FIXTURE(stream_fixture, "a wait ends with the stream") {
    std::optional<error_code> told;
    server().when_readable([&](const error_code& error) { told = error; });
    client().closes();
    REQUIRE(runs_until(told));
    CHECK_FALSE(*told);
    CHECK(read().what == outcome::lost);
  }

  TEST_CASE_FIXTURE(stream_fixture, "a wait ends when there is room") {
    std::optional<error_code> told;
    server().when_writable([&](const error_code& error) { told = error; });
    REQUIRE(runs_until(told));
    CHECK_FALSE(*told);
  }

  TEST_CASE_FIXTURE(stream_fixture, "both waits end when it is closed") {
    client().stops_reading();
    const std::string large(std::size_t{64} << 20, 'x');
    while (server().write(large).what == outcome::done) {
    }
    std::optional<error_code> readable;
    std::optional<error_code> writable;
    server().when_readable([&](const error_code& error) { readable = error; });
    server().when_writable([&](const error_code& error) { writable = error; });
    CHECK(server().is_open());
    server().close();
    CHECK_FALSE(server().is_open());
    REQUIRE(runs_until(readable));
    REQUIRE(runs_until(writable));
    CHECK(*readable);
    CHECK(*writable);
  }

  TEST_CASE_FIXTURE(stream_fixture, "a closed stream is lost") {
    server().close();
    CHECK(server().read(buffer).what == outcome::lost);
    CHECK(server().write("x").what == outcome::lost);
    server().shut_down_sending();
    server().close();
  }

  TEST_CASE_FIXTURE(stream_fixture, "a stream may move to another loop") {
    std::optional<error_code> told_here;
    server().when_readable([&](const error_code& error) { told_here = error; });
    server().when_writable([](const error_code&) {});
    io_context there{1};
    auto moved = server().move_to(there);
    CHECK(moved.is_open());
    CHECK_FALSE(server().is_open());
    REQUIRE(runs_until(told_here));
    CHECK(*told_here);

    std::optional<error_code> told_there;
    moved.when_readable([&](const error_code& error) { told_there = error; });
    client().sends("x");
    io.poll();
    REQUIRE(becomes_true([&] { return told_there.has_value(); },
                         [&] { return there.poll() > 0; }));
    CHECK_FALSE(*told_there);
    CHECK(moved.read(buffer).bytes == 1);
    CHECK(moved.write("there").bytes == 5);
    CHECK(becomes_true([&] { return client().received() == "there"; },
                       [&] { return client().step(); }));
    moved.close();
    CHECK(becomes_true([&] { return client().ended() != peer::ending::none; },
                       [&] { return client().step(); }));
  }

  TEST_CASE("small writes leave at once") {
    io_context io{1};
    loopback_port port{io};
    const peer client{port.number()};
    auto socket = port.accept(io);
    socket.set_option(boost::asio::ip::tcp::no_delay{false});
    const int same = ::dup(socket.native_handle());
    const tcp_stream stream{std::move(socket)};
    int without_delay = 0;
    socklen_t size = sizeof without_delay;
    ::getsockopt(same, IPPROTO_TCP, TCP_NODELAY, &without_delay, &size);
    ::close(same);
    CHECK(without_delay != 0);
  }

  TEST_CASE("each thread has a receive buffer of its own") {
    const auto here = receive_buffer();
    CHECK(here.size() == std::size_t{64} * 1024);
    CHECK(receive_buffer().data() == here.data());
    const char* there = nullptr;
    std::thread{[&] { there = receive_buffer().data(); }}.join();
    CHECK(there != here.data());
  }
}
