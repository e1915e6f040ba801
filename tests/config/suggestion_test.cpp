#include "config/suggestion.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace thunderpush {

TEST_SUITE("suggestion") {
  TEST_CASE("the distance counts each kind of typing error once") {
    CHECK(edit_distance("port", "port") == 0);
    CHECK(edit_distance("prt", "port") == 1);
    CHECK(edit_distance("poort", "port") == 1);
    CHECK(edit_distance("pott", "port") == 1);
    CHECK(edit_distance("prot", "port") == 1);
    CHECK(edit_distance("", "port") == 4);
    CHECK(edit_distance("port", "") == 4);
    CHECK(edit_distance("kitten", "sitting") == 3);
  }

  TEST_CASE("the nearest candidate is suggested") {
    const std::vector<std::string> candidates{"host", "port", "pid_file"};
    CHECK(closest("prot", candidates) == "port");
    CHECK(closest("hots", candidates) == "host");
    CHECK(closest("pidfile", candidates) == "pid_file");
  }

  TEST_CASE("nothing is suggested for a word that is like none") {
    const std::vector<std::string> candidates{"host", "port"};
    CHECK(!closest("colour", candidates));
    CHECK(!closest("", candidates));
    CHECK(!closest("xy", candidates));
    CHECK(!closest(std::string(100'000, 'p'), candidates));
    CHECK(!closest("port", {}));
  }
}

} // namespace thunderpush
