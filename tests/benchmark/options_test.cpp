#include "tools/benchmark/options.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace thunderpush::benchmark;
using namespace std::chrono_literals;

namespace {

std::variant<options, early_end> parsed(std::vector<const char*> words) {
  words.insert(words.begin(),
               {"benchmark_client", "--port", "1", "--pid", "2"});
  return parse_options(static_cast<int>(words.size()), words.data());
}

options accepted(std::vector<const char*> words) {
  const auto result = parsed(std::move(words));
  REQUIRE(std::holds_alternative<options>(result));
  return std::get<options>(result);
}

std::string mistake(std::vector<const char*> words) {
  const auto result = parsed(std::move(words));
  REQUIRE(std::holds_alternative<early_end>(result));
  CHECK(std::get<early_end>(result).status == 2);
  return std::get<early_end>(result).text;
}

} // namespace

TEST_SUITE("benchmark options") {
  TEST_CASE("port and process are needed") {
    const std::vector<const char*> words{"benchmark_client", "--port", "1"};
    const auto result = parse_options(3, words.data());
    CHECK(std::holds_alternative<early_end>(result));
  }

  TEST_CASE("a load is a closed loop unless a rate is given") {
    CHECK_FALSE(accepted({}).load.rate);
    CHECK(accepted({"--rate", "2.5"}).load.rate == 2.5);
  }

  TEST_CASE("as many messages are under way as publishers, unless told") {
    CHECK(accepted({"--publishers", "7"}).load.most_under_way == 7);
    CHECK(accepted({"--under-way", "32"}).load.most_under_way == 32);
  }

  TEST_CASE("times may have fractions") {
    const auto out = accepted({"--duration", "1.5", "--settle", "0.25"});
    CHECK(out.duration == 1500ms);
    CHECK(out.settling == 250ms);
  }

  TEST_CASE("clients beside the load have users and channels of their own") {
    const auto out
      = accepted({"--subscribers", "50", "--channels", "2", "--beside", "10"});
    REQUIRE(out.beside);
    CHECK(out.beside->audience.subscribers == 10);
    CHECK(out.beside->audience.channels == 10);
    CHECK(out.beside->audience.first_client == 50);
    CHECK(out.beside->audience.first_channel == 2);
    CHECK(out.beside->rate == 200);
  }

  TEST_CASE("the kind of server is one of three") {
    CHECK(accepted({"--server", "plain"}).kind == server_kind::plain);
    CHECK(mistake({"--server", "other"}) == "a server is sockjs, raw or plain");
  }

  TEST_CASE("what makes no sense is refused") {
    CHECK_FALSE(mistake({"--payload", "15"}).empty());
    CHECK_FALSE(mistake({"--subscribers", "0"}).empty());
    CHECK_FALSE(mistake({"--rate", "0"}).empty());
    CHECK_FALSE(mistake({"--unknown"}).empty());
  }
}
