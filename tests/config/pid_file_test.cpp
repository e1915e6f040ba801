#include "config/pid_file.hpp"

#include "config/text_file.hpp"
#include "tests/config/scratch_directory.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <optional>

namespace thunderpush {

namespace {

std::string content(const std::string& path) {
  return std::get<std::string>(read_text_file(path));
}

pid_file acquired(const std::string& path, pid_t pid) {
  auto result = pid_file::acquire(path, pid);
  REQUIRE(std::holds_alternative<pid_file>(result));
  return std::get<pid_file>(std::move(result));
}

pid_file_error refused(const std::string& path) {
  auto result = pid_file::acquire(path, 1);
  REQUIRE(std::holds_alternative<pid_file_error>(result));
  return std::get<pid_file_error>(result);
}

} // namespace

TEST_SUITE("pid file") {
  TEST_CASE("it holds the process id without a newline") {
    const scratch_directory directory;
    const auto held = acquired(directory.file("pid"), 4711);
    CHECK(content(directory.file("pid")) == "4711");
  }

  TEST_CASE("it is removed at the end") {
    const scratch_directory directory;
    { const auto held = acquired(directory.file("pid"), 1); }
    CHECK(!std::filesystem::exists(directory.file("pid")));
  }

  TEST_CASE("a second server is refused and leaves the content alone") {
    const scratch_directory directory;
    const auto path = directory.file("pid");
    const auto held = acquired(path, 4711);
    const auto error = refused(path);
    CHECK(error.why == pid_file_error::reason::locked);
    CHECK(error.text == "Process already running (PID file: " + path + ").");
    CHECK(content(path) == "4711");
  }

  TEST_CASE("a file left behind is taken over and emptied first") {
    const scratch_directory directory;
    const auto path = directory.file("pid");
    std::ofstream{path} << "1234567890 and more";
    const auto held = acquired(path, 42);
    CHECK(content(path) == "42");
  }

  TEST_CASE("after the end the next server gets it") {
    const scratch_directory directory;
    { const auto held = acquired(directory.file("pid"), 1); }
    const auto held = acquired(directory.file("pid"), 2);
    CHECK(content(directory.file("pid")) == "2");
  }

  TEST_CASE("a moved file is removed once, by its last owner") {
    const scratch_directory directory;
    const auto path = directory.file("pid");
    std::optional<pid_file> last;
    {
      auto first = acquired(path, 1);
      last = std::move(first);
    }
    CHECK(std::filesystem::exists(path));
    CHECK(refused(path).why == pid_file_error::reason::locked);
    last.reset();
    CHECK(!std::filesystem::exists(path));
  }

  TEST_CASE("assigning releases what was held before") {
    const scratch_directory directory;
    auto held = acquired(directory.file("a"), 1);
    held = acquired(directory.file("b"), 2);
    CHECK(!std::filesystem::exists(directory.file("a")));
    CHECK(content(directory.file("b")) == "2");
  }

  TEST_CASE("a file that another put in its place is not removed") {
    const scratch_directory directory;
    const auto path = directory.file("pid");
    {
      const auto held = acquired(path, 1);
      std::filesystem::remove(path);
      std::ofstream{path} << "other";
    }
    CHECK(content(path) == "other");
  }

  TEST_CASE("a path that cannot be opened is a reason, not a lock") {
    const scratch_directory directory;
    const auto missing = refused(directory.file("none/pid"));
    CHECK(missing.why == pid_file_error::reason::failed);
    CHECK(missing.text.find("No such file or directory") != std::string::npos);
    CHECK(refused(directory.path()).why == pid_file_error::reason::failed);
    CHECK(refused("/dev/null").why == pid_file_error::reason::failed);
  }

  TEST_CASE("a symbolic link is not followed") {
    const scratch_directory directory;
    std::ofstream{directory.file("precious")} << "content";
    std::filesystem::create_symlink(directory.file("precious"),
                                    directory.file("pid"));
    CHECK(refused(directory.file("pid")).why == pid_file_error::reason::failed);
    CHECK(content(directory.file("precious")) == "content");
  }
}

} // namespace thunderpush
