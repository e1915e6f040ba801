#include "config/environment.hpp"

#include "config/named_section.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace thunderpush {

namespace {

using variables = std::vector<std::string>;

std::string only_problem(const std::string& variable) {
  const auto read = read_environment(variables{variable});
  REQUIRE(read.problems.size() == 1);
  CHECK(read.values.empty());
  return read.problems.front();
}

} // namespace

TEST_SUITE("environment") {
  TEST_CASE("a variable names section and key") {
    const auto read
      = read_environment(variables{"PATH=/bin", "THUNDERPUSH_SERVER__PORT=80",
                                   "THUNDERPUSH_LIMITS__QUEUE_BYTES=2MiB",
                                   "THUNDERPUSH_APP__MAIN__SECRET=a=b"});
    CHECK(read.problems.empty());
    REQUIRE(read.values.size() == 3);
    CHECK(read.values[0].name() == "server.port");
    CHECK(read.values[0].value == "80");
    CHECK(read.values[0].source == "THUNDERPUSH_SERVER__PORT");
    CHECK(read.values[1].name() == "limits.queue_bytes");
    CHECK(read.values[2].name() == "app.main.secret");
    CHECK(read.values[2].value == "a=b");
    REQUIRE(read.sections.size() == 1);
    CHECK(read.sections[0].section == "app.main");
  }

  TEST_CASE("an app's name may hold underscores") {
    const auto read = read_environment(
      variables{"THUNDERPUSH_APP__MY_APP__KEY=a",
                "THUNDERPUSH_APP__A__B__KEY=b", "THUNDERPUSH_APP___X__KEY=c"});
    CHECK(read.problems.empty());
    REQUIRE(read.values.size() == 3);
    CHECK(read.values[0].name() == "app.my_app.key");
    CHECK(read.values[1].name() == "app.a__b.key");
    CHECK(read.values[2].name() == "app._x.key");
  }

  TEST_CASE("every option of the table has a variable that sets it") {
    for (const auto& one : option_table()) {
      const auto section = example_section(one.section);
      // Nothing confidential is shown that somebody could leave as it is.
      const auto value
        = one.confidential && one.example.empty()
            ? std::string{"0123456789abcdef"}
            : std::string{one.default_text.value_or(one.example)};
      const auto read = read_environment(
        variables{variable_name(section, one.key) + "=" + value});
      REQUIRE_MESSAGE(read.values.size() == 1, one.key);
      CHECK(read.values[0].section == section);
      CHECK(read.values[0].key == one.key);
    }
  }

  TEST_CASE("an unknown variable is refused with what was meant") {
    CHECK(only_problem("THUNDERPUSH_SERVER_PORT=1")
          == "THUNDERPUSH_SERVER_PORT: no option is called so; did you mean "
             "THUNDERPUSH_SERVER__PORT?");
    CHECK(only_problem("THUNDERPUSH_PORT=80")
          == "THUNDERPUSH_PORT: no option is called so; did you mean "
             "THUNDERPUSH_SERVER__PORT?");
    CHECK(only_problem("THUNDERPUSH_server__port=80")
          == "THUNDERPUSH_server__port: no option is called so; did you mean "
             "THUNDERPUSH_SERVER__PORT?");
    CHECK(only_problem("THUNDERPUSH_APP__SHOP__KYE=a")
          == "THUNDERPUSH_APP__SHOP__KYE: no option is called so; did you mean "
             "THUNDERPUSH_APP__SHOP__KEY?");
    for (auto name :
         {"THUNDERPUSH_", "THUNDERPUSH___", "THUNDERPUSH____",
          "THUNDERPUSH_APP__KEY", "THUNDERPUSH_APP____KEY", "THUNDERPUSH_APP",
          "THUNDERPUSH_SERVER__X__PORT", "THUNDERPUSH_ZZZZZZZZZZZZZZZZ__PORT"})
      only_problem(std::string{name} + "=x");
  }

  TEST_CASE("the value of an unknown variable is not repeated") {
    CHECK(only_problem("THUNDERPUSH_SECRET=hunter2").find("hunter2")
          == std::string::npos);
  }

  TEST_CASE("a bad value names its variable") {
    CHECK(only_problem("THUNDERPUSH_SERVER__PORT=http")
          == "THUNDERPUSH_SERVER__PORT: port cannot be \"http\": expected a "
             "number from 0 to 65535, for example port = 8080");
    only_problem("THUNDERPUSH_SERVER__PORT=");
    only_problem("THUNDERPUSH_SERVER__PORT");
  }

  TEST_CASE("a bad secret in a variable is not repeated") {
    CHECK(
      only_problem("THUNDERPUSH_APP__MAIN__SECRET=hunter2\n").find("hunter2")
      == std::string::npos);
  }

  TEST_CASE("what a container platform adds for a service is left alone") {
    const auto read = read_environment(variables{
      "THUNDERPUSH_SERVICE_HOST=10.0.0.1", "THUNDERPUSH_SERVICE_PORT=80",
      "THUNDERPUSH_SERVICE_PORT_HTTP=80", "THUNDERPUSH_PORT=tcp://10.0.0.1:80",
      "THUNDERPUSH_PORT_80_TCP=tcp://10.0.0.1:80",
      "THUNDERPUSH_PORT_80_TCP_ADDR=10.0.0.1"});
    CHECK(read.problems.empty());
    CHECK(read.values.empty());
  }
}

} // namespace thunderpush
