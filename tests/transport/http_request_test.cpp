#include "actors/http.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace thunderpush;

TEST_SUITE("http_request") {
  TEST_CASE("fields are found without regard to case, the first one wins") {
    std::array<http_field, 4> fields{
      {{"X-Empty", ""}, {"ACCEPT", "a"}, {"accept", "b"}, {"X@", "c"}}};
    http_request request;
    request.fields = fields;
    CHECK(request.field("Accept") == "a");
    CHECK(request.field("x-empty").empty());
    CHECK(request.field("accep").empty());
    CHECK(request.field("accept-").empty());
    CHECK(request.field("").empty());
    // Only letters have a case: `@` and the grave accent are 0x20 apart.
    CHECK(request.field("x`").empty());
  }

  TEST_CASE("the target is split at the first question mark") {
    http_request request;
    request.target = "/a/b";
    CHECK(request.path() == "/a/b");
    CHECK(request.query().empty());
    request.target = "/a?b=c?d";
    CHECK(request.path() == "/a");
    CHECK(request.query() == "b=c?d");
    request.target = "/a?";
    CHECK(request.path() == "/a");
    CHECK(request.query().empty());
    request.target = "?";
    CHECK(request.path().empty());
    CHECK(request.query().empty());
  }
}
