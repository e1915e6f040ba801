#include "tests/transport/loopback.hpp"
#include "tests/transport/tls_client.hpp"
#include "transport/client_stream.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

using namespace thunderpush;
using namespace std::chrono_literals;
using outcome = client_stream::outcome;

namespace {

constexpr std::size_t mib = std::size_t{1} << 20;

// Bytes that show where they belong.
std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<char>(i * 7 + i / 251);
  return bytes;
}

// Reads what there is, writes what it is told to, and keeps count.
class eager_user final : public stream_user {
public:
  void serve(client_stream& what, reactor& where) {
    stream_ = &what;
    what.attend(where, *this);
    what.wait_readable();
  }

  void writes(std::string bytes) {
    outgoing_ += bytes;
    write();
  }

  bool has_written_all() const noexcept { return outgoing_.empty(); }

  std::string received;
  int inputs = 0;
  int outputs = 0;
  bool lost = false;
  std::size_t appetite = std::size_t{64} * 1024; // what it reads at once

private:
  void readable() override {
    ++inputs;
    const auto buffer = receive_buffer().first(appetite);
    const auto got = stream_->read(buffer);
    if (got.what == outcome::lost) {
      lost = true;
      return;
    }
    received.append(buffer.data(), got.bytes);
    stream_->wait_readable();
  }

  void writable() override {
    ++outputs;
    write();
  }

  void write() {
    const auto moved = stream_->write(outgoing_);
    outgoing_.erase(0, moved.bytes);
    if (!outgoing_.empty())
      stream_->wait_writable();
  }

  client_stream* stream_ = nullptr;
  std::string outgoing_;
};

// A stream that speaks TLS and its client.
class tls_fixture {
public:
  client_stream& server() { return *server_; }

  // A connection on which hands are shaken.
  void connects(buffer_sizes sizes = {}, tls_client::options chosen = {}) {
    pair_ = std::make_unique<loopback>(sizes);
    server_ = std::make_unique<client_stream>(std::move(pair_->server));
    client = std::make_unique<tls_client>(pair_->client, chosen);
    server_->secure(*context);
    REQUIRE(shakes_hands());
  }

  // Both may be read and written to, and the server's user reads on.
  void is_served(buffer_sizes sizes = {}, tls_client::options chosen = {}) {
    connects(sizes, chosen);
    user.serve(server(), here);
  }

  bool shakes_hands() {
    auto came = outcome::would_block;
    return becomes_true([&] { return came != outcome::would_block; },
                        [&] {
                          came = server_->shake_hands().what;
                          return client->step();
                        })
           && came == outcome::done
           && becomes_true([&] { return client->is_secure(); },
                           [&] { return client->step(); });
  }

  bool step() {
    here.wait(0ms);
    const bool told = here.tell();
    return client->step() || told;
  }

  template <class Condition>
  bool eventually(Condition&& condition) {
    return becomes_true(std::forward<Condition>(condition),
                        [this] { return step(); });
  }

  void settle() {
    REQUIRE(becomes_true([this] { return raw().all_sent(); },
                         [this] { return step(); }));
    while (step()) {
    }
  }

  peer& raw() { return pair_->client; }

  bool ended() {
    return eventually([this] { return raw().ended() != peer::ending::none; });
  }

  reactor here;
  tls_files files;
  tls::context_ptr context = files.context();
  eager_user user;
  std::unique_ptr<tls_client> client;

private:
  std::unique_ptr<loopback> pair_;
  std::unique_ptr<client_stream> server_;
};

} // namespace

