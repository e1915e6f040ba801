#include "config/log.hpp"

#include "config/text_file.hpp"
#include "tests/config/scratch_directory.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <vector>

namespace thunderpush {

namespace {

// What `action` writes to standard error.
template <class Action>
std::string standard_error_of(Action action) {
  const scratch_directory directory;
  const auto path = directory.file("stderr");
  std::fflush(stderr);
  const auto saved = ::dup(STDERR_FILENO);
  const auto file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(::dup2(file, STDERR_FILENO) == STDERR_FILENO);
  action();
  std::fflush(stderr);
  ::dup2(saved, STDERR_FILENO);
  ::close(saved);
  ::close(file);
  return std::get<std::string>(read_text_file(path));
}

// What `action` logs to standard error, with such settings.
template <class Action>
std::string logged(const log_settings& chosen, Action action) {
  auto text = standard_error_of([&chosen, &action] {
    REQUIRE(!start_logging(chosen));
    action();
    stop_logging();
  });
  set_log_levels({});
  return text;
}

// The time as the log writes it, without the fraction of the second.
std::string utc_now() {
  const auto now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::string text(sizeof "yyyy-mm-ddThh:mm:ss", '\0');
  text.resize(
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts));
  return text;
}

// Another time zone for one test.
// NOLINTBEGIN(concurrency-mt-unsafe): tests run on one thread.
class local_time {
public:
  explicit local_time(const char* zone) {
    if (const auto* old = std::getenv("TZ"))
      old_ = old;
    ::setenv("TZ", zone, 1);
    ::tzset();
  }

  local_time(const local_time&) = delete;
  local_time(local_time&&) = delete;
  local_time& operator=(const local_time&) = delete;
  local_time& operator=(local_time&&) = delete;

  ~local_time() {
    if (old_) {
      ::setenv("TZ", old_->c_str(), 1);
    } else {
      ::unsetenv("TZ");
    }
    ::tzset();
  }

private:
  std::optional<std::string> old_;
};
// NOLINTEND(concurrency-mt-unsafe)

} // namespace

TEST_SUITE("log") {
  TEST_CASE("an event is a line with UTC time, level, component and text") {
    const local_time elsewhere{"XXX-05:30"};
    const auto before = utc_now();
    const auto text = logged(log_settings{},
                             [] { log_warning("listener", "accept failed"); });
    const auto seconds = text.substr(0, before.size());
    CHECK(before <= seconds);
    CHECK(seconds <= utc_now());
    const std::string_view rest = std::string_view{text}.substr(before.size());
    REQUIRE(rest.size() > 5);
    CHECK(rest[0] == '.');
    CHECK(rest.find_first_not_of("0123456789", 1) == 4);
    CHECK(rest.substr(4) == "Z warning listener: accept failed\n");
  }

  TEST_CASE("before the start and after the end events are written at once") {
    set_log_levels({});
    const auto text = standard_error_of([] {
      log_debug("config", "one");
      log_info("config", "two");
    });
    CHECK(text.ends_with("Z info config: two\n"));
    CHECK(text.find("one") == std::string::npos);
  }

  TEST_CASE("levels below the chosen one are not written") {
    const auto text = logged(log_settings{log_level::warning}, [] {
      log_trace("home", "one");
      log_debug("home", "two");
      log_info("home", "three");
      log_warning("home", "four");
      log_error("home", "five");
      CHECK(!is_logged(log_level::info));
      CHECK(is_logged(log_level::warning));
    });
    CHECK(text.find("three") == std::string::npos);
    CHECK(text.find("four") != std::string::npos);
    CHECK(text.find("five") != std::string::npos);
  }

  TEST_CASE("off writes nothing, and nothing can be logged at off") {
    CHECK(logged(log_settings{log_level::off}, [] {
            log_error("home", "text");
            log_event(log_level::off, "home", "text");
            CHECK(!is_logged(log_level::error));
            CHECK(!is_logged(log_level::off));
          }).empty());
  }

  TEST_CASE("a component has the level that the settings give it") {
    const auto text
      = logged({log_level::info, {{"http", log_level::debug}}}, [] {
          log_debug("http", "one");
          log_debug("home", "two");
          CHECK(is_logged(log_level::debug));
          CHECK(is_logged(log_level::debug, "http"));
          CHECK(!is_logged(log_level::debug, "home"));
        });
    CHECK(text.find("debug http: one") != std::string::npos);
    CHECK(text.find("two") == std::string::npos);
  }

  TEST_CASE("levels are changed while the log runs") {
    const auto text = logged(log_settings{}, [] {
      set_log_level(log_level::error);
      log_warning("home", "one");
      CHECK(set_log_level("home", log_level::debug));
      log_debug("home", "two");
      CHECK(
        log_levels()
        == levels_in_effect{log_level::error, {{"home", log_level::debug}}});
      CHECK(!set_log_level("none", log_level::debug));
      set_log_levels({});
      log_debug("home", "three");
      CHECK(log_levels() == levels_in_effect{});
    });
    CHECK(text.find("one") == std::string::npos);
    CHECK(text.find("two") != std::string::npos);
    CHECK(text.find("three") == std::string::npos);
  }

  TEST_CASE("a text cannot forge a second line or a format") {
    const auto text
      = logged(log_settings{}, [] { log_info("home", "a\nb\r{} {0} %v"); });
    CHECK(text.ends_with("info home: a\\x0Ab\\x0D{} {0} %v\n"));
  }

  TEST_CASE("events go to the file, and to the new one when it is renamed") {
    const scratch_directory directory;
    const auto path = directory.file("log");
    log_settings chosen;
    chosen.file = path;
    CHECK(logged(chosen, [&path] {
            log_info("home", "one");
            stop_logging();
            std::filesystem::rename(path, path + ".1");
          }).empty());
    CHECK(logged(chosen, [&path] {
            std::filesystem::rename(path, path + ".2");
            reopen_log();
            log_info("home", "two");
          }).empty());
    CHECK(std::get<std::string>(read_text_file(path + ".1"))
            .ends_with("home: one\n"));
    CHECK(std::get<std::string>(read_text_file(path)).ends_with("home: two\n"));
    reopen_log(); // nothing runs
  }

  TEST_CASE("a file that cannot be opened is a reason, and nothing starts") {
    const scratch_directory directory;
    log_settings chosen;
    chosen.file = directory.file("none/log");
    CHECK(start_logging(chosen)
          == "cannot open the log file " + chosen.file
               + ": No such file or directory");
    CHECK(standard_error_of([] {
            log_info("home", "one");
          }).ends_with("home: one\n"));
  }

  TEST_CASE("events that were dropped stay counted when the log ends") {
    const auto before = log_lines_dropped();
    const scratch_directory directory;
    log_settings chosen;
    chosen.file = "/dev/full";
    const auto closed = ::dup(STDERR_FILENO);
    REQUIRE(!start_logging(chosen));
    ::close(STDERR_FILENO);
    log_info("home", "one");
    stop_logging();
    ::dup2(closed, STDERR_FILENO);
    ::close(closed);
    CHECK(log_lines_dropped() > before);
  }

  TEST_CASE("levels are asked and changed by several threads at once") {
    logged(log_settings{log_level::off}, [] {
      std::vector<std::thread> threads;
      for (const auto level : {log_level::off, log_level::error}) {
        threads.emplace_back([level] {
          for (int i = 0; i < 1'000; ++i) {
            set_log_level("http", level);
            log_debug("http", "x");
            reopen_log();
            CHECK(log_levels().level == log_level::off);
          }
        });
      }
      for (auto& one : threads)
        one.join();
    });
  }
}

