#include "tests/support/deterministic_node.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace thunderpush;
using lines = deterministic_node::lines;

namespace {

// Clients come, subscribe, unsubscribe and go, and publications are made, while
// a seed decides which home runs next and, before any message is handled,
// whether another home runs first. So what happens on two homes meets in every
// order that threads could bring about.
class shuffled_node : public deterministic_node {
public:
  struct plan {
    unsigned seed = 0;
    std::size_t homes = 2;
    bool failures = false; // channels and sessions fail now and then
    bool disconnects = false;
  };

  explicit shuffled_node(const plan& what)
    : deterministic_node({}, what.homes), plan_(what), random_(what.seed) {
    watch([this](const pinned_actor& who, const message& content) {
      look_on(who, content);
    });
    for (std::size_t i = 0; i < clients; ++i)
      players_.emplace_back();
  }

  // Does so many things, then lets everything settle.
  void play(std::size_t steps) {
    for (std::size_t i = 0; i < steps; ++i) {
      act();
      while (chance(2))
        run_one();
    }
    calm_ = true;
    run();
  }

  // Nobody was told twice, out of order, or not at all.
  void check_deliveries() {
    for (const auto& each : players_)
      check_deliveries_to(each);
    for (const auto& [text, made] : publications_) {
      CAPTURE(text);
      REQUIRE(requester().replies(made.asked).size() == 1);
      if (answered<publication_accepted>(made.asked))
        CHECK(received_by_[text]
              <= answer<publication_accepted>(made.asked).receivers);
      else
        CHECK(plan_.failures);
    }
    for (const auto asked : disconnects_)
      CHECK((answered<user_disconnected>(asked)
             || (plan_.failures && answered<request_failed>(asked))));
  }

  // The counts are those of the clients that are there.
  void check_counts() {
    for (const std::string channel : channels) {
      CAPTURE(channel);
      lines users;
      for (const auto& each : players_)
        if (each.alive() && each.subscribed.contains(channel))
          users.push_back(each.user);
      std::sort(users.begin(), users.end());
      CHECK(users_in(channel) == users);
      CHECK(publish(channel, "final " + channel) == users.size());
    }
    for (const auto& each : players_)
      if (each.alive())
        for (const auto& channel : each.subscribed) {
          const auto got = each.who->received();
          CHECK(std::count(got.begin(), got.end(), "final " + channel) == 1);
        }
    std::set<std::string> online;
    for (const auto& each : players_)
      if (each.alive())
        online.insert(each.user);
    CHECK(users_online() == online.size());
    CHECK(actors(actor_kind::session) == online.size());
  }

  // Every command was carried out.
  void check_that_nobody_hangs() {
    for (const auto& each : players_)
      if (each.alive())
        CHECK(each.who->messages_done() == each.said);
  }

  void everybody_leaves() {
    for (const auto& each : players_)
      if (each.alive())
        each.who->leaves();
    CHECK(is_as_at_start());
  }

private:
  static constexpr std::size_t clients = 6;
  static constexpr std::array channels{"a", "b", "c"};

  // What a client did, and what it therefore has to get.
  struct player {
    std::optional<test_client> who;
    std::string user;
    std::size_t home = 0;
    std::size_t said = 0;
    std::set<std::string> subscribed; // once all is settled
    std::set<std::string> settled;    // and knows it
    std::map<std::string, int> unsubscribing;
    lines owed; // published while it was settled

    bool alive() const { return who && !who->closed_with() && !who->gone(); }
  };

  struct attempt {
    std::string channel;
    ticket asked = 0;
  };

  unsigned random(std::size_t below) {
    return static_cast<unsigned>(random_() % below);
  }

  bool chance(std::size_t one_in) { return random(one_in) == 0; }

  void run_one() { node().at(random(plan_.homes)).poll(); }

  // Something happens on a home that is not in the middle of a message.
  void act() {
    auto& someone = players_[random(clients)];
    if (busy_.contains(someone.home) && someone.alive())
      return;
    switch (random(8)) {
    case 0:
      if (someone.alive())
        leave(someone);
      else
        come(someone);
      break;
    case 1:
    case 2:
    case 3:
      if (someone.alive())
        subscribe(someone);
      else
        come(someone);
      break;
    case 4:
    case 5:
      if (someone.alive())
        unsubscribe(someone);
      break;
    case 6:
      if (plan_.disconnects && chance(4))
        disconnects_.push_back(
          starts_disconnecting("u" + std::to_string(random(3))));
      break;
    default:
      start_publication();
    }
  }

  void come(player& who) {
    const auto home = random(plan_.homes);
    if (busy_.contains(home))
      return;
    who = player{};
    who.home = home;
    who.user = "u" + std::to_string(random(3));
    who.who.emplace();
    who.who->settles_by([this] { run(); });
    node().hub_at(home).open(who.who->link(), {});
    who.who->upon_done([&who](std::string_view done) { note_done(who, done); });
    say(who, "CONNECT " + who.user + ":key");
  }

  static void leave(player& who) {
    who.owed.clear();
    who.settled.clear();
    who.subscribed.clear();
    who.who->vanishes();
  }

  void subscribe(player& who) {
    std::string list;
    for (const auto* each : channels)
      if (chance(2)) {
        list += std::string{":"} + each;
        who.subscribed.insert(each);
      }
    if (!list.empty())
      say(who, "SUBSCRIBE " + list);
  }

