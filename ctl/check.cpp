#include "config/loggable.hpp"
#include "ctl/command.hpp"
#include "ctl/quantity.hpp"
#include "ctl/requests.hpp"
#include "ctl/subscriber.hpp"
#include "ctl/terminal.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <unistd.h>
#include <vector>

namespace thunderpush::ctl {

namespace asio = boost::asio;

namespace {

using clock = std::chrono::steady_clock;

enum class verdict : std::uint8_t { ok, failed, skipped };

struct finding {
  std::string_view what;
  verdict how = verdict::ok;
  std::string detail;
};

std::string_view to_text(verdict how) {
  constexpr std::array<std::string_view, 3> texts{"ok", "failed", "skipped"};
  return texts.at(static_cast<std::size_t>(how));
}

finding failed(std::string_view what, const failure& why) {
  return {what, verdict::failed, why.message};
}

// -- the single checks --------------------------------------------------------

finding check_server(const invocation& call) {
  constexpr auto what = "server";
  const auto& peer = call.server.front;
  const auto answer
    = exchange(peer, call.asked.timeout, {http_verb::get, "/connect/info", 11});
  const auto read = read_answer(peer, answer);
  if (const auto* error = std::get_if<failure>(&read))
    return failed(what, *error);
  if (!member(std::get<json_document>(read), "entropy").IsNumber()) {
    return {what, verdict::failed,
            peer.at.text() + " is no Thunderpush server. Look at --url"};
  }
  return {what, verdict::ok, peer.at.text() + " answers"};
}

// What the admin endpoint says at `path`; `read` makes a detail of it.
template <class Read>
finding check_admin(const invocation& call, std::string_view what,
                    std::string_view path, Read read) {
  if (!call.server.admin)
    return {what, verdict::skipped, "the admin endpoint is off"};
  const auto answer = exchange(*call.server.admin, call.asked.timeout,
                               admin_request(call.server, path));
  const auto found = read_answer(*call.server.admin, answer);
  if (const auto* error = std::get_if<failure>(&found))
    return failed(what, *error);
  return {what, verdict::ok, read(std::get<json_document>(found))};
}

finding check_health(const invocation& call) {
  return check_admin(call, "health", "/health", [](const json_value& found) {
    const auto homes = count_of(found, "homes");
    return std::to_string(homes)
           + (homes == 1 ? " home answers" : " homes answer");
  });
}

finding check_ready(const invocation& call) {
  return check_admin(call, "ready", "/ready", [](const json_value&) {
    return std::string{"takes new clients"};
  });
}

finding check_version(const invocation& call) {
  return check_admin(call, "version", "/stats", [](const json_value& found) {
    const auto version = text_of(found, "version");
    return version == THUNDERPUSH_VERSION
             ? one_line(version)
             : "the server is " + one_line(version)
                 + ", this tool " THUNDERPUSH_VERSION;
  });
}

finding check_rest(const invocation& call) {
  constexpr auto what = "REST API";
  const auto answer = call_rest(call, http_verb::get, "/users/");
  if (const auto* error = std::get_if<failure>(&answer))
    return failed(what, *error);
  const auto count = count_of(std::get<json_document>(answer), "count");
  return {what, verdict::ok,
          "key and secret are right; " + grouped(count)
            + (count == 1 ? " user is online" : " users are online")};
}

// -- end to end ---------------------------------------------------------------

// Publishes until a subscriber of its own has got a message.
class delivery_check {
public:
  delivery_check(const invocation& call, const app_settings& app)
    : call_{call},
      app_{app},
      publisher_{io_, call.server.front, call.asked.timeout},
      client_{io_,
              call.server.front,
              call.asked.timeout,
              {[this] { publish(); }, [this](std::string_view) { arrived(); },
               [this](const connection_end& how) { ended(how); }}} {}

  finding run() {
    deadline_.expires_after(call_.asked.timeout);
    deadline_.async_wait([this](const auto& error) {
      if (!error) {
        end({what, verdict::failed,
             "no message has come in time, although the server has taken it. "
             "Is there a proxy in between that breaks WebSockets?"});
      }
    });
    client_.open(name_, app_.key, {&name_, 1});
    io_.run();
    return found_;
  }

private:
  void publish() {
    published_at_ = clock::now();
    publisher_.send(
      rest_request(app_, http_verb::post, channel_path(name_), R"("check")"),
      [this](const result<http_answer>& answer) {
        accepted(read_answer(call_.server.front, answer));
      });
  }

