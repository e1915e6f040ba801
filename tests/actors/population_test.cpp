#include "actors/population.hpp"

#include "tests/support/deterministic_node.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string_view>

using namespace thunderpush;

namespace {

constexpr app_id one{0};
constexpr app_id two{1};

std::size_t size_of(const population& of, app_id app,
                    std::string_view transport) {
  std::size_t size = 0;
  for (const auto& each : of.groups())
    if (each.app == app && each.transport == transport)
      size += each.size;
  return size;
}

} // namespace

TEST_SUITE("population") {
  TEST_CASE("nobody is in no group") {
    CHECK(population{}.groups().empty());
  }

  TEST_CASE("clients are counted by application and transport") {
    population all;
    all.join(one, "websocket");
    all.join(two, "websocket");
    all.join(one, "xhr-polling");
    all.join(one, "websocket");
    CHECK(all.groups().size() == 3);
    CHECK(size_of(all, one, "websocket") == 2);
    CHECK(size_of(all, two, "websocket") == 1);
    CHECK(size_of(all, one, "xhr-polling") == 1);
    CHECK(size_of(all, two, "xhr-polling") == 0);
  }

  TEST_CASE("who leaves is missing in the own group alone") {
    population all;
    const auto first = all.join(one, "websocket");
    const auto second = all.join(two, "websocket");
    const auto third = all.join(one, "websocket");
    CHECK(first == third);
    CHECK(first != second);
    all.leave(first);
    CHECK(size_of(all, one, "websocket") == 1);
    CHECK(size_of(all, two, "websocket") == 1);
    all.leave(third);
    all.leave(second);
    CHECK(size_of(all, one, "websocket") == 0);
    CHECK(size_of(all, two, "websocket") == 0);
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "a home's clients count from CONNECT until they are gone") {
    const auto& here = node().at(0).clients();
    const auto stranger = visitor_on(0);
    CHECK(size_of(here, one, "test") == 0);
    const auto alice = client_on(0, "alice");
    const auto bob = client_on(0, "bob", "second");
    CHECK(size_of(here, one, "test") == 1);
    CHECK(size_of(here, two, "test") == 1);
    alice.says("CONNECT again:second"); // ignored
    CHECK(size_of(here, two, "test") == 1);
    stranger.leaves();
    alice.leaves();
    CHECK(size_of(here, one, "test") == 0);
    CHECK(size_of(here, two, "test") == 1);
    disconnect("bob", second_app);
    CHECK(size_of(here, two, "test") == 0);
    CHECK(bob.gone());
  }

  TEST_CASE_FIXTURE(deterministic_node, "who is refused is not counted") {
    client_on(0, "mallory", "no such key");
    CHECK(node().at(0).clients().groups().empty());
  }
}
