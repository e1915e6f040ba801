#include "config/log_writer.hpp"

#include "config/text_file.hpp"
#include "tests/config/log_clock.hpp"
#include "tests/config/scratch_directory.hpp"
#include "tests/config/test_pipe.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

using namespace std::chrono_literals;

namespace thunderpush {

namespace {

std::string content(const std::string& path) {
  return std::get<std::string>(read_text_file(path));
}

// A writer, and what it writes to standard error.
struct writing {
  explicit writing(const std::string& file = {},
                   log_format format = log_format::text) {
    log_clock::reset();
    log_settings chosen;
    chosen.file = file;
    chosen.format = format;
    writer.emplace(chosen, log_stream::of(standard_error.writer()),
                   journal_stream, log_clock::clocks);
  }

  void write(std::string_view text) {
    writer->write({log_clock::time(), log_level::info, "c", text});
  }

  // The lines of standard error without their times.
  std::string told() { return without_times(standard_error.read_all()); }

  static std::string without_times(const std::string& text) {
    std::string result;
    for (std::size_t begin = 0; begin < text.size();) {
      const auto end = text.find('\n', begin) + 1;
      const auto line = text.substr(begin, end - begin);
      CHECK(line.starts_with("1970-01-01T01:00:"));
      result += line.substr(line.find(' ') + 1);
      begin = end;
    }
    return result;
  }

  test_pipe standard_error;
  std::string journal_stream;
  std::optional<log_writer> writer;
};

std::string cannot(const std::string& doing, const std::string& path,
                   const std::string& why) {
  return "error log: cannot " + doing + " the log file " + path + ": " + why
         + "; events go to standard error until it can be done\n";
}

} // namespace

TEST_SUITE("log writer") {
  TEST_CASE("without a file all goes to standard error") {
    writing log;
    CHECK(!log.writer->open());
    log.write("one");
    log.writer->reopen();
    log.write("two");
    CHECK(log.standard_error.read_all()
          == "1970-01-01T01:00:00.000Z info c: one\n"
             "1970-01-01T01:00:00.000Z info c: two\n");
    CHECK(log.writer->lost() == 0);
  }

  TEST_CASE("with a file nothing goes to standard error") {
    const scratch_directory directory;
    writing log{directory.file("log"), log_format::json};
    CHECK(!log.writer->open());
    log.write("one");
    CHECK(content(directory.file("log"))
          == "{\"time\":\"1970-01-01T01:00:00.000Z\",\"level\":\"info\","
             "\"component\":\"c\",\"message\":\"one\"}\n");
    CHECK(log.told().empty());
  }

  TEST_CASE("a file that cannot be opened at the start is a reason") {
    const scratch_directory directory;
    const auto path = directory.file("none/log");
    writing log{path};
    CHECK(log.writer->open()
          == "cannot open the log file " + path
               + ": No such file or directory");
    CHECK(log.told().empty());
  }

  TEST_CASE("the journal gets priorities, other streams times") {
    const test_pipe journal;
    struct stat file {};
    REQUIRE(::fstat(journal.writer(), &file) == 0);
    const auto named
      = std::to_string(file.st_dev) + ':' + std::to_string(file.st_ino);
    const auto first_line = [&journal, &named](log_format format) {
      log_settings chosen;
      chosen.format = format;
      log_writer writer{chosen, log_stream::of(journal.writer()), named,
                        log_clock::clocks};
      writer.write({log_clock::time(), log_level::info, "c", "x"});
      return journal.read(format == log_format::text ? 13 : 1);
    };
    CHECK(first_line(log_format::text) == "<6>info c: x\n");
    CHECK(first_line(log_format::json) == "{");
  }

  TEST_CASE("after a rename what is opened anew has the old name") {
    const scratch_directory directory;
    const auto path = directory.file("log");
    writing log{path};
    REQUIRE(!log.writer->open());
    log.write("one");
    std::filesystem::rename(path, path + ".1");
    log.write("two");
    log.writer->reopen();
    log.write("three");
    CHECK(writing::without_times(content(path + ".1"))
          == "info c: one\ninfo c: two\n");
    CHECK(writing::without_times(content(path)) == "info c: three\n");
    CHECK(log.told().empty());
  }

  TEST_CASE("a full disk is told once, and standard error takes over") {
    writing log{"/dev/full"};
    REQUIRE(!log.writer->open());
    log.write("one");
    log.write("two");
    log_clock::advance(1s);
    log.write("three");
    CHECK(log.told()
          == cannot("write to", "/dev/full", "No space left on device")
               + "info c: one\ninfo c: two\ninfo c: three\n");
    CHECK(log.writer->lost() == 0);
  }

  TEST_CASE("a file that cannot be opened anew is tried again every second") {
    const scratch_directory directory;
    const auto path = directory.file("sub/log");
    std::filesystem::create_directory(directory.file("sub"));
    writing log{path};
    REQUIRE(!log.writer->open());
    std::filesystem::rename(directory.file("sub"), directory.file("old"));
    log.writer->reopen();
    log.write("one");
    std::filesystem::create_directory(directory.file("sub"));
    log_clock::advance(999ms);
    log.write("two");
    log_clock::advance(1ms);
    log.write("three");
    log.write("four");
    CHECK(log.told()
          == cannot("open", path, "No such file or directory")
               + "info c: one\ninfo c: two\n");
    CHECK(writing::without_times(content(path))
          == "info c: three\n"
             "warning log: the log file is written again; events that went to "
             "standard error meanwhile: 2\n"
             "info c: four\n");
  }

  TEST_CASE("a second failure is told as the first") {
    const scratch_directory directory;
    const auto path = directory.file("log");
    const auto away = [&path] {
      std::filesystem::remove(path);
      std::filesystem::create_directory(path);
    };
    writing log{path};
    REQUIRE(!log.writer->open());
    for (int i = 0; i < 2; ++i) {
      away();
      log.writer->reopen();
      log.writer->reopen();
      log.write("x");
      std::filesystem::remove(path);
      log_clock::advance(1s);
      log.write("y");
    }
    const auto once = cannot("open", path, "Is a directory") + "info c: x\n";
    CHECK(log.told() == once + once);
  }

  TEST_CASE("what nobody takes is counted") {
    writing log;
    log.standard_error.fill();
    log.writer->hurry();
    log.write("one");
    log.write("two");
    CHECK(log.writer->lost() == 2);
  }
}

} // namespace thunderpush
