#include "transport/frame_writer.hpp"

#include "tests/transport/loopback.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace thunderpush;
using outcome = frame_writer::outcome;

namespace {

// Writes an element between two marks.
class marking final : public framing {
public:
  marking(std::size_t kind, char mark) noexcept : framing(kind), mark_(mark) {}

  std::string encode(std::string_view element) const override {
    return mark_ + std::string{element} + mark_;
  }

private:
  char mark_;
};

const marking slashes{0, '/'};
const marking stars{1, '*'};

frame_ptr publication_of(std::string element) {
  return frame_ptr{new frame{
    std::make_shared<const publication>(publication{std::move(element)}), {}}};
}

std::vector<frame_ptr> publications(std::size_t count, std::size_t bytes) {
  std::vector<frame_ptr> made;
  for (std::size_t i = 0; i < count; ++i) {
    auto element = std::to_string(i);
    element.resize(bytes, '.');
    made.push_back(publication_of(std::move(element)));
  }
  return made;
}

std::string bytes_of(const std::vector<frame_ptr>& frames, const framing& as) {
  std::string all;
  for (const auto& each : frames)
    all += each->bytes(as);
  return all;
}

// A client: its queue, its socket and what it gets.
class receiver {
public:
  explicit receiver(const framing& as = slashes, buffer_sizes sizes = {})
    : pair_(sizes), queue_(as) {}

  receiver& holds(const std::vector<frame_ptr>& frames) {
    for (const auto& each : frames)
      queue_.push(each);
    return *this;
  }

  outcome write(frame_writer& with) { return with.write(pair_.server, queue_); }

  // Writes and reads by turns until the queue is empty. True if it was
  // blocked on the way.
  bool drain(frame_writer& with) {
    bool blocked = false;
    REQUIRE(becomes_true(
      [&] {
        const auto what = write(with);
        REQUIRE(what != outcome::lost);
        blocked = blocked || what == outcome::blocked;
        return what == outcome::drained;
      },
      [&] { return pair_.client.step(); }));
    return blocked;
  }

  // What the client has got, once that is so many bytes.
  const std::string& gets(std::size_t bytes) {
    becomes_true([&] { return pair_.client.received().size() >= bytes; },
                 [&] { return pair_.client.step(); });
    return pair_.client.received();
  }

  out_queue& queue() { return queue_; }
  peer& client() { return pair_.client; }

private:
  loopback pair_;
  out_queue queue_;
};

struct writer_fixture {
  frame_writer writer;
};

} // namespace

