#include "actors/endpoint.hpp"

#include "tests/support/deterministic_node.hpp"
#include "tests/support/line_framing.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

using namespace thunderpush;
using lines = deterministic_node::lines;

namespace {

// What becomes of an endpoint, and what it is to do.
struct story {
  lines events;
  std::string written;
  bool takes_bytes = true;
  bool settled = true;
  bool closes_at_start = false;
  std::string throws_at; // the event of that name
  bool link_gone = false;

  void note(std::string event) {
    const bool fails = event == throws_at;
    events.push_back(std::move(event));
    if (fails)
      throw std::runtime_error{"as the test wants it"};
  }
};

// Notes what its endpoint tells it, and leaves the rest to the test.
class noting_link final : public client_link {
public:
  explicit noting_link(std::shared_ptr<story> of) : story_(std::move(of)) {}
  noting_link(const noting_link&) = delete;
  noting_link& operator=(const noting_link&) = delete;
  ~noting_link() override { story_->link_gone = true; }

  const framing& frames() const noexcept override {
    static const line_framing instance;
    return instance;
  }

  std::string_view transport() const noexcept override { return "test"; }

  void start(endpoint& owner) override {
    story_->note("start");
    if (story_->closes_at_start)
      owner.close(close_reasons::go_away);
  }

  flush_result flush(out_queue& queue) override {
    if (!story_->takes_bytes)
      return flush_result::blocked;
    while (!queue.empty()) {
      const auto& bytes = queue.frames().front()->bytes(queue.frames_as());
      story_->written += bytes;
      queue.written(bytes.size());
    }
    return flush_result::drained;
  }

  void resume() override { story_->note("resume"); }

  void close(const close_reason& why) override {
    story_->note("close " + std::to_string(why.code));
  }

private:
  std::shared_ptr<story> story_;
};

class noting_endpoint final
  : public pinned<noting_endpoint, accepts<>, endpoint> {
public:
  noting_endpoint(caf::actor_config& config, thunderpush::home& where,
                  const limit_settings& limits,
                  std::unique_ptr<client_link> link, std::shared_ptr<story> of)
    : pinned(config, where, limits, std::move(link)), story_(std::move(of)) {}

  bool handle(std::string_view text) override {
    story_->note("got " + std::string{text});
    return !is_closing();
  }

  using endpoint::quit_when_done;
  using endpoint::resume_link;

private:
  void opened() override { story_->note("opened"); }
  void leave() override { story_->note("leave"); }
  bool is_settled() const noexcept override { return story_->settled; }

  std::shared_ptr<story> story_;
};

struct endpoint_fixture : deterministic_node {
  noting_endpoint& opens() {
    auto& made = node().at(0).spawn<noting_endpoint>(
      limits, std::make_unique<noting_link>(told), told);
    made.start();
    run();
    return made;
  }

  frame_ptr publication_of(std::string text) {
    return frame_ptr{new frame{element(std::move(text)), node().at(0).now()}};
  }

  std::size_t alive() { return actors(actor_kind::connection); }

  const limit_settings limits;
  const std::shared_ptr<story> told = std::make_shared<story>();
};

} // namespace