  // The subscription may still be under way: then the message was for nobody.
  void accepted(const result<json_document>& answer) {
    if (const auto* error = std::get_if<failure>(&answer)) {
      end(failed(what, *error));
    } else if (count_of(std::get<json_document>(answer), "count") == 0) {
      again_.expires_after(std::chrono::milliseconds{20});
      again_.async_wait([this](const auto& cancelled) {
        if (!cancelled)
          publish();
      });
    }
  }

  void arrived() {
    const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(
      clock::now() - published_at_);
    end({what, verdict::ok,
         "a message went from end to end in " + latency_text(spent)});
  }

  void ended(const connection_end& how) {
    if (const auto* error = std::get_if<failure>(&how)) {
      end(failed(what, *error));
      return;
    }
    const auto& close = std::get<close_frame>(how);
    end({what, verdict::failed,
         "the server closed the subscriber's connection: "
           + std::to_string(close.code) + ' ' + close.reason});
  }

  void end(finding how) {
    found_ = std::move(how);
    io_.stop();
  }

  static constexpr auto what = "delivery";

  const invocation& call_;
  const app_settings& app_;
  std::string name_ = "thunderpush-ctl-check-" + std::to_string(::getpid());
  asio::io_context io_;
  asio::steady_timer deadline_{io_};
  asio::steady_timer again_{io_};
  http_client publisher_;
  subscriber client_;
  clock::time_point published_at_;
  finding found_;
};

// -- the report ---------------------------------------------------------------

// Tells what was found, each at once, or all of it as JSON.
class check_report {
public:
  explicit check_report(const invocation& call) : call_{call} {}

  // Returns whether it is fine.
  bool add(finding one) {
    if (!call_.asked.json)
      print(one);
    all_.push_back(std::move(one));
    return all_.back().how == verdict::ok;
  }

  int finish() const {
    const auto is_ok
      = std::none_of(all_.begin(), all_.end(), [](const finding& one) {
          return one.how == verdict::failed;
        });
    if (call_.asked.json)
      print_json(is_ok);
    return is_ok ? exit_code::success : exit_code::failed;
  }

private:
  void print(const finding& one) const {
    const auto paint = one.how == verdict::ok       ? &palette::green
                       : one.how == verdict::failed ? &palette::red
                                                    : &palette::yellow;
    std::ostringstream how;
    how << std::left << std::setw(9) << to_text(one.how);
    std::cout << std::left << std::setw(10) << one.what
              << (call_.colors.*paint)(how.str()) << one.detail << std::endl;
  }

  void print_json(bool is_ok) const {
    std::cout << R"({"ok":)" << (is_ok ? "true" : "false") << R"(,"checks":[)";
    for (const auto& one : all_) {
      std::cout << (&one == all_.data() ? "" : ",") << R"({"check":)"
                << json_text(one.what) << R"(,"result":)"
                << json_text(to_text(one.how)) << R"(,"detail":)"
                << json_text(std::string_view{one.detail}) << '}';
    }
    std::cout << "]}\n";
  }

  const invocation& call_;
  std::vector<finding> all_;
};

} // namespace

result<int> check(const invocation& call) {
  const auto app
    = choose_app(call.asked, call.server, credentials::key_and_secret);
  const auto* unknown = std::get_if<failure>(&app);
  if (unknown != nullptr && (call.asked.key || !call.server.apps.empty()))
    return *unknown; // there are some, and it is not clear which

  check_report report{call};
  const auto is_up = report.add(check_server(call));
  report.add(check_health(call));
  report.add(check_ready(call));
  report.add(check_version(call));
  if (is_up && unknown == nullptr) {
    report.add(check_rest(call));
    report.add(delivery_check{call, std::get<app_settings>(app)}.run());
  } else {
    const auto why = is_up ? unknown->message : "the server does not answer";
    report.add({"REST API", verdict::skipped, why});
    report.add({"delivery", verdict::skipped, why});
  }
  return report.finish();
}

} // namespace thunderpush::ctl