TEST_SUITE("frame writer") {
  TEST_CASE_FIXTURE(writer_fixture, "an empty queue is drained") {
    receiver nobody;
    CHECK(nobody.write(writer) == outcome::drained);
  }

  TEST_CASE_FIXTURE(writer_fixture, "frames leave in order") {
    const auto frames = publications(100, 10);
    receiver one;
    CHECK(one.holds(frames).write(writer) == outcome::drained);
    CHECK(one.queue().empty());
    CHECK(one.queue().bytes() == 0);
    const auto expected = bytes_of(frames, slashes);
    CHECK(one.gets(expected.size()) == expected);
  }

  TEST_CASE_FIXTURE(writer_fixture, "publications and ready bytes may mix") {
    receiver one;
    one.queue().push(publication_of("a"));
    one.queue().push(frame_ptr{new frame{"ping", {}}});
    one.queue().push(publication_of("b"));
    CHECK(one.write(writer) == outcome::drained);
    CHECK(one.gets(10) == "/a/ping/b/");
  }

  TEST_CASE_FIXTURE(writer_fixture,
                    "many small frames pass through a small socket in order") {
    const auto frames = publications(5000, 40);
    receiver one{slashes, {.send = 1, .receive = 1}};
    one.holds(frames);
    CHECK(one.drain(writer));
    const auto expected = bytes_of(frames, slashes);
    CHECK(one.gets(expected.size()) == expected);
  }

  TEST_CASE_FIXTURE(
    writer_fixture,
    "frames of all sizes pass through a small socket in order") {
    std::vector<frame_ptr> frames;
    for (const std::size_t bytes : {1U, 20'000U, 3U, 100'000U, 70'000U, 16'383U,
                                    16'382U, 1U, 65'536U, 200U, 300'000U, 2U})
      frames.push_back(publication_of(
        std::string(bytes, static_cast<char>('a' + frames.size()))));
    receiver one{slashes, {.send = 1, .receive = 1}};
    one.holds(frames);
    CHECK(one.drain(writer));
    const auto expected = bytes_of(frames, slashes);
    CHECK((one.gets(expected.size()) == expected));
  }

  TEST_CASE_FIXTURE(writer_fixture, "a full socket leaves the rest queued") {
    const auto frames = publications(1, 8 << 20);
    receiver one{slashes, {.send = 1, .receive = 1}};
    const auto all = one.holds(frames).queue().bytes();
    CHECK(one.write(writer) == outcome::blocked);
    CHECK(one.write(writer) == outcome::blocked);
    CHECK(one.queue().offset() > 0);
    CHECK(one.queue().bytes() == all - one.queue().offset());
    CHECK(one.gets(one.queue().offset()).size() == one.queue().offset());
  }

  TEST_CASE_FIXTURE(writer_fixture,
                    "receivers of the same frames get the same bytes") {
    const auto frames = publications(20, 100);
    const auto expected = bytes_of(frames, slashes);
    for (int i = 0; i < 5; ++i) {
      receiver each;
      CHECK(each.holds(frames).write(writer) == outcome::drained);
      CHECK(each.gets(expected.size()) == expected);
    }
  }

  TEST_CASE_FIXTURE(writer_fixture,
                    "the same frames are written in each one's framing") {
    const auto frames = publications(3, 5);
    for (int round = 0; round < 2; ++round) {
      receiver one{slashes};
      receiver other{stars};
      one.holds(frames).write(writer);
      other.holds(frames).write(writer);
      CHECK(one.gets(21)
            == "/0..../"
               "/1..../"
               "/2..../");
      CHECK(other.gets(21)
            == "*0....*"
               "*1....*"
               "*2....*");
    }
  }

  TEST_CASE_FIXTURE(writer_fixture,
                    "queues that share some frames are not taken for equal") {
    const auto f = publications(4, 1);
    const std::vector<std::vector<frame_ptr>> queues{
      {f[0], f[1], f[2]}, {f[0], f[1]},       {f[0], f[1], f[2], f[3]},
      {f[0], f[1], f[3]}, {f[2], f[1], f[0]}, {f[1], f[2]},
      {f[0], f[0], f[0]}, {f[0], f[1], f[2]}, {f[2]}};
    for (const auto& frames : queues) {
      receiver each;
      each.holds(frames).write(writer);
      const auto expected = bytes_of(frames, slashes);
      CHECK(each.gets(expected.size()) == expected);
    }
  }

  TEST_CASE_FIXTURE(writer_fixture,
                    "a queue that is in the middle of a frame goes on there") {
    const auto frames = publications(3, 5);
    receiver whole;
    receiver begun;
    receiver further;
    begun.holds(frames).queue().written(4);
    further.holds(frames).queue().written(7 + 2);
    whole.holds(frames).write(writer);
    begun.write(writer);
    further.write(writer);
    CHECK(whole.gets(21)
          == "/0..../"
             "/1..../"
             "/2..../");
    CHECK(begun.gets(17)
          == "../"
             "/1..../"
             "/2..../");
    CHECK(further.gets(12)
          == "..../"
             "/2..../");
  }

  TEST_CASE_FIXTURE(
    writer_fixture,
    "frames that are gone are not taken for those that follow") {
    for (char c = 'a'; c < 'k'; ++c) {
      // Likely at the addresses of the ones before.
      const std::vector<frame_ptr> frames{publication_of(std::string(3, c)),
                                          publication_of(std::string(3, c))};
      receiver each;
      each.holds(frames).write(writer);
      const auto expected = bytes_of(frames, slashes);
      CHECK(each.gets(expected.size()) == expected);
    }
  }

  TEST_CASE_FIXTURE(writer_fixture,
                    "queues beyond one batch are written whole, one by one") {
    const auto frames = publications(200, 1000);
    const auto expected = bytes_of(frames, slashes);
    REQUIRE(expected.size() > std::size_t{3} * 64 * 1024);
    for (int i = 0; i < 3; ++i) {
      receiver each;
      each.holds(frames);
      each.drain(writer);
      CHECK((each.gets(expected.size()) == expected));
    }
  }

  TEST_CASE_FIXTURE(writer_fixture,
                    "batches of many receivers may be interleaved") {
    const auto frames = publications(300, 1000);
    const auto expected = bytes_of(frames, slashes);
    std::vector<std::unique_ptr<receiver>> all;
    for (int i = 0; i < 4; ++i) {
      all.push_back(
        std::make_unique<receiver>(slashes, buffer_sizes{.send = 1}));
      all.back()->holds(frames);
    }
    bool busy = true;
    REQUIRE(becomes_true([&] { return !std::exchange(busy, false); },
                         [&] {
                           for (auto& each : all) {
                             if (each->write(writer) != outcome::drained)
                               busy = true;
                             each->client().reads_a_little(7777);
                           }
                           return true;
                         }));
    for (auto& each : all)
      CHECK((each->gets(expected.size()) == expected));
  }

  TEST_CASE_FIXTURE(writer_fixture,
                    "nobody writes much more than its share in one turn") {
    constexpr std::size_t share_and_a_batch = std::size_t{320} * 1024;
    const auto frames = publications(4096, 1024);
    receiver one;
    one.holds(frames);
    auto left = one.queue().bytes();
    REQUIRE(becomes_true(
      [&] {
        const auto what = one.write(writer);
        const auto written = left - one.queue().bytes();
        left = one.queue().bytes();
        CHECK(written <= share_and_a_batch);
        if (what == outcome::more)
          CHECK(written >= std::size_t{256} * 1024);
        return what == outcome::drained;
      },
      [&] { return one.client().step(); }));
    const auto expected = bytes_of(frames, slashes);
    CHECK((one.gets(expected.size()) == expected));
  }

  TEST_CASE_FIXTURE(writer_fixture, "a peer that is gone is reported") {
    receiver one;
    one.client().breaks_off();
    one.holds(publications(2, 10));
    CHECK(becomes_true([&] { return one.write(writer) == outcome::lost; },
                       [&] {
                         one.holds(publications(1, 10));
                         return false;
                       }));
  }

  TEST_CASE_FIXTURE(writer_fixture,
                    "a peer that is gone does not spoil the next one's bytes") {
    const auto frames = publications(2, 1);
    receiver gone;
    gone.client().breaks_off();
    gone.holds(frames).write(writer);
    receiver next;
    next.holds(frames).write(writer);
    CHECK(next.gets(6) == "/0//1/");
  }

  TEST_CASE("a thread has one writer") {
    CHECK(&frame_writer::of_thread() == &frame_writer::of_thread());
  }
}
