#include "tests/api/admin_node.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

struct paged_node : admin_node {
  // One page, and where the next begins; empty after the last.
  std::pair<ids, std::string> page(const std::string& query) {
    const auto list = json("/actors?" + query);
    ids found;
    for (const auto& actor : list["actors"].GetArray())
      found.push_back(actor["id"].GetUint64());
    return {found, list["next"].IsNull() ? "" : list["next"].GetString()};
  }

  // All pages, with `between` called after each.
  ids walk(
    const std::string& query, const std::function<void()>& between = [] {}) {
    ids all;
    std::string cursor;
    do {
      auto [found, next] = page(query + cursor);
      all.insert(all.end(), found.begin(), found.end());
      cursor = next.empty() ? next : "&cursor=" + next;
      between();
    } while (!cursor.empty());
    return all;
  }
};

totals_read totals_of(std::uint64_t ticket, std::size_t home) {
  totals_read made;
  made.ticket = ticket;
  made.home = home;
  return made;
}

} // namespace

TEST_SUITE("admin") {
  TEST_CASE_FIXTURE(admin_node, "the actors of all homes are listed by id") {
    const auto first = spawn(1, actor_kind::channel, "news");
    const auto second = spawn(0, actor_kind::session, "ann");
    occupy(3);
    advance(2s);
    const auto list = json("/actors");
    const auto actors = list["actors"].GetArray();
    CHECK(list["next"].IsNull());
    // Hub, directory, inspector and a requester of each home, the admin.
    REQUIRE(actors.Size() == 2 * 4 + 1 + 2);
    for (rapidjson::SizeType i = 1; i < actors.Size(); ++i)
      CHECK(actors[i - 1]["id"].GetUint64() < actors[i]["id"].GetUint64());
    const auto& channel = actors[actors.Size() - 2];
    CHECK(channel["id"].GetUint64() == first);
    CHECK(channel["kind"].GetString() == "channel"s);
    CHECK(channel["name"].GetString() == "news"s);
    CHECK(channel["home"].GetUint64() == 1);
    CHECK(channel["state"].GetString() == "running"s);
    CHECK(channel["mailbox"].GetUint64() == 0);
    CHECK(channel["handled"].GetUint64() == 0);
    CHECK(channel["age_seconds"].GetUint64() == 2);
    const auto& session = actors[actors.Size() - 1];
    CHECK(session["id"].GetUint64() == second);
    CHECK(session["home"].GetUint64() == 0);
    CHECK(session["handled"].GetUint64() == 3);
  }

  TEST_CASE_FIXTURE(paged_node, "a kind is listed alone") {
    const auto first = spawn(1, actor_kind::channel);
    spawn(1, actor_kind::session);
    const auto second = spawn(0, actor_kind::channel);
    CHECK(page("kind=channel").first == ids{first, second});
    CHECK(page("kind=connection").first.empty());
  }

  TEST_CASE_FIXTURE(admin_node, "a name of any characters is listed") {
    const auto name = "a\"\\\n</script>\u2028\u00e9\U0001f600"s;
    spawn(1, actor_kind::channel, name);
    const auto list = json("/actors?kind=channel");
    CHECK(list["actors"][0]["name"].GetString() == name);
  }

  TEST_CASE_FIXTURE(paged_node, "pages of any size meet each actor once") {
    std::multiset<std::uint64_t> expected;
    for (std::size_t i = 0; i < 25; ++i)
      expected.insert(spawn(i * i % 3 % 2, actor_kind::channel));
    for (const char* sort : {"id", "mailbox", "handled", "age"})
      for (const char* limit : {"1", "7", "24", "25", "26", "1000"}) {
        CAPTURE(sort);
        CAPTURE(limit);
        const auto all = walk("kind=channel&sort="s + sort + "&limit=" + limit);
        CHECK(std::multiset(all.begin(), all.end()) == expected);
      }
  }

  TEST_CASE_FIXTURE(paged_node, "pages go on when one home has all actors") {
    ids expected;
    for (int i = 0; i < 5; ++i)
      expected.push_back(spawn(1, actor_kind::channel));
    CHECK(walk("kind=channel&limit=2") == expected);
  }

  TEST_CASE_FIXTURE(paged_node, "a page that takes all the rest is the last") {
    for (std::size_t i = 0; i < 4; ++i)
      spawn(i % 2, actor_kind::channel);
    const auto [first, cursor] = page("kind=channel&limit=2");
    CHECK(first.size() == 2);
    CHECK(cursor == "id-0-" + std::to_string(first.back()));
    const auto [second, end] = page("kind=channel&limit=2&cursor=" + cursor);
    CHECK(second.size() == 2);
    CHECK(end.empty());
  }

  TEST_CASE_FIXTURE(paged_node,
                    "who stays is met once while others come and go") {
    ids stay;
    for (std::size_t i = 0; i < 20; ++i)
      stay.push_back(spawn(i % 2, actor_kind::channel));
    std::multiset<std::uint64_t> met;
    std::size_t pages = 0;
    const auto churn = [&] {
      // A slot of the roster is freed and taken again.
      if (pages++ < 10) {
        spawn(pages % 2, actor_kind::channel);
        end_latest();
        spawn(pages % 2, actor_kind::channel);
      }
    };
    const auto all = walk("kind=channel&limit=3", churn);
    met.insert(all.begin(), all.end());
    for (const auto id : stay)
      CHECK(met.count(id) == 1);
    for (const auto id : met)
      CHECK(met.count(id) == 1);
  }

  TEST_CASE_FIXTURE(paged_node, "the busiest comes first, equals by id") {
    const auto idle = spawn(0, actor_kind::channel);
    const auto busy = spawn(0, actor_kind::channel);
    occupy(3);
    const auto busiest = spawn(1, actor_kind::channel);
    occupy(9);
    const auto also_busy = spawn(1, actor_kind::channel);
    occupy(3);
    const auto query = "kind=channel&sort=handled&limit=2"s;
    const auto [first, cursor] = page(query);
    CHECK(first == ids{busiest, busy});
    CHECK(cursor == "handled-3-" + std::to_string(busy));
    const auto [second, end] = page(query + "&cursor=" + cursor);
    CHECK(second == ids{also_busy, idle});
    CHECK(end.empty());
  }

  TEST_CASE_FIXTURE(paged_node, "the oldest comes first") {
    const auto old = spawn(1, actor_kind::channel);
    advance(2s);
    const auto young = spawn(0, actor_kind::channel);
    CHECK(page("kind=channel&sort=age").first == ids{old, young});
    const auto [first, cursor] = page("kind=channel&sort=age&limit=1");
    CHECK(first == ids{old});
    advance(1min); // both get older, but their order stays
    CHECK(page("kind=channel&sort=age&limit=1&cursor=" + cursor).first
          == ids{young});
  }

  TEST_CASE_FIXTURE(admin_node, "a bad query is refused at once") {
    for (const char* query : {"kind=chanel", "sort=name", "limit=0", "page=1",
                              "cursor=handled-1-1"}) {
      CAPTURE(query);
      const auto box = asks_for("/actors?"s + query);
      REQUIRE(box->answered());
      CHECK(box->answers.front().status == 400);
      const std::string_view parameter{query,
                                       std::string_view{query}.find('=')};
      CHECK(box->answers.front().body.find(parameter) != std::string::npos);
    }
  }

  TEST_CASE_FIXTURE(admin_node, "stats are those of all homes") {
    spawn(0, actor_kind::channel);
    spawn(1, actor_kind::channel);
    spawn(1, actor_kind::session);
    node().at(0).counters().publications = 5;
    node().at(1).counters().publications = 7;
    advance(3s);
    const auto stats = json("/stats");
    CHECK(stats["version"].GetString() == "1.2.3"s);
    CHECK(stats["uptime_seconds"].GetUint64() == 3);
    CHECK(stats["homes"].GetUint64() == 2);
    CHECK(stats["connections"].GetUint64() == 0);
    CHECK(stats["channels"].GetUint64() == 2);
    CHECK(stats["sessions"].GetUint64() == 1);
    CHECK(stats["actors"]["hub"].GetUint64() == 2);
    CHECK(stats["actors"]["admin"].GetUint64() == 1);
    CHECK(stats["publications"].GetUint64() == 12);
    const auto homes = stats["by_home"].GetArray();
    REQUIRE(homes.Size() == 2);
    CHECK(homes[0]["home"].GetUint64() == 0);
    CHECK(homes[0]["channels"].GetUint64() == 1);
    CHECK(homes[0]["publications"].GetUint64() == 5);
    CHECK(homes[1]["home"].GetUint64() == 1);
    CHECK(homes[1]["sessions"].GetUint64() == 1);
    CHECK(homes[1]["publications"].GetUint64() == 7);
  }

  TEST_CASE_FIXTURE(admin_node, "health is ok once all homes have answered") {
    const auto box = asks_for("/health");
    run_first_home();
    CHECK_FALSE(box->answered());
    run();
    REQUIRE(box->answered());
    CHECK(box->answers.front().status == 200);
    CHECK(box->answers.front().body == "{\"status\": \"ok\", \"homes\": 2}\n");
  }

  TEST_CASE_FIXTURE(admin_node, "health fails when a home is silent for 1 s") {
    const auto box = asks_for("/health");
    advance_first_home(900ms);
    CHECK_FALSE(box->answered());
    advance_first_home(100ms);
    REQUIRE(box->answered());
    CHECK(box->answers.front().status == 503);
    CHECK(box->answers.front().body
          == "{\"status\": \"failing\", \"silent_homes\": [1]}\n");
    // The reply that comes too late is nobody's.
    run();
    advance(10s);
    CHECK(box->answers.size() == 1);
    CHECK(answer_to("/health").status == 200);
  }

  TEST_CASE_FIXTURE(admin_node, "lists and stats wait 5 s for a silent home") {
    for (const char* path : {"/actors", "/stats"}) {
      CAPTURE(path);
      const auto box = asks_for(path);
      advance_first_home(4900ms);
      CHECK_FALSE(box->answered());
      advance_first_home(100ms);
      REQUIRE(box->answered());
      CHECK(box->answers.front().status == 503);
      CHECK(box->answers.front().body
            == "{\"message\": \"No answer in time from home 1.\", "
               "\"status\": 503, \"silent_homes\": [1]}\n");
      run();
      CHECK(box->answers.size() == 1);
      CHECK(answer_to(path).status == 200);
    }
  }

  TEST_CASE_FIXTURE(admin_node, "an answer in time stops the deadline") {
    const auto box = asks_for("/stats");
    run();
    advance(10s);
    CHECK(box->answers.size() == 1);
  }

  TEST_CASE_FIXTURE(admin_node, "an inspector that fails is reported at once") {
    next_fails<read_totals>(actor_kind::inspector); // the first home's
    const auto box = asks_for("/stats");
    run();
    REQUIRE(box->answered());
    CHECK(box->answers.front().status == 500);
    advance(5s);
    CHECK(box->answers.size() == 1);
    CHECK(answer_to("/stats").status == 200);
  }

  TEST_CASE_FIXTURE(admin_node,
                    "a reply that the admin fails at is reported at once") {
    next_fails<totals_read>(actor_kind::admin);
    const auto box = asks_for("/health");
    run();
    REQUIRE(box->answered());
    CHECK(box->answers.front().status == 500);
    advance(1s);
    CHECK(box->answers.size() == 1);
    CHECK(answer_to("/health").status == 200);
  }

  TEST_CASE_FIXTURE(admin_node, "replies to nobody's question are ignored") {
    const auto box = asks_for("/health");
    const auto ask = [this](auto what) { desk().ref().tell(std::move(what)); };
    constexpr std::uint64_t first_ticket = 2; // number 1, home 0
    ask(totals_of(999, 0));
    ask(totals_of(0, 0));
    ask(actors_listed{first_ticket, {}}); // not what was asked
    ask(actors_listed{first_ticket + 1, {}});
    ask(totals_of(first_ticket, 0));
    ask(totals_of(first_ticket, 0)); // again
    ask(request_failed{999});
    run_first_home();
    CHECK_FALSE(box->answered());
    run();
    REQUIRE(box->answered());
    CHECK(box->answers.front().status == 200);
  }

  TEST_CASE_FIXTURE(admin_node, "a reply that comes again counts once") {
    const auto box = asks_for("/actors");
    actor_view actor;
    actor.id = 1000;
    for (int i = 0; i < 3; ++i)
      desk().ref().tell(actors_listed{3, {actor}}); // number 1, home 1
    run();
    REQUIRE(box->answers.size() == 1);
    const auto& body = box->answers.front().body;
    const auto first = body.find("\"id\": 1000,");
    CHECK(first != std::string::npos);
    CHECK(first == body.rfind("\"id\": 1000,"));
  }

  TEST_CASE_FIXTURE(admin_node, "a question that failed is answered 500") {
    const auto box = asks_for("/actors");
    desk().ref().tell(request_failed{2}); // number 1, home 0
    run();
    REQUIRE(box->answers.size() == 1);
    CHECK(box->answers.front().status == 500);
  }

  TEST_CASE_FIXTURE(admin_node, "one waiting request too many is turned away") {
    std::vector<answer_box> waiting;
    for (std::size_t i = 0; i < admin::max_waiting; ++i)
      waiting.push_back(asks_for(i % 2 == 0 ? "/actors" : "/stats"));
    for (const char* path : {"/actors", "/stats", "/health"}) {
      CAPTURE(path);
      const auto box = asks_for(path);
      REQUIRE(box->answered());
      CHECK(box->answers.front().status == 503);
    }
    run();
    for (const auto& each : waiting) {
      REQUIRE(each->answered());
      CHECK(each->answers.front().status == 200);
    }
    CHECK(answer_to("/health").status == 200);
  }

  TEST_CASE_FIXTURE(admin_node, "those that ran out of time leave room") {
    for (std::size_t i = 0; i < admin::max_waiting; ++i)
      asks_for("/stats");
    advance_first_home(5s);
    const auto box = asks_for("/health");
    run();
    REQUIRE(box->answered());
    CHECK(box->answers.front().status == 200);
  }

  TEST_CASE_FIXTURE(admin_node, "it is described in its own words") {
    const auto description = json("/openapi.json");
    for (const char* path : {"/actors", "/health", "/stats"})
      CHECK(description["paths"].HasMember(path));
    CHECK(answer_to("/openapi.json").body == admin_description());
  }

  TEST_CASE_FIXTURE(admin_node, "other paths are not there") {
    for (const char* path :
         {"", "/", "/actors/", "//actors", "/Actors", "/health/x", "/stat",
          "/connect", "/metrics/", "/actors/x", "/actors/-1", "/actors/1/",
          "/connections/closed/", "/users/%ff", "*"}) {
      CAPTURE(path);
      CHECK(answer_to(path).status == 404);
      CHECK(answer_to(path, "POST").status == 404);
    }
  }

  TEST_CASE_FIXTURE(admin_node, "other methods are refused") {
    for (const char* path : {"/actors", "/health", "/stats", "/stats?x"})
      for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "get"}) {
        CAPTURE(path);
        CAPTURE(method);
        const auto response = answer_to(path, method);
        CHECK(response.status == 405);
        REQUIRE(response.fields.size() == 3);
        CHECK(response.fields.back().name == "Allow");
        CHECK(response.fields.back().value == "GET");
      }
  }

  TEST_CASE_FIXTURE(admin_node, "a failure is answered 500 and survived") {
    const auto box = std::make_shared<recording_responder>();
    box->upon_answer = [] { throw std::runtime_error{"no"}; };
    SUBCASE("while the request is taken") {
      asks_for("/openapi.json", "GET", box);
    }
    SUBCASE("while the replies arrive") {
      asks_for("/stats", "GET", box);
    }
    SUBCASE("at the deadline") {
      asks_for("/health", "GET", box);
      advance_first_home(1s);
    }
    run();
    REQUIRE(box->answers.size() == 2); // the first of them did not get out
    CHECK(box->answers.back().status == 500);
    CHECK(counted().actor_failures == 1);
    CHECK(answer_to("/health").status == 200);
  }

  TEST_CASE_FIXTURE(admin_node, "a client may ask again as it is answered") {
    const auto first = std::make_shared<recording_responder>();
    answer_box second;
    first->upon_answer = [&] { second = asks_for("/actors"); };
    asks_for("/stats", "GET", first);
    run();
    CHECK(first->answers.size() == 1);
    REQUIRE(second);
    REQUIRE(second->answers.size() == 1);
    CHECK(second->answers.front().status == 200);
  }

  TEST_CASE_FIXTURE(admin_node, "who waits is told that the server stops") {
    const auto list = asks_for("/actors");
    const auto health = asks_for("/health");
    answer_box again;
    list->upon_answer = [&] { again = asks_for("/stats"); };
    desk().ref().retire();
    run_first_home();
    for (const auto& each : {list, health, again, asks_for("/openapi.json")}) {
      REQUIRE(each);
      REQUIRE(each->answers.size() == 1);
      CHECK(each->answers.front().status == 503);
    }
    run();
    advance(10s);
    CHECK(list->answers.size() == 1);
  }
}
