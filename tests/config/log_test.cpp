#include "config/log.hpp"

#include "config/text_file.hpp"
#include "tests/config/scratch_directory.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>

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
    const auto text = standard_error_of([] {
      start_logging(log_level::info);
      log_warning("transport", "accept failed");
    });
    const auto seconds = text.substr(0, before.size());
    CHECK(before <= seconds);
    CHECK(seconds <= utc_now());
    const std::string_view rest = std::string_view{text}.substr(before.size());
    REQUIRE(rest.size() > 5);
    CHECK(rest[0] == '.');
    CHECK(rest.find_first_not_of("0123456789", 1) == 4);
    CHECK(rest.substr(4) == "Z warning transport: accept failed\n");
  }

  TEST_CASE("levels below the chosen one are not written") {
    const auto text = standard_error_of([] {
      start_logging(log_level::warning);
      log_trace("c", "one");
      log_debug("c", "two");
      log_info("c", "three");
      log_warning("c", "four");
      log_error("c", "five");
    });
    CHECK(text.find("three") == std::string::npos);
    CHECK(text.find("four") != std::string::npos);
    CHECK(text.find("five") != std::string::npos);
    CHECK(!is_logged(log_level::info));
    CHECK(is_logged(log_level::warning));
  }

  TEST_CASE("off writes nothing, and nothing can be logged at off") {
    CHECK(standard_error_of([] {
            start_logging(log_level::off);
            log_error("c", "text");
            log_event(log_level::off, "c", "text");
          }).empty());
    CHECK(!is_logged(log_level::error));
    CHECK(!is_logged(log_level::off));
  }

  TEST_CASE("a text cannot forge a second line or a format") {
    const auto text = standard_error_of([] {
      start_logging(log_level::info);
      log_info("c", "a\nb\r{} {0} %v");
    });
    CHECK(text.ends_with("info c: a\\x0Ab\\x0D{} {0} %v\n"));
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
