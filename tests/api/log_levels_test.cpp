#include "api/log_levels.hpp"

#include "config/log.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace thunderpush;

namespace {

// Starts with nothing logged, and leaves it so.
struct quiet_log {
  quiet_log() { set_log_levels(quiet()); }
  ~quiet_log() { set_log_levels(quiet()); }
  quiet_log(const quiet_log&) = delete;
  quiet_log& operator=(const quiet_log&) = delete;

  static log_settings quiet() {
    log_settings made;
    made.level = log_level::off;
    return made;
  }
};

bool contains(const http_response& answer, std::string_view part) {
  return answer.body.find(part) != std::string::npos;
}

} // namespace

TEST_SUITE("log levels") {
  TEST_CASE_FIXTURE(quiet_log, "the levels in effect are told") {
    CHECK(log_levels_answer().status == 200);
    CHECK(log_levels_answer().body
          == "{\"level\": \"off\", \"components\": {}}\n");
    set_log_level("http", log_level::debug);
    CHECK(log_levels_answer().body
          == "{\"level\": \"off\", \"components\": {\"http\": \"debug\"}}\n");
  }

  TEST_CASE_FIXTURE(quiet_log, "the general level is changed") {
    for (const char* level :
         {"trace", "debug", "info", "warning", "error", "off"}) {
      CAPTURE(level);
      const auto answer
        = change_log_level(R"({"level": ")" + std::string{level} + "\"}");
      CHECK(answer.status == 200);
      CHECK(contains(answer, "{\"level\": \"" + std::string{level} + "\""));
      CHECK(to_string(log_levels().level) == level);
    }
  }

  TEST_CASE_FIXTURE(quiet_log, "one component is changed, alone") {
    const auto answer
      = change_log_level(R"({"level": "trace", "component": "sockjs"})");
    CHECK(answer.status == 200);
    CHECK(answer.body
          == "{\"level\": \"off\", \"components\": {\"sockjs\": \"trace\"}}\n");
    CHECK(is_logged(log_level::trace, "sockjs"));
    CHECK_FALSE(is_logged(log_level::error, "http"));
  }

  TEST_CASE_FIXTURE(quiet_log, "a component follows the general level again") {
    change_log_level(R"({"level": "trace", "component": "sockjs"})");
    const auto answer
      = change_log_level(R"({"level": "off", "component": "sockjs"})");
    CHECK(answer.body == "{\"level\": \"off\", \"components\": {}}\n");
  }

  TEST_CASE_FIXTURE(quiet_log, "what is no such object is refused") {
    for (const char* body :
         {"", "debug", "{}", "[]", R"("debug")", R"({"level": 1})",
          R"({"component": "http"})", R"({"level": "info", "more": "x"})",
          R"({"level": "info", "component": "http", "more": "x"})",
          R"({"level": "info", "level": "info"})", R"({"Level": "info"})"}) {
      CAPTURE(body);
      const auto answer = change_log_level(body);
      CHECK(answer.status == 400);
      CHECK(contains(answer, "Send a JSON object"));
      CHECK(log_levels().level == log_level::off);
    }
  }

  TEST_CASE_FIXTURE(quiet_log, "an unknown level is refused with those known") {
    for (const char* level : {"", "verbose", "INFO", "warn"}) {
      CAPTURE(level);
      const auto answer
        = change_log_level(R"({"level": ")" + std::string{level} + "\"}");
      CHECK(answer.status == 400);
      CHECK(contains(answer, "There is no such level. Allowed are: trace, "
                             "debug, info, warning, error, off."));
    }
    CHECK(log_levels().level == log_level::off);
  }

  TEST_CASE_FIXTURE(quiet_log,
                    "an unknown component is refused with those known") {
    const auto answer
      = change_log_level(R"({"level": "info", "component": "htpt"})");
    CHECK(answer.status == 400);
    CHECK(contains(answer, "There is no such component. Allowed are: actors, "
                           "admin, "));
    CHECK(log_levels().components.empty());
  }
}