TEST_SUITE("TLS stream") {
  TEST_CASE_FIXTURE(tls_fixture, "TLS 1.2 and 1.3 are spoken") {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      tls_client::options chosen;
      chosen.version = version;
      connects({}, chosen);
      CHECK(SSL_version(client->native()) == version);
      CHECK(server().write("to the client").bytes == 13);
      client->sends("to the server");
      CHECK(eventually([&] { return client->received() == "to the client"; }));
      const auto buffer = receive_buffer();
      const auto got = server().read(buffer);
      CHECK(std::string_view{buffer.data(), got.bytes} == "to the server");
      CHECK(server().read(buffer).what == outcome::would_block);
    }
  }

  TEST_CASE_FIXTURE(tls_fixture, "a megabyte passes each way at once") {
    for (const auto sizes : {buffer_sizes{}, small_buffers}) {
      user = eager_user{};
      is_served(sizes);
      const auto there = pattern(mib);
      const auto back = pattern(mib + 12'345);
      client->sends(there);
      user.writes(back);
      REQUIRE(eventually([&] {
        return user.received.size() >= there.size()
               && client->received().size() >= back.size();
      }));
      CHECK(user.received == there);
      CHECK(client->received() == back);
      CHECK(server().is_flushed());
    }
  }

  TEST_CASE_FIXTURE(tls_fixture, "records may arrive in pieces of any size") {
    for (const std::size_t size : {1, 2, 3, 5, 29, 1000}) {
      user = eager_user{};
      is_served();
      const auto sent = pattern(size == 1 ? 400 : 40'000);
      client->sends(sent.substr(0, sent.size() / 2));
      auto records = client->take_records();
      client->sends(sent.substr(sent.size() / 2));
      records += client->take_records();
      for (std::size_t at = 0; at < records.size(); at += size) {
        raw().sends(records.substr(at, size));
        settle();
      }
      CHECK(user.received == sent);
    }
  }

  TEST_CASE_FIXTURE(tls_fixture,
                    "what comes with the end of the handshake is read") {
    // The client sends its last words of the handshake and the first of its
    // request together.
    loopback pair;
    client = std::make_unique<tls_client>(pair.client);
    pair.server.secure(*context);
    client->sends("first");
    auto came = outcome::would_block;
    REQUIRE(becomes_true([&] { return came != outcome::would_block; },
                         [&] {
                           client->step();
                           came = pair.server.shake_hands().what;
                           return false;
                         }));
    user.serve(pair.server, here);
    CHECK(eventually([&] { return user.received == "first"; }));
  }

  TEST_CASE_FIXTURE(tls_fixture, "all that arrived together is told") {
    // Records that OpenSSL has taken from the socket have no edge there.
    is_served();
    user.appetite = 7;
    std::string sent;
    std::string records;
    for (int i = 0; i < 50; ++i) {
      const auto part = pattern(static_cast<std::size_t>(i) * 3 + 1);
      client->sends(part);
      records += client->take_records();
      sent += part;
    }
    raw().sends(records);
    CHECK(eventually([&] { return user.received.size() >= sent.size(); }));
    CHECK(user.received == sent);
    user.received.clear();
    user.inputs = 0;
    settle();
    CHECK(user.inputs == 0); // nobody is told of nothing
  }

  TEST_CASE_FIXTURE(tls_fixture, "a small message costs one read") {
    is_served();
    settle();
    user.inputs = 0;
    client->sends("small");
    CHECK(eventually([&] { return user.received == "small"; }));
    settle();
    CHECK(user.inputs == 1);
  }

  TEST_CASE_FIXTURE(tls_fixture,
                    "what a full socket has not taken may be cut another way") {
    connects(small_buffers);
    raw().stops_reading();
    const auto sent = pattern(mib);
    // Writes that end at other places each time, as an out-queue does that is
    // looked at again.
    std::size_t written = 0;
    bool blocked = false;
    unsigned turn = 0;
    REQUIRE(becomes_true(
      [&] { return written == sent.size() && server().is_flushed(); },
      [&] {
        const auto size = std::min<std::size_t>(
          sent.size() - written,
          std::size_t{1} + (turn++ * 37'747U) % 150'000U);
        const auto moved
          = server().write(std::string_view{sent}.substr(written, size));
        REQUIRE(moved.what != outcome::lost);
        blocked = blocked || moved.bytes < size;
        written += moved.bytes;
        raw().reads_a_little(3000);
        client->step();
        return true;
      }));
    raw().reads_on();
    CHECK(blocked);
    CHECK(eventually([&] { return client->received().size() >= sent.size(); }));
    CHECK(client->received() == sent);
    CHECK(client->failure() == "");
  }

  TEST_CASE_FIXTURE(tls_fixture,
                    "what waits has a bound, and leaves without its user") {
    is_served(small_buffers);
    settle();
    raw().stops_reading();
    const auto sent = pattern(mib);
    std::size_t written = 0;
    for (auto moved = server().write(sent); moved.bytes > 0;
         moved = server().write(std::string_view{sent}.substr(written)))
      written += moved.bytes;
    CHECK(written < sent.size());
    CHECK_FALSE(server().is_flushed());
    CHECK(server().write("x").what == outcome::would_block);
    raw().reads_on();
    CHECK(eventually([&] { return server().is_flushed(); }));
    CHECK(eventually([&] { return client->received().size() >= written; }));
    CHECK(client->received() == sent.substr(0, written));
    CHECK(user.outputs == 0); // it did not wait
  }

  TEST_CASE_FIXTURE(tls_fixture, "a user is told of room when there is some") {
    is_served(small_buffers);
    settle();
    raw().stops_reading();
    user.writes(pattern(mib));
    settle();
    CHECK(user.outputs == 0);
    raw().reads_a_little(1000);
    settle();
    CHECK(user.outputs == 0); // not as long as something waits
    raw().reads_on();
    CHECK(eventually([&] { return client->received().size() == mib; }));
    CHECK(user.outputs > 0);
    CHECK(user.has_written_all());
  }

  TEST_CASE_FIXTURE(tls_fixture, "an end is an end, however it is told") {
    SUBCASE("with close_notify") {
      is_served();
      client->sends("last words");
      const auto words = client->take_records();
      client->finishes();
      raw().sends(words + client->take_records());
      CHECK(eventually([&] { return user.lost; }));
      CHECK(user.received == "last words");
    }
    SUBCASE("without") {
      is_served();
      client->sends("last words");
      client->step();
      raw().finishes();
      CHECK(eventually([&] { return user.lost; }));
      CHECK(user.received == "last words");
    }
    SUBCASE("in the middle of a record") {
      is_served();
      client->sends("last words");
      const auto words = client->take_records();
      raw().sends(words.substr(0, words.size() - 3));
      raw().finishes();
      CHECK(eventually([&] { return user.lost; }));
      CHECK(user.received == "");
    }
    SUBCASE("by a reset") {
      is_served();
      raw().breaks_off();
      CHECK(becomes_true([&] { return user.lost; },
                         [&] {
                           here.wait(0ms);
                           return here.tell();
                         }));
      CHECK(server().write("x").what == outcome::lost);
    }
  }

  TEST_CASE_FIXTURE(tls_fixture, "bytes that nobody encrypted end it") {
    is_served();
    raw().sends("GET / HTTP/1.1\r\n\r\n");
    CHECK(eventually([&] { return user.lost; }));
    CHECK(user.received == "");
    CHECK(server().read(receive_buffer()).what == outcome::lost);
    CHECK(server().write("x").what == outcome::lost);
    // The client is told of it.
    CHECK(eventually([&] { return !client->failure().empty(); }));
  }

  TEST_CASE_FIXTURE(tls_fixture, "a bit that has turned over ends it") {
    is_served();
    client->sends("true");
    auto records = client->take_records();
    records[records.size() / 2] ^= 1;
    raw().sends(records);
    CHECK(eventually([&] { return user.lost; }));
    CHECK(user.received == "");
  }

  TEST_CASE_FIXTURE(tls_fixture,
                    "the end of what is sent comes behind what waits") {
    is_served(small_buffers);
    settle();
    raw().stops_reading();
    const auto written = server().write(pattern(mib)).bytes;
    server().shut_down_sending();
    settle();
    raw().reads_on();
    CHECK(ended());
    CHECK(client->received() == pattern(mib).substr(0, written));
    CHECK(client->told_of_end());
    CHECK(raw().ended() == peer::ending::regular);
    // And the other half goes on.
    client->sends("more");
    CHECK(eventually([&] { return user.received == "more"; }));
  }

  TEST_CASE_FIXTURE(tls_fixture, "a stream that is closed says so") {
    is_served();
    settle();
    server().write("bye");
    server().close();
    CHECK(ended());
    CHECK(client->received() == "bye");
    CHECK(client->told_of_end());
    CHECK(server().read(receive_buffer()).what == outcome::lost);
  }

  TEST_CASE_FIXTURE(tls_fixture, "closing waits for nobody") {
    is_served(small_buffers);
    settle();
    raw().stops_reading();
    server().write(pattern(mib));
    server().close();
    raw().reads_on();
    CHECK(ended());
    CHECK(client->received() == pattern(client->received().size()));
    CHECK_FALSE(client->told_of_end()); // and so it knows that this is not all
  }

  TEST_CASE_FIXTURE(tls_fixture, "keys may change") {
    tls_client::options chosen;
    chosen.version = TLS1_3_VERSION;
    is_served({}, chosen);
    std::string sent;
    for (int i = 0; i < 5; ++i) {
      client->changes_keys();
      client->sends("x");
      user.writes("y");
      sent += 'x';
      CHECK(eventually([&] {
        return user.received == sent
               && client->received().size() == sent.size();
      }));
    }
  }

  TEST_CASE_FIXTURE(tls_fixture, "nobody agrees on anything anew") {
    tls_client::options chosen;
    chosen.version = TLS1_2_VERSION;
    is_served({}, chosen);
    settle();
    SSL_renegotiate(client->native());
    SSL_do_handshake(client->native());
    settle();
    CHECK(client->failure() == "no renegotiation");
  }

  TEST_CASE_FIXTURE(tls_fixture, "a client may come back with a ticket") {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      tls_client::options chosen;
      chosen.version = version;
      is_served({}, chosen);
      server().write("x");
      settle();
      auto* const ticket = SSL_get1_session(client->native());
      CHECK(SSL_SESSION_is_resumable(ticket) == 1);
      loopback pair;
      tls_client again{pair.client, chosen};
      SSL_set_session(again.native(), ticket);
      SSL_SESSION_free(ticket);
      pair.server.secure(*context);
      CHECK(becomes_true([&] { return again.is_secure(); },
                         [&] {
                           pair.server.shake_hands();
                           return again.step();
                         }));
      CHECK(SSL_session_reused(again.native()) == 1);
    }
  }

  TEST_CASE_FIXTURE(tls_fixture, "a client may move to another home") {
    is_served();
    user.appetite = 3;
    settle();
    // What OpenSSL has taken from the socket goes along.
    client->sends("from one to the other");
    client->step();
    REQUIRE(
      becomes_true([&] { return raw().all_sent(); }, [] { return false; }));
    here.wait(0ms);
    REQUIRE(here.tell());
    CHECK(user.received == "fro");
    reactor there;
    auto moved = server().detach();
    CHECK_FALSE(server().is_open());
    eager_user other;
    other.serve(moved, there);
    const auto step = [&] {
      there.wait(0ms);
      const bool told = there.tell();
      return this->step() || told;
    };
    CHECK(becomes_true([&] { return other.received == "m one to the other"; },
                       step));
    CHECK(user.received == "fro");
    other.writes("back");
    CHECK(becomes_true([&] { return client->received() == "back"; }, step));
    moved.close();
    CHECK(ended());
    CHECK(client->told_of_end());
  }
}
