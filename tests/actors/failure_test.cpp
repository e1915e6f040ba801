#include "tests/support/deterministic_node.hpp"

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;
using lines = deterministic_node::lines;
using fault = test_client::fault;

namespace {

// Two subscribers on either home of a channel that lives on the second.
struct busy_node : deterministic_node {
  explicit busy_node(const limit_settings& limits = {})
    : deterministic_node(limits) {
    for (std::size_t i = 0; i < 4; ++i) {
      all.push_back(client_on(i % 2, user(i)));
      all.back().says("SUBSCRIBE " + channel);
    }
  }

  std::string user(std::size_t i) const {
    return name_on(1, "u" + std::to_string(i));
  }

  static std::string last_line(const test_client& of) {
    const auto all_lines = of.received();
    REQUIRE_FALSE(all_lines.empty());
    return all_lines.back();
  }

  // Everybody is there and gets the next publication, once.
  void check_that_all_is_well() {
    lines users;
    for (std::size_t i = 0; i < all.size(); ++i) {
      CAPTURE(i);
      users.push_back(user(i));
      CHECK_FALSE(all[i].closed_with());
      CHECK(online(user(i)));
    }
    std::sort(users.begin(), users.end());
    CHECK(users_in(channel) == users);
    CHECK(publish(channel, "next") == all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      CAPTURE(i);
      CHECK(last_line(all[i]) == "next");
      CHECK(send(user(i), "to you") == 1);
      CHECK(last_line(all[i]) == "to you");
    }
  }

  void check_that_all_can_end() {
    for (const auto& each : all)
      each.leaves();
    CHECK(is_as_at_start());
  }

  const std::string channel = name_on(1, "news");
  std::vector<test_client> all;
};

struct tight_busy_node : busy_node {
  static limit_settings limits() {
    limit_settings made;
    made.queue_bytes = 100;
    return made;
  }

  tight_busy_node() : busy_node(limits()) {}
};

struct three_homes : deterministic_node {
  three_homes() : deterministic_node({}, 3) {}
};

} // namespace

