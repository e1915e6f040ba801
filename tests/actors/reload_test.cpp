#include "tests/support/deterministic_node.hpp"

#include <cstddef>
#include <string>
#include <vector>

using namespace thunderpush;
using lines = deterministic_node::lines;

namespace {

struct reloading_node : deterministic_node {
  using application = applications::application;

  // Both are there at the start.
  static inline const application main_app{"main", "key"};
  static inline const application other_app{"other", "second"};
  static inline const application new_app{"new", "third"};
  static constexpr app_id third_app{2};

  void reload(const std::vector<application>& apps,
              const limit_settings& limits = {}) {
    known = known.replaced_by(apps);
    node().reload({.apps = known, .limits = limits});
    run();
  }

  applications known = node().shared().apps;
};

} // namespace

TEST_SUITE("reload") {
  TEST_CASE_FIXTURE(reloading_node,
                    "clients of an application that is gone are told 9000") {
    std::vector<test_client> leaving;
    for (std::size_t i = 0; i < 6; ++i)
      leaving.push_back(client_on(i % 2, "bob", "second"));
    reload({main_app});
    for (const auto& each : leaving) {
      CHECK(each.closed_with() == close_reasons::invalid_key);
      CHECK(each.received() == lines{"closed 9000"});
      CHECK(each.gone());
    }
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(reloading_node, "clients of the others notice nothing") {
    const auto alice = client_on(0, "alice");
    const auto carol = client_on(1, "carol");
    const auto stranger = visitor_on(0);
    for (const auto& each : {alice, carol})
      each.says("SUBSCRIBE news");
    const auto bob = client_on(0, "bob", "second");
    bob.says("SUBSCRIBE news");
    reload({main_app});
    CHECK(publish("news", "hi") == 2);
    CHECK(send("alice", "you") == 1);
    CHECK(alice.received() == lines{"hi", "you"});
    CHECK(carol.received() == lines{"hi"});
    CHECK(users_in("news") == lines{"alice", "carol"});
    CHECK_FALSE(stranger.gone());
    stranger.says("CONNECT dave:key");
    CHECK(online("dave"));
  }

  TEST_CASE_FIXTURE(reloading_node,
                    "a client that is about to connect learns it, too") {
    // Its session has not answered yet.
    const auto home = 1 - home_of("bob");
    const auto bob = visitor_on(home);
    bob.sends("CONNECT bob:second");
    reload({main_app});
    CHECK(bob.closed_with() == close_reasons::invalid_key);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(reloading_node, "the key of one that is gone is no key") {
    reload({main_app});
    const auto late = client_on(0, "late", "second");
    CHECK(late.closed_with() == close_reasons::invalid_key);
  }

  TEST_CASE_FIXTURE(reloading_node, "a new application works at once") {
    CHECK(client_on(0, "early", "third").closed_with()
          == close_reasons::invalid_key);
    reload({main_app, other_app, new_app});
    const auto dave = client_on(0, "dave", "third");
    const auto erin = client_on(1, "erin", "third");
    dave.says("SUBSCRIBE news");
    erin.says("SUBSCRIBE news");
    const auto alice = client_on(0, "alice");
    alice.says("SUBSCRIBE news");
    CHECK(publish("news", "hi", third_app) == 2);
    CHECK(dave.received() == lines{"hi"});
    CHECK(alice.received().empty());
    CHECK(users_in("news", third_app) == lines{"dave", "erin"});
    disconnect("dave", third_app);
    CHECK_FALSE(online("dave", third_app));
    CHECK(online("erin", third_app));
  }

  TEST_CASE_FIXTURE(reloading_node, "users are counted across reloads") {
    const auto alice = client_on(0, "alice");
    const auto bob = client_on(1, "bob", "second");
    CHECK(users_online(third_app) == 0); // which nobody has heard of
    reload({main_app, other_app, new_app});
    CHECK(users_online() == 1);
    CHECK(users_online(second_app) == 1);
    CHECK(users_online(third_app) == 0);
    client_on(0, "dave", "third");
    client_on(1, "erin", "third");
    CHECK(users_online(third_app) == 2);
    reload({main_app, new_app});
    CHECK(users_online() == 1);
    CHECK(users_online(second_app) == 0);
    CHECK(users_online(third_app) == 2);
  }

  TEST_CASE_FIXTURE(reloading_node, "an application may come back") {
    client_on(0, "bob", "second");
    reload({main_app});
    reload({main_app, {"other", "back"}});
    const auto bob = client_on(0, "bob", "back");
    CHECK(send("bob", "hi", second_app) == 1);
    CHECK(client_on(0, "bob", "second").closed_with()
          == close_reasons::invalid_key);
  }

  TEST_CASE_FIXTURE(reloading_node,
                    "a new key lets clients of the old one stay") {
    const auto bob = client_on(0, "bob", "second");
    reload({main_app, {"other", "changed"}});
    CHECK(send("bob", "hi", second_app) == 1);
    CHECK_FALSE(bob.closed_with());
    CHECK(client_on(0, "late", "second").closed_with()
          == close_reasons::invalid_key);
    CHECK(online("bob", second_app));
  }

  TEST_CASE_FIXTURE(reloading_node, "new limits hold for those who are there") {
    const auto alice = client_on(0, "alice");
    alice.says("SUBSCRIBE a:b");
    limit_settings tighter;
    tighter.channels_per_connection = 2;
    reload({main_app, other_app}, tighter);
    CHECK_FALSE(alice.closed_with());
    alice.says("SUBSCRIBE c");
    CHECK(alice.closed_with() == close_reasons::too_many_channels);
  }

  TEST_CASE_FIXTURE(reloading_node,
                    "a client that fails as it is told harms nobody else") {
    const auto broken = client_on(0, "broken", "second");
    broken.breaks_on(test_client::fault::close);
    const auto bob = client_on(0, "bob", "second");
    const auto alice = client_on(0, "alice");
    reload({main_app});
    CHECK(broken.gone());
    CHECK(bob.closed_with() == close_reasons::invalid_key);
    CHECK(bob.gone());
    CHECK(online("alice"));
    CHECK_FALSE(alice.gone());
  }
}
