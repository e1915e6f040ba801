#include "tests/support/deterministic_node.hpp"

#include <random>
#include <set>
#include <string>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;
using lines = deterministic_node::lines;

namespace {

// One home, and a channel that takes several turns to go round.
struct large_channel : deterministic_node {
  static constexpr std::size_t size = 3 * sweep::slice;

  static limit_settings limits() {
    limit_settings made;
    made.queue_bytes = 100;
    made.queue_age = 10s;
    made.channel_backlog_bytes = 10;
    return made;
  }

  large_channel() : deterministic_node(limits(), 1) {
    for (std::size_t i = 0; i < size; ++i) {
      all.push_back(client_on(0, user(i)));
      all.back().says("SUBSCRIBE news");
    }
  }

  static std::string user(std::size_t i) { return "user" + std::to_string(i); }

  // Once round the home's loop: sockets, actors, a slice of what is to be
  // written.
  void turn() { node().at(0).poll(); }

  // How many of them have got exactly this.
  std::size_t received(const lines& what) const {
    return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&what](const test_client& each) {
        return each.received() == what;
      }));
  }

  // Whose turn comes last.
  const test_client& last() const { return all.back(); }

  std::vector<test_client> all;
};

} // namespace

TEST_SUITE("sweep") {
  TEST_CASE_FIXTURE(large_channel, "a large channel is written to in slices") {
    starts_publishing("news", "one");
    for (std::size_t served = sweep::slice; served <= size;
         served += sweep::slice) {
      turn();
      CHECK(received({"one"}) == served);
    }
    run();
    CHECK(received({"one"}) == size);
    CHECK(counted().deliveries == size);
  }

  TEST_CASE_FIXTURE(large_channel,
                    "what is published meanwhile leaves with the same write") {
    const auto before = last().flushes();
    starts_publishing("news", "one");
    turn();
    starts_publishing("news", "two");
    turn();
    starts_publishing("news", "3");
    run();
    CHECK(received({"one", "two", "3"}) == size);
    CHECK(last().flushes() - before == 1);
  }

  TEST_CASE_FIXTURE(large_channel, "others have their turn meanwhile") {
    const auto lone = client_on(0, "lone");
    lone.says("SUBSCRIBE small");
    starts_publishing("news", "one");
    turn();
    starts_publishing("small", "quick");
    turn();
    CHECK(lone.received() == lines{"quick"});
    CHECK(received({"one"}) == 2 * sweep::slice);
  }

  TEST_CASE_FIXTURE(large_channel, "a second large channel is not held up") {
    for (const auto& each : all)
      each.says("SUBSCRIBE sports");
    starts_publishing("news", "one");
    turn();
    starts_publishing("sports", "two");
    run();
    CHECK(received({"one", "two"}) == size);
  }

  TEST_CASE_FIXTURE(large_channel,
                    "a message for a user does not overtake a publication") {
    starts_publishing("news", "one");
    turn();
    REQUIRE(last().received().empty());
    starts_sending(user(size - 1), "yours");
    run();
    CHECK(last().received() == lines{"one", "yours"});
    CHECK(received({"one"}) == size - 1);
  }

  TEST_CASE_FIXTURE(large_channel,
                    "a publication of another channel does not, either") {
    last().says("SUBSCRIBE small");
    starts_publishing("news", "one");
    turn();
    starts_publishing("small", "two");
    starts_publishing("news", "3");
    run();
    CHECK(last().received() == lines{"one", "two", "3"});
    CHECK(received({"one", "3"}) == size - 1);
  }

  TEST_CASE_FIXTURE(large_channel,
                    "one whose queueing is counted does not, either") {
    starts_publishing("news", "one");
    turn();
    const auto asked = asks(thunderpush::publish{
      {first_app, "news"}, element("two"), requester().next(), true});
    run();
    CHECK(received({"one", "two"}) == size);
    CHECK(requester().replies(asked).size() == 2);
  }

  TEST_CASE_FIXTURE(large_channel, "who subscribes meanwhile gets what comes") {
    const auto late = client_on(0, "late");
    starts_publishing("news", "one");
    turn();
    late.sends("SUBSCRIBE news");
    turn();
    starts_publishing("news", "two");
    run();
    CHECK(late.received() == lines{"two"});
    CHECK(received({"one", "two"}) == size);
  }

  TEST_CASE_FIXTURE(large_channel,
                    "who unsubscribes meanwhile gets what came before") {
    starts_publishing("news", "one");
    turn();
    // Of those whose turn it has been, and of those whose turn comes.
    for (std::size_t i = 0; i < size; i += 3)
      all[i].sends("UNSUBSCRIBE news");
    turn();
    starts_publishing("news", "two");
    run();
    CHECK(received({"one"}) == size / 3);
    CHECK(received({"one", "two"}) == size - size / 3);
  }

  TEST_CASE_FIXTURE(large_channel,
                    "who is disconnected meanwhile gets what came before") {
    starts_publishing("news", "one");
    turn();
    starts_disconnecting(user(size - 1));
    run();
    CHECK(
      last().received()
      == lines{"one",
               "closed " + std::to_string(close_reasons::disconnected.code)});
    CHECK(last().gone());
    CHECK(received({"one"}) == size - 1);
  }

  TEST_CASE_FIXTURE(large_channel, "who breaks off meanwhile harms nobody") {
    starts_publishing("news", "one");
    turn();
    for (std::size_t i = 0; i < size; i += 2)
      all[i].vanishes();
    starts_publishing("news", "two");
    run();
    CHECK(received({"one", "two"}) == size / 2);
    CHECK(users_in("news").size() == size / 2);
  }

  TEST_CASE_FIXTURE(large_channel, "all may go meanwhile") {
    starts_publishing("news", "one");
    turn();
    for (const auto& each : all)
      each.vanishes();
    run();
    CHECK(is_as_at_start());
    CHECK(publish("news", "two") == 0);
  }

  TEST_CASE_FIXTURE(
    large_channel, "who proves too slow is closed, and all others are served") {
    for (std::size_t i = 0; i < size; i += 2)
      all[i].takes_only(0);
    for (char fill = 'a'; fill < 'e'; ++fill)
      publish("news", std::string(39, fill));
    for (std::size_t i = 0; i < size; ++i) {
      CAPTURE(i);
      CHECK(all[i].closed_with().has_value() == (i % 2 == 0));
      CHECK(all[i].received().size() == (i % 2 == 0 ? 0 : 4));
    }
    CHECK(counted().slow_consumers == size / 2);
    CHECK(users_in("news").size() == size / 2);
  }

  TEST_CASE_FIXTURE(large_channel,
                    "one that is blocked gets it once it reads again") {
    last().takes_only(1);
    publish("news", "one");
    CHECK(last().bytes() == "o");
    publish("news", "two");
    last().reads();
    run();
    CHECK(received({"one", "two"}) == size);
  }

  TEST_CASE_FIXTURE(large_channel,
                    "one whose transport breaks down harms nobody else") {
    all[size / 2].breaks_on(test_client::fault::flush);
    publish("news", "one");
    publish("news", "two");
    CHECK(received({"one", "two"}) == size - 1);
    CHECK(all[size / 2].gone());
    CHECK(counted().actor_failures == 1);
  }

  TEST_CASE_FIXTURE(large_channel,
                    "the channel takes no more than its backlog meanwhile") {
    starts_publishing("news", "12345");
    turn();
    starts_publishing("news", "12345");
    turn();
    const auto refused = starts_publishing("news", "1");
    turn();
    CHECK(answered<publication_refused>(refused));
    run();
    CHECK(publish("news", "1234567890") == size);
    CHECK(received({"12345", "12345", "1234567890"}) == size);
  }

  TEST_CASE_FIXTURE(large_channel, "a channel that fails meanwhile loses "
                                   "nothing that it has accepted") {
    starts_publishing("news", "12345");
    turn();
    asks(reset_channel{{first_app, "news"}, requester().next()});
    turn();
    starts_publishing("news", "123456789");
    turn();
    turn();
    REQUIRE(received({"12345"}) > 0);
    // What the old one had under way is no credit for the new one.
    const auto refused = starts_publishing("news", "12345");
    turn();
    CHECK(answered<publication_refused>(refused));
    run();
    CHECK(received({"12345", "123456789"}) == size);
    CHECK(publish("news", "1234567890") == size);
  }

  TEST_CASE_FIXTURE(large_channel, "each gets what it is to get, in order, "
                                   "whatever happens meanwhile") {
    constexpr int steps = 2'000;
    std::mt19937 random{1};
    const auto any = [&random](std::size_t below) {
      return std::uniform_int_distribution<std::size_t>{0, below - 1}(random);
    };
    const lines channels{"news", "sports", "small"};
    std::vector<std::set<std::string>> subscribed(size, {"news"});
    std::vector<lines> due(size);
    for (std::size_t i = 0; i < size; i += 2) {
      all[i].says("SUBSCRIBE sports");
      subscribed[i].insert("sports");
    }
    for (int step = 0; step < steps; ++step) {
      const auto text = std::to_string(step % 10);
      const auto who = any(size);
      const auto& channel = channels[any(channels.size())];
      switch (any(6)) {
      case 0:
        all[who].sends("SUBSCRIBE " + channel);
        subscribed[who].insert(channel);
        break;
      case 1:
        all[who].sends("UNSUBSCRIBE " + channel);
        subscribed[who].erase(channel);
        break;
      case 2:
        starts_sending(user(who), text);
        due[who].push_back(text);
        break;
      default: {
        const auto asked = starts_publishing(channel, text);
        turn();
        if (answered<publication_accepted>(asked))
          for (std::size_t i = 0; i < size; ++i)
            if (subscribed[i].contains(channel))
              due[i].push_back(text);
      }
      }
      turn();
    }
    run();
    for (std::size_t i = 0; i < size; ++i) {
      CAPTURE(i);
      CHECK(all[i].received() == due[i]);
    }
    CHECK(counted().queued_bytes == 0);
  }
}
