#include "config/loggable.hpp"
#include "ctl/command.hpp"
#include "ctl/json.hpp"
#include "ctl/reconnect.hpp"
#include "ctl/subscriber.hpp"
#include "ctl/terminal.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <random>
#include <unistd.h>

namespace thunderpush::ctl {

namespace asio = boost::asio;

namespace {

using clock = std::chrono::steady_clock;

void note(const std::string& text) {
  std::cerr << "thunderpush-ctl: " << text << std::endl;
}

// Prints messages, and opens the connection again when it is lost.
class tail_run {
public:
  tail_run(const invocation& call, std::string user, std::string key)
    : call_{call},
      user_{std::move(user)},
      key_{std::move(key)},
      client_{io_,
              call.server.front,
              call.asked.timeout,
              {[this] { opened(); },
               [this](std::string_view text) { print(text); },
               [this](const connection_end& how) { ended(how); }}} {}

  result<int> run() {
    signals_.async_wait([this](const auto& error, int) {
      if (!error)
        io_.stop();
    });
    open();
    io_.run();
    return outcome_;
  }

private:
  void open() { client_.open(user_, key_, call_.asked.operands); }

  void opened() {
    was_open_ = true;
    opened_at_ = clock::now();
    note("connected to " + call_.server.front.at.text() + " as "
         + one_line(user_));
  }

  void print(std::string_view text) {
    const auto message = read_envelope(text);
    const auto whole = parse_json(text);
    if (!message || !whole)
      return;
    std::cout << (call_.asked.json ? json_text(*whole) : line_of(*message))
              << std::endl;
    if (++printed_ == call_.asked.count || !std::cout)
      io_.stop();
  }

  // Where a message comes from is told unless it can be but one channel.
  std::string line_of(const envelope& message) const {
    auto line = message_line(message.payload, to_terminal_);
    if (!message.channel)
      return call_.colors.bold('@' + one_line(user_)) + ": " + line;
    if (call_.asked.operands.size() > 1)
      return call_.colors.bold(one_line(*message.channel)) + ": " + line;
    return line;
  }

  void ended(const connection_end& how) {
    const auto* close = std::get_if<close_frame>(&how);
    if (close != nullptr && is_final(close->code)) {
      stop({"the server closed the connection for good: " + text_of(*close)
            + (close->code == 4000 ? " Look at --key, or at [app.NAME] of the "
                                     "configuration"
                                   : "")});
    } else if (!was_open_ && close == nullptr) {
      stop(std::get<failure>(how)); // more likely mistyped than lost
    } else {
      retry(close != nullptr ? "the connection was lost: " + text_of(*close)
                             : std::get<failure>(how).message);
    }
  }

  void retry(const std::string& why) {
    if (opened_at_ && clock::now() - *opened_at_ >= steady_connection)
      attempts_ = 0;
    opened_at_.reset();
    const auto delay = retry_delay(attempts_++, random_(engine_));
    note(why + "; next attempt in " + std::to_string(delay.count()) + " ms");
    timer_.expires_after(delay);
    timer_.async_wait([this](const auto& error) {
      if (!error)
        open();
    });
  }

  void stop(failure why) {
    outcome_ = std::move(why);
    io_.stop();
  }

  static std::string text_of(const close_frame& close) {
    if (close.code == 0)
      return "without a word";
    return std::to_string(close.code)
           + (close.reason.empty() ? "" : ' ' + close.reason);
  }

  const invocation& call_;
  std::string user_;
  std::string key_;
  asio::io_context io_;
  asio::signal_set signals_{io_, SIGINT, SIGTERM};
  asio::steady_timer timer_{io_};
  subscriber client_;
  result<int> outcome_ = exit_code::success;
  bool to_terminal_ = is_terminal(STDOUT_FILENO);
  bool was_open_ = false;
  std::optional<clock::time_point> opened_at_; // of the present connection
  std::size_t attempts_ = 0;                   // in vain, one after another
  std::size_t printed_ = 0;
  std::minstd_rand engine_{std::random_device{}()};
  std::uniform_real_distribution<double> random_{0.0, 1.0};
};

} // namespace

result<int> tail(const invocation& call) {
  const auto& names = call.asked.operands;
  const auto wrong
    = std::find_if_not(names.begin(), names.end(), [](const std::string& name) {
        return is_channel_name(name);
      });
  if (wrong != names.end()) {
    return failure{"no channel can be called " + loggable(*wrong)
                     + ": names have 1 to 64 of a-z A-Z 0-9 _ - = @ , . ;",
                   exit_code::usage};
  }
  auto app = choose_app(call.asked, call.server, credentials::key);
  if (auto* error = std::get_if<failure>(&app))
    return std::move(*error);
  const auto own_name = "thunderpush-ctl-" + std::to_string(::getpid());
  tail_run run{call, call.asked.user.value_or(own_name),
               std::get<app_settings>(app).key};
  return run.run();
}

} // namespace thunderpush::ctl
