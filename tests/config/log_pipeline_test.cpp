#include "config/log_pipeline.hpp"

#include "config/text_file.hpp"
#include "tests/config/log_clock.hpp"
#include "tests/config/scratch_directory.hpp"
#include "tests/config/test_pipe.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

namespace thunderpush {

namespace {

std::string content(const std::string& path) {
  return std::get<std::string>(read_text_file(path));
}

// A pipeline to a file, without a second that passes by itself.
struct pipeline_to {
  explicit pipeline_to(const std::string& file) {
    log_clock::reset();
    log_settings chosen;
    chosen.file = file;
    auto writer = std::make_unique<log_writer>(chosen, log_stream::of(-1), "",
                                               log_clock::clocks);
    REQUIRE(!writer->open());
    pipeline.emplace(std::move(writer), log_clock::clocks, 0s);
  }

  void take(std::string_view text) {
    pipeline->take(log_level::info, "c", text);
  }

  std::optional<log_pipeline> pipeline;
};

// A pipeline to a pipe that nobody may read.
std::unique_ptr<log_pipeline> pipeline_to_pipe(const test_pipe& to) {
  log_clock::reset();
  return std::make_unique<log_pipeline>(
    std::make_unique<log_writer>(log_settings{}, log_stream::of(to.writer()),
                                 "", log_clock::clocks),
    log_clock::clocks, 0s, 1ms);
}

// Texts of as many kinds, none of which repeats.
std::string different(std::size_t number) {
  std::string text;
  for (; number > 0; number /= 10)
    text += static_cast<char>('a' + number % 10);
  return text;
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

constexpr auto time_enough = 60s;

} // namespace

TEST_SUITE("log pipeline") {
  TEST_CASE("events are written in order") {
    const scratch_directory directory;
    pipeline_to log{directory.file("log")};
    log.take("one");
    log.pipeline->take(log_level::error, "d", "two: three");
    REQUIRE(log.pipeline->flush(time_enough));
    CHECK(content(directory.file("log"))
          == "1970-01-01T01:00:00.000Z info c: one\n"
             "1970-01-01T01:00:00.000Z error d: two: three\n");
  }

  TEST_CASE("the end writes what is queued") {
    const scratch_directory directory;
    pipeline_to log{directory.file("log")};
    for (std::size_t i = 0; i < 1'000; ++i)
      log.take(different(i));
    log.pipeline.reset();
    CHECK(lines_in(content(directory.file("log"))) == 1'000);
  }

  TEST_CASE("events of several threads are whole lines, each of them once") {
    const scratch_directory directory;
    pipeline_to log{directory.file("log")};
    std::vector<std::thread> threads;
    for (const auto* name : {"k", "l", "m", "n"}) {
      threads.emplace_back([&log, name] {
        for (std::size_t i = 0; i < 500; ++i)
          log.take(name + different(i));
      });
    }
    for (auto& one : threads)
      one.join();
    log.pipeline.reset();
    const auto text = content(directory.file("log"));
    CHECK(lines_in(text) == 2'000);
    for (const std::string name : {"k", "l", "m", "n"}) {
      for (std::size_t i = 0; i < 500; ++i)
        CHECK(contains(text, "info c: " + name + different(i) + "\n"));
    }
  }

  TEST_CASE("a long text is cut with a mark") {
    const scratch_directory directory;
    pipeline_to log{directory.file("log")};
    log.take(std::string(1'000'000, 'x'));
    log.pipeline.reset();
    const auto text = content(directory.file("log"));
    CHECK(text.size() < longest_log_text + 100);
    CHECK(text.ends_with("x...\n"));
  }

  TEST_CASE("of what repeats ten are written and the others counted") {
    const scratch_directory directory;
    pipeline_to log{directory.file("log")};
    for (int i = 0; i < 15; ++i)
      log.take("again");
    log_clock::advance(1s);
    log.pipeline->end_windows();
    REQUIRE(log.pipeline->flush(time_enough));
    const auto text = content(directory.file("log"));
    CHECK(lines_in(text) == 11);
    CHECK(text.ends_with("01.000Z info c: again... (5 similar lines left "
                         "out)\n"));
  }

  TEST_CASE("the end says what was left out") {
    const scratch_directory directory;
    pipeline_to log{directory.file("log")};
    for (int i = 0; i < 11; ++i)
      log.take("again");
    log.pipeline.reset();
    CHECK(content(directory.file("log"))
            .ends_with("info c: again... (1 similar line left out)\n"));
  }

  TEST_CASE("every second it says what was left out, by itself") {
    const test_pipe to;
    auto writer = std::make_unique<log_writer>(
      log_settings{}, log_stream::of(to.writer()), "", log_clocks{});
    log_pipeline pipeline{std::move(writer)};
    for (int i = 0; i < 11; ++i)
      pipeline.take(log_level::info, "c", "x");
    for (int i = 0; i < 10; ++i)
      CHECK(to.read_line().ends_with("info c: x\n"));
    CHECK(to.read_line().ends_with("x... (1 similar line left out)\n"));
  }

  TEST_CASE("a file is opened anew between two events") {
    const scratch_directory directory;
    const auto path = directory.file("log");
    pipeline_to log{path};
    log.take("one");
    REQUIRE(log.pipeline->flush(time_enough));
    std::filesystem::rename(path, path + ".1");
    log.pipeline->reopen();
    log.take("two");
    log.pipeline.reset();
    CHECK(content(path + ".1").ends_with("c: one\n"));
    CHECK(content(path).ends_with("c: two\n"));
    CHECK(lines_in(content(path)) == 1);
  }

  TEST_CASE("whoever logs does not wait for a reader; the oldest events make "
            "room and are counted") {
    test_pipe to;
    const auto filled = to.fill();
    auto pipeline = pipeline_to_pipe(to);
    const auto queue = log_pipeline::queue_lines;
    for (std::size_t i = 0; i < 2 * queue; ++i)
      pipeline->take(log_level::info, "c", different(i));
    // One may be in the hand of the thread that writes.
    const auto dropped = pipeline->dropped();
    CHECK(dropped >= queue - 1);
    CHECK(dropped <= queue);
    CHECK(!pipeline->flush(0ms));

    std::string text;
    std::thread reader{[&] {
      to.read(filled);
      const auto last = "info c: " + different(2 * queue - 1) + "\n";
      for (std::string line; !line.ends_with(last); text += line)
        line = to.read_line();
    }};
    CHECK(pipeline->flush(time_enough));
    reader.join();
    CHECK(contains(text, "warning log: events that were dropped because they "
                         "came faster than they can be written: "
                           + std::to_string(dropped) + "\n"));
    CHECK(lines_in(text) == 2 * queue - dropped + 1);
    CHECK(pipeline->dropped() == dropped);
  }

  TEST_CASE("the end does not wait for a reader who does not read") {
    test_pipe to;
    to.fill();
    auto pipeline = pipeline_to_pipe(to);
    for (std::size_t i = 0; i < 2 * log_pipeline::queue_lines; ++i)
      pipeline->take(log_level::info, "c", different(i));
    pipeline.reset();
  }

  TEST_CASE("a reader who has gone ends nothing, and the events are counted") {
    test_pipe to;
    auto pipeline = pipeline_to_pipe(to);
    to.close_reader();
    pipeline->take(log_level::info, "c", "one");
    CHECK(pipeline->flush(time_enough));
    CHECK(pipeline->dropped() >= 1);
  }
}

} // namespace thunderpush