TEST_SUITE("loggable") {
  TEST_CASE("printable text stays as it is") {
    CHECK(loggable("") == "");
    CHECK(loggable("a b\\c \"~") == "a b\\c \"~");
    CHECK(loggable("\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80")
          == "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
    CHECK(loggable("\xC2\xA0\xED\x9F\xBF\xF4\x8F\xBF\xBF")
          == "\xC2\xA0\xED\x9F\xBF\xF4\x8F\xBF\xBF");
  }

  TEST_CASE("control characters are escaped, C1 included") {
    CHECK(loggable("a\nb\r\t") == "a\\x0Ab\\x0D\\x09");
    CHECK(loggable("\x1B[31m\x7F") == "\\x1B[31m\\x7F");
    CHECK(loggable(std::string_view{"\0", 1}) == "\\x00");
    CHECK(loggable("\xC2\x9B") == "\\xC2\\x9B");
  }

  TEST_CASE("bytes that are not UTF-8 are escaped one by one") {
    CHECK(loggable("\xFF") == "\\xFF");
    CHECK(loggable("\x80") == "\\x80");
    CHECK(loggable("\xC0\xAF") == "\\xC0\\xAF");
    CHECK(loggable("\xE0\x80\x80") == "\\xE0\\x80\\x80");
    CHECK(loggable("\xED\xA0\x80") == "\\xED\\xA0\\x80");
    CHECK(loggable("\xF4\x90\x80\x80") == "\\xF4\\x90\\x80\\x80");
    CHECK(loggable("\xE2\x82") == "\\xE2\\x82");
    CHECK(loggable("\xC3") == "\\xC3");
    CHECK(loggable("\xC3\n") == "\\xC3\\x0A");
  }

  TEST_CASE("256 bytes are kept and the rest is cut with a mark") {
    CHECK(loggable(std::string(256, 'a')) == std::string(256, 'a'));
    CHECK(loggable(std::string(257, 'a')) == std::string(256, 'a') + "...");
  }

  TEST_CASE("neither an escape nor a character is cut in two") {
    CHECK(loggable(std::string(254, 'a') + '\n')
          == std::string(254, 'a') + "...");
    CHECK(loggable(std::string(255, 'a') + "\xC3\xA9")
          == std::string(255, 'a') + "...");
    CHECK(loggable(std::string(254, 'a') + "\xC3\xA9")
          == std::string(254, 'a') + "\xC3\xA9");
  }
}

} // namespace thunderpush
