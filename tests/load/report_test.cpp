#include "tests/load/report.hpp"

#include <doctest/doctest.h>

using namespace thunderpush::load;

TEST_SUITE("report") {
  TEST_CASE("figures are written in the order they came") {
    report findings;
    findings.found("count", std::uint64_t{3});
    findings.found("rate", 2.5);
    CHECK(findings.passed());
    CHECK(findings.to_json("x")
          == R"({"scenario": "x", "passed": true, "count": 3, )"
             R"("rate": 2.500, "broken": []})");
  }

  TEST_CASE("an expectation is named once, with its first details") {
    report findings;
    findings.expect(true, "holds", "");
    for (int i = 0; i < 7; ++i)
      findings.broke("breaks", std::to_string(i));
    CHECK_FALSE(findings.passed());
    CHECK(findings.to_json("x")
          == R"({"scenario": "x", "passed": false, "broken": )"
             R"([{"expectation": "breaks", "times": 7, )"
             R"("details": ["0", "1", "2", "3", "4"]}]})");
  }

  TEST_CASE("details may hold any byte") {
    report findings;
    findings.broke("b", "\"\\\n\xff");
    CHECK(findings.to_json("x").find(R"("\"\\\u000a\u00ff")")
          != std::string::npos);
  }

  TEST_CASE("a figure that is no number is null") {
    report findings;
    findings.found("rate", 0.0 / 0.0);
    CHECK(findings.to_json("x").find("\"rate\": null") != std::string::npos);
  }
}
