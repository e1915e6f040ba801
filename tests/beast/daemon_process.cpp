#include "tests/beast/daemon_process.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace thunderpush {

namespace {

using boost::asio::ip::tcp;
using namespace std::chrono_literals;

constexpr auto deadline = 60s;

std::uint16_t free_port() {
  boost::asio::io_context io;
  const tcp::acceptor probe{
    io, tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}};
  return probe.local_endpoint().port();
}

const char* binary() {
  const char* path = std::getenv("THUNDERPUSH_BINARY");
  if (path == nullptr)
    throw std::runtime_error{"THUNDERPUSH_BINARY is not set"};
  return path;
}

} // namespace

daemon_process::daemon_process(const std::string& further)
  : configuration_(
    std::filesystem::temp_directory_path()
    / ("thunderpush-beast-" + std::to_string(::getpid()) + ".conf")),
    port_(free_port()) {
  std::ofstream{configuration_}
    << "[server]\nport = " << port_ << "\ndrain = 100ms\n"
    << "[app.main]\nkey = public\nsecret = secret\n"
    << "[admin]\nlisten = off\n[log]\nlevel = warning\n"
    << further;
  const char* program = binary();
  const auto file = configuration_.string();
  pid_ = ::fork();
  if (pid_ == 0) {
    ::unsetenv("THUNDERPUSH_BINARY"); // the daemon would take it for an option
    ::execl(program, program, "--config", file.c_str(), nullptr);
    ::_exit(127);
  }
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!accepts()) {
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      throw std::runtime_error{"the daemon did not start"};
    }
    if (std::chrono::steady_clock::now() > end)
      throw std::runtime_error{"the daemon does not accept connections"};
    std::this_thread::sleep_for(10ms);
  }
}

daemon_process::~daemon_process() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  std::error_code ignored;
  std::filesystem::remove(configuration_, ignored);
}

int daemon_process::stop() {
  ::kill(pid_, SIGTERM);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool daemon_process::accepts() const {
  boost::asio::io_context io;
  tcp::socket probe{io};
  boost::system::error_code refused;
  probe.connect({boost::asio::ip::address_v4::loopback(), port_}, refused);
  return !refused;
}

} // namespace thunderpush