TEST_SUITE("failure") {
  TEST_CASE_FIXTURE(busy_node,
                    "a channel that fails is joined anew by its subscribers") {
    next_fails<thunderpush::publish>(actor_kind::channel);
    const auto lost = starts_publishing(channel, "lost");
    run();
    CHECK(answered<request_failed>(lost));
    CHECK(counted().actor_failures == 1);
    CHECK(actors(actor_kind::channel) == 1);
    check_that_all_is_well();
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(busy_node, "other channels do not notice a failure") {
    const auto other = name_on(1, "other");
    all[0].says("SUBSCRIBE " + other);
    next_fails<thunderpush::publish>(actor_kind::channel);
    starts_publishing(channel, "lost");
    const auto asked = starts_publishing(other, "hi");
    run();
    CHECK(answer<publication_accepted>(asked).receivers == 1);
    CHECK(all[0].received() == lines{"hi"});
    check_that_all_is_well();
  }

  TEST_CASE_FIXTURE(busy_node,
                    "whoever waits for a channel that fails is answered") {
    watch([](const pinned_actor& who, const message& content) {
      if (who.kind() == actor_kind::channel
          && content.match_elements<list_users>())
        throw std::runtime_error{"as the test wants it"};
    });
    const auto listed = starts_listing(channel);
    run();
    CHECK(answered<request_failed>(listed));
    watch(nullptr);
    check_that_all_is_well();
  }

  TEST_CASE_FIXTURE(busy_node,
                    "a client that subscribes as the channel fails is in") {
    next_fails<join>(actor_kind::channel);
    for (const std::size_t home : {0U, 1U}) {
      all.push_back(client_on(home, user(all.size())));
      all.back().says("SUBSCRIBE " + channel);
      CHECK(all.back().messages_done() == 2);
    }
    CHECK(counted().actor_failures == 1);
    check_that_all_is_well();
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(busy_node,
                    "a hub's first subscriber survives the channel's failure") {
    const auto fresh = name_on(1, "fresh");
    next_fails<join>(actor_kind::channel);
    all[0].says("SUBSCRIBE " + fresh);
    CHECK(all[0].messages_done() == 3);
    CHECK(publish(fresh, "hi") == 1);
    CHECK(all[0].received() == lines{"hi"});
    check_that_all_is_well();
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(busy_node,
                    "a client that unsubscribes as the channel fails is out") {
    next_fails<join>(actor_kind::channel);
    const auto gone = all.back();
    all.pop_back();
    gone.says("UNSUBSCRIBE " + channel);
    CHECK(gone.messages_done() == 3);
    check_that_all_is_well();
    CHECK(gone.received().empty());
    gone.leaves();
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(busy_node,
                    "the last one may unsubscribe as the channel fails") {
    const auto fresh = name_on(1, "fresh");
    all[0].says("SUBSCRIBE " + fresh);
    next_fails<leave>(actor_kind::channel);
    all[0].says("UNSUBSCRIBE " + fresh);
    CHECK(all[0].messages_done() == 4);
    CHECK(actors(actor_kind::channel) == 1);
    CHECK(publish(fresh, "hi") == 0);
    all[0].says("SUBSCRIBE " + fresh);
    CHECK(publish(fresh, "hi") == 1);
    check_that_all_is_well();
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(busy_node,
                    "joins and leaves that meet a failing channel count once") {
    // They are sent before the hub learns of the failure and reach the
    // successor, which the hub then tells of all its subscribers.
    const auto late = client_on(0, user(4));
    watch([&, this](const pinned_actor& who, const message& content) {
      if (content.match_elements<caf::down_msg>()) {
        watch(nullptr);
        late.sends("SUBSCRIBE " + channel);
        all[2].sends("UNSUBSCRIBE " + channel);
      } else if (who.kind() == actor_kind::channel
                 && content.match_elements<thunderpush::publish>()) {
        throw std::runtime_error{"as the test wants it"};
      }
    });
    starts_publishing(channel, "lost");
    run();
    CHECK(publish(channel, "hi") == 4);
    all[2].says("SUBSCRIBE " + channel);
    all.push_back(late);
    check_that_all_is_well();
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(busy_node,
                    "a channel's last report does not end its successor") {
    const auto fresh = name_on(1, "fresh");
    all[0].sends("SUBSCRIBE " + fresh);
    starts_publishing(fresh, "to nobody yet");
    watch([this](const pinned_actor& who, const message& content) {
      if (who.kind() != actor_kind::channel)
        return;
      if (content.match_elements<join>())
        throw std::runtime_error{"as the test wants it"};
      // It will report to be idle, but the hub is quicker to join anew.
      watch(nullptr);
      node().at(0).poll();
    });
    run();
    CHECK(actors(actor_kind::channel) == 2);
    CHECK(publish(fresh, "hi") == 1);
    CHECK(all[0].received() == lines{"hi"});
    check_that_all_is_well();
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(busy_node,
                    "nothing is told to one whose end is not known yet") {
    ticket asked = 0;
    const auto newcomer = visitor_on(0);
    const auto fails_next = [&, this](actor_kind kind) {
      watch([&, this, kind](const pinned_actor& who, const message&) {
        if (who.kind() != kind)
          return;
        watch(nullptr);
        if (kind == actor_kind::channel) {
          asked = starts_publishing(channel, "successor");
        } else {
          asked = starts_sending(user(0), "successor");
          newcomer.sends("CONNECT " + user(0) + ":key");
        }
        throw std::runtime_error{"as the test wants it"};
      });
    };
    fails_next(actor_kind::channel);
    starts_publishing(channel, "lost");
    run();
    CHECK(answered<publication_accepted>(asked));
    fails_next(actor_kind::session);
    starts_sending(user(0), "lost");
    run();
    CHECK(answered<publication_accepted>(asked));
    CHECK(newcomer.messages_done() == 1);
    CHECK(send(user(0), "hi") == 2);
    newcomer.leaves();
    check_that_all_is_well();
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(busy_node,
                    "credit flows again after a channel has failed") {
    const std::string large(300'000, 'x');
    for (int i = 0; i < 5; ++i) {
      const auto taken = starts_publishing(channel, large);
      next_fails<thunderpush::publish>(actor_kind::channel);
      const auto lost = starts_publishing(channel, large);
      run();
      // One of the two met the failure, whichever came first.
      CHECK(
        (answered<request_failed>(taken) || answered<request_failed>(lost)));
      CHECK(publish(channel, large) == 4);
      CHECK(publish(channel, large) == 4);
    }
    CHECK(counted().refused_publications == 0);
  }

  TEST_CASE_FIXTURE(busy_node, "a session that fails keeps its user online") {
    const auto second = client_on(0, user(0));
    next_fails<send_to_user>(actor_kind::session);
    const auto lost = starts_sending(user(0), "lost");
    run();
    CHECK(answered<request_failed>(lost));
    CHECK(counted().actor_failures == 1);
    CHECK(online(user(0)));
    CHECK(users_online() == 4);
    CHECK(send(user(0), "hi") == 2);
    CHECK(all[0].received() == lines{"hi"});
    CHECK(second.received() == lines{"hi"});
    second.leaves();
    check_that_all_is_well();
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(busy_node,
                    "a client may connect as its user's session fails") {
    next_fails<attach_connection>(actor_kind::session);
    all.push_back(client_on(0, user(4)));
    CHECK(all.back().messages_done() == 1);
    all.back().says("SUBSCRIBE " + channel);
    check_that_all_is_well();
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(busy_node,
                    "a client may leave as its user's session fails") {
    const auto second = client_on(0, user(0));
    next_fails<detach_connection>(actor_kind::session);
    second.leaves();
    CHECK(counted().actor_failures == 1);
    CHECK(users_online() == 4);
    check_that_all_is_well();
    next_fails<detach_connection>(actor_kind::session);
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(busy_node,
                    "a disconnect that meets a failing session is answered") {
    next_fails<disconnect_user>(actor_kind::session);
    const auto asked = starts_disconnecting(user(0));
    run();
    CHECK(answered<request_failed>(asked));
    check_that_all_is_well();
    disconnect(user(0));
    CHECK(all[0].gone());
    CHECK_FALSE(online(user(0)));
  }

  TEST_CASE_FIXTURE(
    busy_node, "a disconnect that waits is answered if the session fails") {
    // The client is closing, the session waits to hear from it and fails.
    all[0].takes_only(0);
    const auto asked = starts_disconnecting(user(0));
    next_fails<detach_connection>(actor_kind::session);
    run();
    CHECK(answered<request_failed>(asked));
    CHECK_FALSE(online(user(0)));
    all[0].leaves();
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(three_homes,
                    "a client that closes stays attached to a successor") {
    const auto user = name_on(2, "alice");
    const auto alice = client_on(0, user);
    alice.says("SUBSCRIBE " + name_on(1, "news"));
    const auto all_but_the_channel = [this] {
      for (int i = 0; i < 10; ++i) {
        node().at(0).poll();
        node().at(2).poll();
      }
    };
    starts_disconnecting(user);
    all_but_the_channel();
    CHECK(alice.closed_with() == close_reasons::disconnected);
    next_fails<send_to_user>(actor_kind::session);
    starts_sending(user, "lost");
    all_but_the_channel();
    CHECK(counted().actor_failures == 1);
    const auto asked = starts_finding(user);
    all_but_the_channel();
    CHECK(answer<user_found>(asked).online);
    run();
    CHECK_FALSE(online(user));
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(busy_node, "a connection that fails goes alone") {
    const auto gone = all[1];
    all.erase(all.begin() + 1);
    gone.breaks_on(fault::flush);
    publish(channel, "hi");
    CHECK(counted().actor_failures >= 1);
    CHECK(gone.gone());
    CHECK(users_online() == 3);
    CHECK(publish(channel, "next") == 3);
    for (const auto& each : all)
      CHECK(each.received() == lines{"hi", "next"});
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(busy_node,
                    "a message that fails a connection fails it alone") {
    next_fails<attached>(actor_kind::connection);
    const auto newcomer = client("newcomer");
    CHECK(newcomer.gone());
    CHECK_FALSE(online("newcomer"));
    check_that_all_is_well();
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(busy_node,
                    "a message that fails a hub is all that is lost") {
    next_fails<deliver>(actor_kind::hub);
    send(user(2), "lost");
    CHECK(counted().actor_failures == 1);
    CHECK(all[2].received().empty());
    check_that_all_is_well();
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(busy_node, "a transport that does not start harms nobody") {
    const test_client stillborn;
    stillborn.breaks_on(fault::start);
    opens(stillborn, 0);
    CHECK(stillborn.gone());
    CHECK(counted().actor_failures == 1);
    check_that_all_is_well();
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(busy_node,
                    "a framing that fails keeps no publication from others") {
    // Its subscription is among the others' when the hub walks over them.
    std::vector<test_client> broken;
    for (int i = 0; i < 3; ++i) {
      test_client made;
      made.has_no_framing();
      opens(made, 1);
      made.says("CONNECT broken:key");
      made.says("SUBSCRIBE " + channel);
      broken.push_back(made);
      all.push_back(client_on(1, user(all.size())));
      all.back().says("SUBSCRIBE " + channel);
    }
    CHECK(publish(channel, "hi") == 10);
    for (const auto& each : broken)
      CHECK(each.gone());
    for (const auto& each : all)
      CHECK(each.received() == lines{"hi"});
    CHECK_FALSE(online("broken"));
    check_that_all_is_well();
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(busy_node, "a transport that cannot resume harms nobody") {
    // Several operations of one channel are settled by one answer.
    const auto fresh = name_on(1, "fresh");
    const auto broken = client_on(0, "broken");
    broken.breaks_on(fault::resume);
    broken.sends("SUBSCRIBE " + fresh);
    for (const auto& each : all)
      each.sends("SUBSCRIBE " + fresh);
    next_fails<join>(actor_kind::channel);
    run();
    CHECK(broken.gone());
    for (const auto& each : all)
      CHECK(each.messages_done() == 3);
    CHECK(publish(fresh, "hi") == 4);
    check_that_all_is_well();
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(tight_busy_node,
                    "a transport that cannot close harms nobody") {
    all[1].takes_only(0);
    all[1].breaks_on(fault::close);
    const auto gone = all[1];
    all.erase(all.begin() + 1);
    for (int i = 0; i < 3; ++i)
      publish(channel, std::string(49, 'x'));
    CHECK(gone.gone());
    CHECK(counted().slow_consumers == 1);
    CHECK(counted().actor_failures == 1);
    for (const auto& each : all)
      CHECK(each.received().size() == 3);
    CHECK(publish(channel, "next") == 3);
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(busy_node, "requests that a directory fails are answered") {
    const auto expect_failure = [this](ticket asked) {
      run();
      CHECK(answered<request_failed>(asked));
    };
    next_fails<thunderpush::publish>(actor_kind::directory);
    expect_failure(starts_publishing(channel, "lost"));
    next_fails<list_users>(actor_kind::directory);
    expect_failure(starts_listing(channel));
    next_fails<send_to_user>(actor_kind::directory);
    expect_failure(starts_sending(user(0), "lost"));
    next_fails<disconnect_user>(actor_kind::directory);
    expect_failure(starts_disconnecting(user(0)));
    next_fails<find_user>(actor_kind::directory);
    expect_failure(starts_finding(user(0)));
    next_fails<count_users>(actor_kind::directory);
    const auto counts = starts_counting();
    run();
    CHECK(requester().replies(counts).size() == 2);
    CHECK(counted().actor_failures == 6);
    CHECK(actors(actor_kind::directory) == 2);
    check_that_all_is_well();
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(busy_node, "a hub outlives what fails it") {
    next_fails<fan_out>(actor_kind::hub);
    CHECK(publish(channel, "to one half") == 4);
    next_fails<list_subscribers>(actor_kind::hub);
    const auto listed = starts_listing(channel);
    run();
    CHECK(requester().replies(listed).size() == 3);
    CHECK(actors(actor_kind::hub) == 2);
    check_that_all_is_well();
    check_that_all_can_end();
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "a list of actors that fails does not stop the next") {
    for (const bool later : {false, true}) {
      if (later)
        next_fails<continue_walk>(actor_kind::inspector);
      else
        next_fails<list_actors>(actor_kind::inspector);
      const auto ask = [this] {
        const auto reply = requester().next();
        node().shared().inspectors[0].tell(
          list_actors{{}, actor_order::id, std::nullopt, 10, false, reply});
        return reply.ticket;
      };
      const auto first = ask();
      const auto second = ask();
      run();
      CHECK(answered<request_failed>(first));
      CHECK(answered<actors_listed>(second));
    }
    next_fails<read_totals>(actor_kind::inspector);
    const auto reply = requester().next();
    node().shared().inspectors[0].tell(read_totals{reply});
    run();
    CHECK(answered<request_failed>(reply.ticket));
  }

  TEST_CASE("a timer that fails does not end its home's thread") {
    thunderpush::node threaded{{.apps = applications{{{"main", "key"}}}}, 1};
    struct failing final : timer {
      void expired() override { throw std::runtime_error{"as the test wants"}; }
    } broken;
    struct working final : timer {
      explicit working(thunderpush::node& of) : node(of) {}
      void expired() override {
        node.drain(0ms, [this] { done = true; });
      }
      thunderpush::node& node;
      std::atomic<bool> done{false};
    } next{threaded};
    auto& here = threaded.at(0);
    here.timers().start(broken, 0ms);
    here.timers().start(next, timer_wheel::tick * 2);
    threaded.start();
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (!next.done && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
    CHECK(next.done);
    threaded.stop();
    CHECK(here.counters().actor_failures == 1);
  }
}