  void unsubscribe(player& who) {
    const std::string channel = channels[random(channels.size())];
    who.subscribed.erase(channel);
    who.settled.erase(channel);
    ++who.unsubscribing[channel];
    std::erase_if(who.owed, [&channel](const std::string& text) {
      return text.starts_with(channel); // it may still get it
    });
    say(who, "UNSUBSCRIBE " + channel);
  }

  static void say(player& who, std::string what) {
    ++who.said;
    who.who->sends(std::move(what));
  }

  // The client may rely on what it asked for, unless it has asked for the
  // contrary since.
  static void note_done(player& who, std::string_view done) {
    const auto names = done.substr(done.find(' ') + 1);
    if (done.starts_with("UNSUBSCRIBE"))
      --who.unsubscribing[std::string{names}];
    else if (done.starts_with("SUBSCRIBE"))
      for_each_channel(names, [&who](std::string_view name) {
        if (who.unsubscribing[std::string{name}] == 0)
          who.settled.emplace(name);
      });
  }

  void start_publication() {
    const std::string channel = channels[random(channels.size())];
    const auto text = channel + std::to_string(publications_.size());
    publications_[text] = {channel, starts_publishing(channel, text)};
    for (auto& each : players_)
      if (each.alive() && each.settled.contains(channel))
        each.owed.push_back(text);
  }

  void look_on(const pinned_actor& who, const message& content) {
    if (content.match_elements<thunderpush::publish>()
        && who.kind() == actor_kind::channel)
      accepted_.push_back(
        content.get_as<thunderpush::publish>(0).what->element);
    if (calm_)
      return;
    if (plan_.failures && chance(20)
        && (who.kind() == actor_kind::channel
            || who.kind() == actor_kind::session))
      throw std::runtime_error{"as the seed wants it"};
    const auto here = who.home().index();
    const bool was_busy = !busy_.insert(here).second;
    while (chance(3)) {
      if (chance(2))
        act();
      const auto other = random(plan_.homes);
      if (!busy_.contains(other))
        node().at(other).poll();
    }
    if (!was_busy)
      busy_.erase(here);
  }

  void check_deliveries_to(const player& each) {
    if (!each.who)
      return;
    CAPTURE(each.user);
    const auto got = each.who->received();
    for (const std::string channel : channels) {
      CAPTURE(channel);
      // A subsequence of what the channel accepted, in that order.
      auto next = accepted_.begin();
      for (const auto& text : got) {
        if (!text.starts_with(channel) || text.starts_with("closed"))
          continue;
        next = std::find(next, accepted_.end(), text);
        REQUIRE(next != accepted_.end());
        ++next;
        ++received_by_[text];
      }
    }
    if (!each.alive() || plan_.failures)
      return;
    for (const auto& text : each.owed) {
      CAPTURE(text);
      CHECK(std::count(got.begin(), got.end(), text) == 1);
    }
  }

  plan plan_;
  std::mt19937 random_;
  std::vector<player> players_;
  std::map<std::string, attempt> publications_;
  std::map<std::string, std::size_t> received_by_;
  lines accepted_;
  std::vector<ticket> disconnects_;
  std::set<std::size_t> busy_; // homes in the middle of a message
  bool calm_ = false;
};

void play(const shuffled_node::plan& what) {
  CAPTURE(what.seed);
  CAPTURE(what.homes);
  shuffled_node game{what};
  game.play(60);
  game.check_that_nobody_hangs();
  game.check_deliveries();
  game.check_counts();
  game.everybody_leaves();
}

// A client that gets messages of a channel and of its own by turns, each sent
// when the one before was answered. The seed says where everybody lives.
void check_order(unsigned seed) {
  CAPTURE(seed);
  deterministic_node where{{}, 3};
  std::mt19937 random{seed};
  const auto channel = where.name_on(seed % 3, "news");
  const auto user = where.name_on(seed / 3 % 3, "alice");
  const auto alice = where.client_on(seed / 9 % 3, user);
  alice.says("SUBSCRIBE " + channel);
  lines sent;
  std::function<void()> send_next = [&] {
    if (sent.size() == 20)
      return;
    sent.push_back(std::to_string(sent.size()));
    where.requester().upon_reply(send_next);
    if (random() % 2 == 0)
      where.starts_sending(user, sent.back());
    else
      where.starts_publishing(channel, sent.back());
  };
  send_next();
  for (int i = 0; i < 400; ++i)
    where.node().at(random() % 3).poll();
  where.run();
  CHECK(sent.size() == 20);
  CHECK(alice.received() == sent);
}

} // namespace

TEST_SUITE("interleaving") {
  TEST_CASE("what was answered first arrives first") {
    for (unsigned seed = 0; seed < 135; ++seed)
      check_order(seed);
  }

  TEST_CASE("joins, leaves and publications meet in any order") {
    for (unsigned seed = 0; seed < 300; ++seed)
      play({.seed = seed, .homes = 2 + seed % 2});
  }

  TEST_CASE("users are disconnected in the middle of anything") {
    for (unsigned seed = 0; seed < 300; ++seed)
      play({.seed = seed, .homes = 2 + seed % 2, .disconnects = true});
  }

  TEST_CASE("channels and sessions fail in the middle of anything") {
    for (unsigned seed = 0; seed < 300; ++seed)
      play({.seed = seed,
            .homes = 2 + seed % 2,
            .failures = true,
            .disconnects = true});
  }
}
