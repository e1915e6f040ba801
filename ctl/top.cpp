#include "ctl/command.hpp"
#include "ctl/requests.hpp"
#include "ctl/terminal.hpp"
#include "ctl/top_view.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <iostream>
#include <unistd.h>

namespace thunderpush::ctl {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds interval{1};

// -- once ---------------------------------------------------------------------

struct all_figures {
  json_document stats;
  json_document homes;
  std::array<json_document, 2> lists; // as top_list_names
};

result<all_figures> ask_once(const invocation& call) {
  all_figures found;
  const auto limit = std::min<std::size_t>(call.asked.limit, 1000);
  const std::array<std::pair<std::string, json_document*>, 4> questions{{
    {"/stats", &found.stats},
    {"/homes", &found.homes},
    {top_choice{top_list::connections, {}}.path(limit), &found.lists[0]},
    {top_choice{top_list::channels, {}}.path(limit), &found.lists[1]},
  }};
  for (const auto& [path, into] : questions) {
    auto answer = call_admin(call, path);
    if (auto* error = std::get_if<failure>(&answer))
      return std::move(*error);
    *into = std::get<json_document>(std::move(answer));
  }
  return found;
}

void print_json(const all_figures& found) {
  std::cout << R"({"stats":)" << json_text(found.stats) << R"(,"homes":)"
            << json_text(member(found.homes, "homes"));
  for (std::size_t i = 0; i < found.lists.size(); ++i) {
    const std::string name{top_list_names.at(i)};
    std::cout << ",\"" << name
              << "\":" << json_text(member(found.lists.at(i), name.c_str()));
  }
  std::cout << "}\n";
}

void print_tables(const all_figures& found, const palette& colors) {
  for (const auto& line : server_lines(found.stats, {}))
    std::cout << line << '\n';
  std::cout << '\n';
  print(homes_table(found.homes), colors);
  for (const auto list : {top_list::connections, top_list::channels}) {
    std::cout << '\n';
    print(list_table(list, found.lists.at(static_cast<std::size_t>(list))),
          colors);
  }
}

result<int> print_once(const invocation& call) {
  auto found = ask_once(call);
  if (auto* error = std::get_if<failure>(&found))
    return std::move(*error);
  const auto& figures = std::get<all_figures>(found);
  if (call.asked.json) {
    print_json(figures);
  } else {
    print_tables(figures, call.colors);
  }
  return exit_code::success;
}

// -- live ---------------------------------------------------------------------

// Asks each second and shows what was answered, until somebody ends it.
class live_top {
public:
  // Owns `terminal`.
  live_top(const invocation& call, int terminal)
    : call_{call},
      terminal_{io_, terminal},
      client_{io_, *call.server.admin, call.asked.timeout} {}

  result<int> run() {
    signals_.add(SIGTSTP);
    signals_.add(SIGWINCH);
    screen_.emplace(terminal_.native_handle());
    wait_for_signal();
    wait_for_key();
    refresh();
    io_.run();
    return exit_code::success;
  }

private:
  // One question after another, on one connection.
  void refresh() {
    ask("/stats", state_.figures.stats, [this] {
      state_.rates.take(state_.figures.stats, std::chrono::steady_clock::now());
      ask("/homes", state_.figures.homes, [this] {
        ask(state_.choice.path(size_of_screen().rows), state_.figures.rows,
            [this] {
              state_.trouble.clear();
              draw();
              refresh_later();
            });
      });
    });
  }

  template <class Next>
  void ask(std::string_view path, json_document& into, Next next) {
    client_.send(admin_request(call_.server, path),
                 [this, &into, next](const result<http_answer>& answer) {
                   auto read = read_answer(*call_.server.admin, answer);
                   if (auto* error = std::get_if<failure>(&read)) {
                     state_.trouble = error->message;
                     draw();
                     refresh_later();
                   } else {
                     into = std::get<json_document>(std::move(read));
                     next();
                   }
                 });
  }

  void refresh_later() {
    timer_.expires_after(is_stale_ ? std::chrono::seconds{0} : interval);
    is_stale_ = false;
    is_waiting_ = true;
    timer_.async_wait([this](const auto&) {
      is_waiting_ = false;
      refresh();
    });
  }

  // The list that is shown has changed.
  void refresh_now() {
    state_.figures.rows.SetNull();
    draw();
    is_stale_ = !is_waiting_;
    if (is_waiting_)
      timer_.cancel();
  }

  void draw() {
    if (!screen_)
      return;
    const auto size = size_of_screen();
    full_screen::show(
      top_lines(state_, {size.columns, size.rows}, call_.colors));
  }

  void wait_for_key() {
    terminal_.async_read_some(asio::buffer(&key_, 1),
                              [this](const auto& error, std::size_t) {
                                error ? io_.stop() : pressed();
                              });
  }

  void pressed() {
    if (key_ == 'q') {
      io_.stop();
      return;
    }
    if (key_ == 's' || key_ == '\t') {
      key_ == 's' ? state_.choice.next_sort() : state_.choice.next_list();
      refresh_now();
    }
    wait_for_key();
  }

  void wait_for_signal() {
    signals_.async_wait([this](const auto& error, int signal) {
      if (error)
        return;
      if (signal == SIGTSTP) {
        screen_.reset();
        std::raise(SIGSTOP); // goes on here after SIGCONT
        screen_.emplace(terminal_.native_handle());
      } else if (signal != SIGWINCH) {
        io_.stop();
        return;
      }
      draw();
      wait_for_signal();
    });
  }

  const invocation& call_;
  asio::io_context io_;
  asio::posix::stream_descriptor terminal_;
  asio::signal_set signals_{io_, SIGINT, SIGTERM, SIGHUP};
  asio::steady_timer timer_{io_};
  http_client client_;
  std::optional<full_screen> screen_; // before the terminal is closed
  top_state state_;
  bool is_waiting_ = false; // for the next refresh
  bool is_stale_ = false;   // what is being asked is not what is shown
  char key_ = 0;
};

} // namespace

result<int> top(const invocation& call) {
  if (!call.server.admin)
    return admin_is_off();
  if (call.asked.once || call.asked.json)
    return print_once(call);
  // Opened anew, so that what is set for it is not set for the shell.
  const auto terminal = is_terminal(STDOUT_FILENO)
                          ? ::open("/dev/tty", O_RDONLY | O_CLOEXEC)
                          : -1;
  if (terminal < 0) {
    return failure{"top needs a terminal; --once prints the tables once, "
                   "--json the figures",
                   exit_code::usage};
  }
  // Who mistyped the address learns it before the screen is taken.
  auto first = call_admin(call, "/stats");
  if (auto* error = std::get_if<failure>(&first)) {
    ::close(terminal);
    return std::move(*error);
  }
  return live_top{call, terminal}.run();
}

} // namespace thunderpush::ctl
