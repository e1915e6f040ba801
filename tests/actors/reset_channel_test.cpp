#include "tests/support/deterministic_node.hpp"

#include <string>
#include <vector>

using namespace thunderpush;
using lines = deterministic_node::lines;

namespace {

struct subscribed_node : deterministic_node {
  subscribed_node() {
    for (std::size_t i = 0; i < 6; ++i) {
      all.push_back(client_on(i % 2, "user" + std::to_string(i)));
      all.back().says("SUBSCRIBE " + channel);
    }
  }

  ticket starts_resetting(std::string name, app_id app = first_app) {
    return asks(reset_channel{{app, std::move(name)}, requester().next()});
  }

  bool reset(std::string name, app_id app = first_app) {
    const auto asked = starts_resetting(std::move(name), app);
    run();
    return answer<channel_reset>(asked).found;
  }

  // Of the channel's actor.
  std::uint64_t channel_id() {
    for (std::size_t i = 0; i < node().size(); ++i)
      for (const auto* each : node().at(i).actors().slots())
        if (each != nullptr && each->kind() == actor_kind::channel)
          return each->id();
    return 0;
  }

  const std::string channel = name_on(1, "news");
  std::vector<test_client> all;
};

} // namespace

TEST_SUITE("reset channel") {
  TEST_CASE_FIXTURE(subscribed_node,
                    "its subscribers stay, its actor does not") {
    const auto before = channel_id();
    CHECK(reset(channel));
    CHECK(channel_id() != before);
    CHECK(actors(actor_kind::channel) == 1);
    CHECK(users_in(channel).size() == 6);
    CHECK(counted().actor_failures == 0);
    for (const auto& each : all)
      CHECK_FALSE(each.closed_with());
  }

  TEST_CASE_FIXTURE(subscribed_node,
                    "they get what is published from then on") {
    publish(channel, "before");
    CHECK(reset(channel));
    CHECK(publish(channel, "after") == 6);
    for (const auto& each : all)
      CHECK(each.received() == lines{"before", "after"});
  }

  TEST_CASE_FIXTURE(subscribed_node, "what was accepted before arrives once") {
    const auto first = starts_publishing(channel, "first");
    const auto asked = starts_resetting(channel);
    run();
    CHECK(answer<publication_accepted>(first).receivers == 6);
    CHECK(answer<channel_reset>(asked).found);
    CHECK(publish(channel, "next") == 6);
    for (const auto& each : all)
      CHECK(each.received() == lines{"first", "next"});
  }

  TEST_CASE_FIXTURE(subscribed_node,
                    "a publication that meets it is answered") {
    const auto asked = starts_resetting(channel);
    const auto next = starts_publishing(channel, "next");
    run();
    CHECK(answer<channel_reset>(asked).found);
    CHECK(requester().replies(next).size() == 1);
    CHECK(publish(channel, "later") == 6);
  }

  TEST_CASE_FIXTURE(subscribed_node,
                    "it frees a backlog of publications that a hub lost") {
    next_fails<fan_out>(actor_kind::hub);
    const std::string large(400'000, 'x');
    publish(channel, large);
    CHECK(publish(channel, large) == 6);
    CHECK(reset(channel));
    CHECK(publish(channel, large) == 6);
  }

  TEST_CASE_FIXTURE(subscribed_node, "who unsubscribes meanwhile is out") {
    starts_resetting(channel);
    all[0].sends("UNSUBSCRIBE " + channel);
    run();
    CHECK(publish(channel, "hi") == 5);
    CHECK(all[0].received().empty());
    CHECK(all[0].messages_done() == 3);
  }

  TEST_CASE_FIXTURE(subscribed_node, "who subscribes meanwhile is in") {
    const auto late = client_on(0, "late");
    starts_resetting(channel);
    late.sends("SUBSCRIBE " + channel);
    run();
    CHECK(late.messages_done() == 2);
    CHECK(publish(channel, "hi") == 7);
    CHECK(late.received() == lines{"hi"});
  }

  TEST_CASE_FIXTURE(subscribed_node,
                    "a channel that is not there is not found") {
    CHECK_FALSE(reset("other"));
    CHECK_FALSE(reset(channel, second_app));
    CHECK(actors(actor_kind::channel) == 1);
  }

  TEST_CASE_FIXTURE(subscribed_node, "it can be done again and again") {
    for (int i = 0; i < 5; ++i)
      CHECK(reset(channel));
    CHECK(publish(channel, "hi") == 6);
    for (const auto& each : all)
      each.leaves();
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(subscribed_node, "a reset that fails is answered") {
    next_fails<reset_channel>(actor_kind::channel);
    const auto asked = starts_resetting(channel);
    run();
    CHECK(answered<request_failed>(asked));
    CHECK(publish(channel, "hi") == 6);
    next_fails<reset_channel>(actor_kind::directory);
    const auto second = starts_resetting(channel);
    run();
    CHECK(answered<request_failed>(second));
  }
}