TEST_SUITE("endpoint") {
  // -- the beginning ---------------------------------------------------------

  TEST_CASE_FIXTURE(endpoint_fixture, "its link begins, then it is open") {
    opens();
    CHECK(told->events == lines{"start", "opened"});
    CHECK(alive() == 1);
    CHECK(counted().connections_opened == 1);
    CHECK(counted().connections_closed == 0);
  }

  TEST_CASE_FIXTURE(endpoint_fixture,
                    "one that is closed as it begins is never open") {
    told->closes_at_start = true;
    auto& who = opens();
    CHECK(told->events == lines{"start", "leave", "close 3000"});
    who.link_lost();
    run();
    CHECK(alive() == 0);
  }

  TEST_CASE_FIXTURE(endpoint_fixture, "one that fails as it opens ends") {
    told->throws_at = "opened";
    opens();
    CHECK(alive() == 0);
    CHECK(told->link_gone);
    CHECK(counted().actor_failures == 1);
    CHECK(counted().connections_closed == 1);
  }

  // -- what goes to the client -----------------------------------------------

  TEST_CASE_FIXTURE(endpoint_fixture,
                    "publications and its own bytes go out in order") {
    auto& who = opens();
    who.send("own ");
    who.deliver(publication_of("first"));
    who.send("own again ");
    who.deliver(publication_of("second"));
    CHECK(told->written == "");
    run();
    CHECK(told->written == "own first\nown again second\n");
    CHECK(counted().deliveries == 2);
  }

  TEST_CASE_FIXTURE(endpoint_fixture, "what is blocked goes out when it can") {
    auto& who = opens();
    told->takes_bytes = false;
    who.deliver(publication_of("first"));
    run();
    told->takes_bytes = true;
    who.send("own ");
    run();
    CHECK(told->written == "");
    who.writable();
    CHECK(told->written == "first\nown ");
  }

  TEST_CASE_FIXTURE(endpoint_fixture,
                    "to be writable with nothing to write is no event") {
    auto& who = opens();
    who.writable();
    run();
    CHECK(told->written == "");
    who.send("x");
    run();
    CHECK(told->written == "x");
  }

  TEST_CASE_FIXTURE(endpoint_fixture, "its link is told to go on") {
    auto& who = opens();
    who.resume_link();
    CHECK(told->events.back() == "resume");
    told->throws_at = "resume";
    who.resume_link();
    run();
    CHECK(alive() == 0);
    CHECK(counted().actor_failures == 1);
  }

  // -- the end ---------------------------------------------------------------

  TEST_CASE_FIXTURE(endpoint_fixture, "it is left once, and closed once") {
    auto& who = opens();
    who.close(close_reasons::go_away);
    who.close(close_reasons::slow_consumer);
    CHECK(told->events == lines{"start", "opened", "leave", "close 3000"});
    run();
    CHECK(alive() == 1); // until its link is done
    who.link_lost();
    who.close(close_reasons::slow_consumer);
    run();
    CHECK(alive() == 0);
    CHECK(told->link_gone);
    CHECK(told->events.size() == 4);
    CHECK(counted().connections_closed == 1);
  }

  TEST_CASE_FIXTURE(endpoint_fixture,
                    "once it closes it sends last words and delivers nothing") {
    auto& who = opens();
    who.deliver(publication_of("before"));
    who.close(close_reasons::go_away);
    who.deliver(publication_of("after"));
    who.send("last words");
    run();
    CHECK(told->written == "before\nlast words");
    CHECK(counted().deliveries == 1);
  }

  TEST_CASE_FIXTURE(endpoint_fixture, "a link that is lost needs no close") {
    auto& who = opens();
    who.link_lost();
    CHECK(told->events == lines{"start", "opened", "leave"});
    who.send("to nobody");
    who.deliver(publication_of("to nobody"));
    run();
    CHECK(alive() == 0);
    CHECK(told->written == "");
  }

  TEST_CASE_FIXTURE(endpoint_fixture,
                    "what waits when its link is lost is dropped") {
    auto& who = opens();
    told->takes_bytes = false;
    told->settled = false;
    who.send("waits");
    run();
    told->takes_bytes = true;
    who.link_lost();
    who.writable();
    run();
    CHECK(told->written == "");
  }

  TEST_CASE_FIXTURE(endpoint_fixture, "it stays until everybody has let go") {
    told->settled = false;
    auto& who = opens();
    who.link_lost();
    run();
    CHECK(alive() == 1);
    who.quit_when_done();
    run();
    CHECK(alive() == 1);
    told->settled = true;
    who.quit_when_done();
    run();
    CHECK(alive() == 0);
  }

  TEST_CASE_FIXTURE(endpoint_fixture, "settled alone is not the end") {
    auto& who = opens();
    who.quit_when_done();
    run();
    CHECK(alive() == 1);
  }

  TEST_CASE_FIXTURE(endpoint_fixture, "who holds it may find it ended") {
    auto& who = opens();
    const auto hold = who.ref();
    bool ran = false;
    who.run([&] { ran = true; });
    CHECK(ran);
    who.link_lost();
    run();
    REQUIRE(who.ended());
    CHECK(told->link_gone);
    ran = false;
    who.run([&] { ran = true; });
    CHECK_FALSE(ran);
    who.send("to nobody");
    who.close(close_reasons::go_away);
    who.flush();
    run();
    CHECK(told->written == "");
    CHECK(told->events == lines{"start", "opened", "leave"});
  }

  TEST_CASE_FIXTURE(endpoint_fixture, "work that throws ends it alone") {
    told->throws_at = "got bad";
    auto& who = opens();
    const auto bob = client("bob");
    who.run([&] { CHECK(who.receive("good")); });
    who.deliver(publication_of("waits"));
    who.run([&] { who.receive("bad"); });
    run();
    CHECK(told->link_gone);
    CHECK(counted().actor_failures == 1);
    CHECK(online("bob"));
    CHECK(alive() == 1);
  }
}
