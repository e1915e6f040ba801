#include "actors/applications.hpp"

#include <doctest/doctest.h>

using namespace thunderpush;

namespace {

const applications two{{{"main", "key"}, {"other", "second"}}};

} // namespace

TEST_SUITE("applications") {
  TEST_CASE("each is known by its key and by its name") {
    CHECK(two.size() == 2);
    CHECK(two.present() == 2);
    CHECK(two.find("key") == app_id{0});
    CHECK(two.find("second") == app_id{1});
    CHECK(two.named("main") == app_id{0});
    CHECK(two.named("other") == app_id{1});
    CHECK(two.name(app_id{1}) == "other");
    CHECK(two.key(app_id{1}) == "second");
    CHECK(two.contains(app_id{1}));
  }

  TEST_CASE("other keys and names are nobody's") {
    CHECK_FALSE(two.find("main"));
    CHECK_FALSE(two.find("KEY"));
    CHECK_FALSE(two.find(""));
    CHECK_FALSE(two.named("key"));
    CHECK_FALSE(two.named(""));
  }

  TEST_CASE("whoever keeps the name keeps the id, in whatever order") {
    const auto next
      = two.replaced_by({{"other", "second"}, {"main", "new key"}});
    CHECK(next.size() == 2);
    CHECK(next.named("main") == app_id{0});
    CHECK(next.named("other") == app_id{1});
    CHECK(next.find("new key") == app_id{0});
    CHECK_FALSE(next.find("key"));
  }

  TEST_CASE("whoever is new gets an id of its own") {
    const auto next
      = two.replaced_by({{"new", "third"}, {"main", "key"}, {"other", "s"}});
    CHECK(next.size() == 3);
    CHECK(next.present() == 3);
    CHECK(next.find("third") == app_id{2});
    CHECK(next.named("main") == app_id{0});
  }

  TEST_CASE("whoever is gone keeps the name and loses the key") {
    const auto next = two.replaced_by({{"other", "second"}});
    CHECK(next.size() == 2);
    CHECK(next.present() == 1);
    CHECK_FALSE(next.contains(app_id{0}));
    CHECK_FALSE(next.find("key"));
    CHECK_FALSE(next.named("main"));
    CHECK(next.name(app_id{0}) == "main");
    CHECK(next.contains(app_id{1}));
  }

  TEST_CASE("an id is never given to somebody else") {
    const auto next
      = two.replaced_by({{"other", "second"}}).replaced_by({{"new", "key"}});
    CHECK(next.find("key") == app_id{2});
    CHECK(next.size() == 3);
    CHECK(next.present() == 1);
  }

  TEST_CASE("whoever comes back has the id of before") {
    const auto next = two.replaced_by({{"other", "second"}})
                        .replaced_by({{"other", "second"}, {"main", "back"}});
    CHECK(next.find("back") == app_id{0});
    CHECK(next.contains(app_id{0}));
    CHECK(next.size() == 2);
  }

  TEST_CASE("a key may go to another name") {
    const auto next = two.replaced_by({{"main", "second"}, {"other", "key"}});
    CHECK(next.find("second") == app_id{0});
    CHECK(next.find("key") == app_id{1});
  }
}
