#include "config/log_stream.hpp"

#include "config/text_file.hpp"
#include "tests/config/scratch_directory.hpp"
#include "tests/config/test_pipe.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>

namespace thunderpush {

namespace {

const std::atomic<bool> patient{false};
const std::atomic<bool> in_hurry{true};

std::string content(const std::string& path) {
  return std::get<std::string>(read_text_file(path));
}

log_stream opened(const std::string& path) {
  auto result = log_stream::open(path);
  REQUIRE(std::holds_alternative<log_stream>(result));
  return std::get<log_stream>(std::move(result));
}

int refused(const std::string& path) {
  auto result = log_stream::open(path);
  REQUIRE(std::holds_alternative<int>(result));
  return std::get<int>(result);
}

// Blocks a signal for one test, as the thread that writes the log does.
class blocked_signal {
public:
  explicit blocked_signal(int signal) {
    ::sigemptyset(&set_);
    ::sigaddset(&set_, signal);
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }

  blocked_signal(const blocked_signal&) = delete;
  blocked_signal(blocked_signal&&) = delete;
  blocked_signal& operator=(const blocked_signal&) = delete;
  blocked_signal& operator=(blocked_signal&&) = delete;

  ~blocked_signal() {
    const timespec at_once{};
    ::sigtimedwait(&set_, nullptr, &at_once);
    ::pthread_sigmask(SIG_UNBLOCK, &set_, nullptr);
  }

private:
  sigset_t set_{};
};

// Files of this process may not grow beyond it, for one test.
class file_size_limit {
public:
  explicit file_size_limit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limited{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limited);
  }

  file_size_limit(const file_size_limit&) = delete;
  file_size_limit(file_size_limit&&) = delete;
  file_size_limit& operator=(const file_size_limit&) = delete;
  file_size_limit& operator=(file_size_limit&&) = delete;

  ~file_size_limit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

private:
  rlimit before_{};
};

} // namespace

TEST_SUITE("log stream") {
  TEST_CASE("lines are appended to a file that others may not read") {
    const scratch_directory directory;
    const auto path = directory.file("log");
    {
      const auto first = opened(path);
      CHECK(first.write("a\n", patient) == 0);
      CHECK(first.write("b\n", patient) == 0);
    }
    CHECK(opened(path).write("c\n", patient) == 0);
    CHECK(content(path) == "a\nb\nc\n");
    struct stat file {};
    REQUIRE(::stat(path.c_str(), &file) == 0);
    CHECK((file.st_mode & 0137U) == 0);
  }

  TEST_CASE("what cannot be opened is told by its errno") {
    const scratch_directory directory;
    CHECK(refused(directory.file("none/log")) == ENOENT);
    CHECK(refused(directory.path()) == EISDIR);
  }

  TEST_CASE("a FIFO without a reader is not waited for") {
    const scratch_directory directory;
    const auto path = directory.file("fifo");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    CHECK(refused(path) == ENXIO);
  }

  TEST_CASE("a full disk is told by its errno") {
    CHECK(opened("/dev/full").write("a\n", patient) == ENOSPC);
  }

  TEST_CASE("a file holds whole lines only") {
    const scratch_directory directory;
    const auto path = directory.file("log");
    std::ofstream{path} << "before\n";
    {
      const blocked_signal may_not_grow{SIGXFSZ};
      const file_size_limit limit{10};
      CHECK(opened(path).write("too long\n", patient) == EFBIG);
      CHECK(std::filesystem::file_size(path) == 7);
      CHECK(opened(path).write("ok\n", patient) == 0);
    }
    CHECK(content(path) == "before\nok\n");
  }

  TEST_CASE("a moved stream writes on, and its file is closed once") {
    const scratch_directory directory;
    auto one = opened(directory.file("a"));
    auto other = opened(directory.file("b"));
    other = std::move(one);
    CHECK(other.write("x\n", patient) == 0);
    const log_stream last{std::move(other)};
    CHECK(last.write("y\n", patient) == 0);
    CHECK(content(directory.file("a")) == "x\ny\n");
    CHECK(content(directory.file("b")).empty());
  }

  TEST_CASE("a descriptor of others is not closed") {
    test_pipe pipe;
    { const auto stream = log_stream::of(pipe.writer()); }
    CHECK(log_stream::of(pipe.writer()).write("x\n", patient) == 0);
    CHECK(pipe.read_all() == "x\n");
  }

  TEST_CASE("in a hurry nobody who does not read is waited for") {
    test_pipe pipe;
    pipe.fill();
    CHECK(log_stream::of(pipe.writer()).write("x\n", in_hurry) == EAGAIN);
  }

  TEST_CASE("a hurry that begins meanwhile ends the waiting") {
    test_pipe pipe;
    pipe.fill();
    std::atomic<bool> hurry{false};
    std::thread elsewhere{[&hurry] { hurry = true; }};
    CHECK(log_stream::of(pipe.writer()).write("x\n", hurry) == EAGAIN);
    elsewhere.join();
  }

  TEST_CASE("who reads on gets the line") {
    test_pipe pipe;
    const auto before = pipe.fill();
    const std::string line(10'000, 'x');
    std::string received;
    std::thread reader{
      [&] { received = pipe.read(before + line.size()).substr(before); }};
    CHECK(log_stream::of(pipe.writer()).write(line, patient) == 0);
    reader.join();
    CHECK(received == line);
  }

  TEST_CASE("a reader that has gone is told by its errno") {
    const blocked_signal no_reader{SIGPIPE};
    test_pipe pipe;
    pipe.close_reader();
    CHECK(log_stream::of(pipe.writer()).write("x\n", patient) == EPIPE);
    CHECK(log_stream::of(-1).write("x\n", in_hurry) != 0);
  }

  TEST_CASE("the journal is known by device and inode") {
    const test_pipe pipe;
    const auto stream = log_stream::of(pipe.writer());
    struct stat file {};
    REQUIRE(::fstat(pipe.writer(), &file) == 0);
    const auto name
      = std::to_string(file.st_dev) + ':' + std::to_string(file.st_ino);
    CHECK(stream.is_journal(name));
    CHECK(!stream.is_journal(name + "0"));
    CHECK(!stream.is_journal(""));
    CHECK(!stream.is_journal("8:1"));
    CHECK(!log_stream::of(-1).is_journal(name));
  }
}

} // namespace thunderpush
