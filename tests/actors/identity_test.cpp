#include "tests/support/deterministic_node.hpp"
#include "tests/support/test_tokens.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>

using namespace thunderpush;
using namespace std::chrono_literals;
using lines = deterministic_node::lines;

namespace {

// A node whose first application asks for tokens; the second believes its
// clients and has private channels.
struct token_node : deterministic_node {
  token_node() { reload(); }

  void reload() {
    policies chosen = node().shared();
    chosen.access = {{.auth = identity_proof::token,
                      .has_token_key = true,
                      .private_prefix = "private-",
                      .origins = {}},
                     {.auth = identity_proof::none,
                      .has_token_key = true,
                      .private_prefix = "private-",
                      .origins = {false, {"https://a.example"}}}};
    chosen.rules
      = rule_book{{{std::nullopt, "members-", {.needs_token = true}}}};
    chosen.tokens = tokens;
    node().reload(chosen);
    run();
  }

  test_client shows(const std::string& token) {
    const auto made = visitor();
    made.says("CONNECT " + token + ":key");
    return made;
  }

  test_client believed(const std::string& user) {
    return client_on(0, user, "second");
  }

  void pass(std::chrono::milliseconds time) {
    tokens->pass(time);
    advance(time + timer_wheel::tick);
  }

  std::shared_ptr<test_tokens> tokens = std::make_shared<test_tokens>();
};

} // namespace

TEST_SUITE("identity") {
  TEST_CASE_FIXTURE(token_node, "a client is who its token says") {
    const auto alice = shows("alice");
    CHECK(online("alice"));
    CHECK(alice.actor().label() == "alice");
    CHECK_FALSE(alice.closed_with());
  }

  TEST_CASE_FIXTURE(token_node,
                    "a token that is refused closes, and leaves nothing") {
    const auto bad = shows("bad");
    CHECK(bad.closed_with() == close_reasons::bad_token);
    const auto late = shows("@0 alice");
    CHECK(late.closed_with() == close_reasons::token_expired);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(token_node, "a client goes when its token expires") {
    const auto alice = shows("@10 alice");
    pass(9s);
    CHECK_FALSE(alice.closed_with());
    pass(1s);
    CHECK(alice.closed_with() == close_reasons::token_expired);
    CHECK(alice.gone());
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(token_node,
                    "a clock of the day that was set back makes it stay") {
    const auto alice = shows("@10 alice");
    tokens->pass(-20s);
    advance(15s);
    CHECK_FALSE(alice.closed_with());
    pass(30s);
    CHECK(alice.closed_with() == close_reasons::token_expired);
  }

  TEST_CASE_FIXTURE(token_node,
                    "one that was set ahead is noticed in an hour") {
    const auto alice = shows("@86400 alice");
    tokens->pass(24h);
    advance(1h + timer_wheel::tick);
    CHECK(alice.closed_with() == close_reasons::token_expired);
  }

  TEST_CASE_FIXTURE(token_node, "a token without end in sight is no trouble") {
    const auto alice = shows("@2000000000 alice");
    pass(2h);
    CHECK_FALSE(alice.closed_with());
  }

  TEST_CASE_FIXTURE(token_node, "REFRESH prolongs") {
    const auto alice = shows("@10 alice");
    alice.says("REFRESH @20 alice");
    pass(15s);
    CHECK_FALSE(alice.closed_with());
    pass(5s);
    CHECK(alice.closed_with() == close_reasons::token_expired);
  }

  TEST_CASE_FIXTURE(token_node,
                    "REFRESH as another, or with a bad token, closes") {
    for (const auto* token : {"bob", "bad"}) {
      const auto alice = shows("alice");
      alice.says(std::string{"REFRESH "} + token);
      CHECK(alice.closed_with() == close_reasons::bad_token);
    }
  }

  TEST_CASE_FIXTURE(
    token_node, "REFRESH ends subscriptions that are not permitted any more, "
                "before the next command") {
    const auto alice = shows("alice private-a private-b");
    alice.says("SUBSCRIBE private-a:private-b:news");
    alice.says("REFRESH alice private-b");
    CHECK(users_in("private-a").empty());
    CHECK(users_in("private-b") == lines{"alice"});
    CHECK(users_in("news") == lines{"alice"});
    alice.says("SUBSCRIBE private-a");
    CHECK(alice.closed_with() == close_reasons::not_permitted);
  }

  TEST_CASE_FIXTURE(token_node,
                    "private channels are for those whose token names them") {
    const auto alice = shows("alice private-a members-*");
    alice.says("SUBSCRIBE private-a:members-x");
    CHECK(users_in("private-a") == lines{"alice"});
    CHECK(users_in("members-x") == lines{"alice"});
    const auto bob = shows("bob");
    bob.says("SUBSCRIBE news:private-a:sports");
    CHECK(bob.closed_with() == close_reasons::not_permitted);
    CHECK(users_in("private-a") == lines{"alice"});
    CHECK(users_in("news").empty());
    CHECK(users_in("sports").empty());
  }

  TEST_CASE_FIXTURE(token_node,
                    "AUTHORIZE opens channels in either kind of app") {
    const auto alice = shows("alice");
    alice.says("AUTHORIZE alice private-a");
    alice.says("SUBSCRIBE private-a");
    CHECK(users_in("private-a") == lines{"alice"});
  }

  TEST_CASE_FIXTURE(token_node,
                    "who was authorized and subscribed goes at its end") {
    const auto origin = believed("carol");
    CHECK_FALSE(origin.closed_with());
    origin.says("AUTHORIZE @10 carol private-a");
    origin.says("SUBSCRIBE private-a");
    CHECK(users_in("private-a", second_app) == lines{"carol"});
    pass(10s);
    CHECK(origin.closed_with() == close_reasons::token_expired);
  }

  TEST_CASE_FIXTURE(token_node,
                    "who was authorized and is not subscribed stays") {
    const auto carol = believed("carol");
    carol.says("AUTHORIZE @10 carol private-a");
    carol.says("SUBSCRIBE news");
    pass(10s);
    CHECK_FALSE(carol.closed_with());
    carol.says("SUBSCRIBE private-a");
    CHECK(carol.closed_with() == close_reasons::not_permitted);
  }

  TEST_CASE_FIXTURE(token_node,
                    "REFRESH means nothing where users are believed") {
    const auto carol = believed("carol");
    carol.says("REFRESH bad");
    CHECK_FALSE(carol.closed_with());
  }

  TEST_CASE_FIXTURE(token_node, "both mean nothing before CONNECT") {
    const auto hasty = visitor();
    hasty.says("REFRESH bad");
    hasty.says("AUTHORIZE bad");
    CHECK_FALSE(hasty.closed_with());
  }

  TEST_CASE_FIXTURE(token_node,
                    "a page of another origin is refused at CONNECT") {
    test_client page;
    page.settles_by([this] { run(); });
    thunderpush::visitor who;
    who.origin = "https://b.example";
    node().hub_at(0).open(page.link(), std::move(who));
    page.says("CONNECT carol:second");
    CHECK(page.closed_with() == close_reasons::wrong_origin);
  }

  TEST_CASE_FIXTURE(token_node, "the origin of a later request counts if the "
                                "first told none") {
    const auto page = visitor();
    page.actor().seen_from("https://b.example");
    page.says("CONNECT carol:second");
    CHECK(page.closed_with() == close_reasons::wrong_origin);
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "an app without keys has no private channels") {
    const auto alice = client("alice");
    alice.says("AUTHORIZE bad");
    alice.says("SUBSCRIBE private-a");
    CHECK(users_in("private-a") == lines{"alice"});
  }
}
