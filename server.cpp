#include "server.hpp"

#include "actors/hub.hpp"
#include "actors/node.hpp"
#include "api/admin.hpp"
#include "api/gateway.hpp"
#include "api/process_control.hpp"
#include "config/exit_status.hpp"
#include "config/log.hpp"
#include "config/pid_file.hpp"
#include "transport/http/mount.hpp"
#include "transport/listener.hpp"
#include "transport/sockjs/service.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <deque>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <variant>
#include <vector>

#include "pages/pages.hpp"
#include "service_manager.hpp"

namespace thunderpush {

namespace {

using namespace std::chrono_literals;

// What clients may need beyond the drain window to answer a close frame.
constexpr auto close_grace = 6s;

std::size_t home_count(const server_settings& chosen) {
  return chosen.homes > 0
           ? chosen.homes
           : std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

std::vector<applications::application> applications_of(const settings& chosen) {
  std::vector<applications::application> all;
  for (const auto& app : chosen.apps)
    all.push_back({app.name, app.key});
  return all;
}

// By application id: one that is gone admits nobody.
std::shared_ptr<const credentials> credentials_of(const applications& apps,
                                                  const settings& chosen) {
  std::vector<key_and_secret> pairs(apps.size());
  for (const auto& app : chosen.apps)
    if (const auto id = apps.named(app.name))
      pairs[static_cast<std::size_t>(*id)] = {app.key, app.secret};
  return std::make_shared<const credentials>(pairs);
}

http_settings http_settings_of(const limit_settings& limits) {
  http_settings http;
  http.requests.header_bytes = limits.header_bytes;
  http.requests.header_fields = limits.header_fields;
  http.requests.body_bytes = limits.body_bytes;
  http.header_timeout = limits.header_timeout;
  http.body_timeout = limits.body_timeout;
  http.keep_alive_timeout = limits.keep_alive_timeout;
  http.write_timeout = limits.write_timeout;
  return http;
}

sockjs::service_settings sockjs_settings_of(const settings& chosen,
                                            std::size_t homes) {
  sockjs::service_settings sockjs;
  sockjs.websocket.messages.max_message_bytes = chosen.limits.message_bytes;
  sockjs.websocket.heartbeat = chosen.server.heartbeat;
  sockjs.websocket.pong_timeout = chosen.server.pong_timeout;
  sockjs.sessions.heartbeat = chosen.server.heartbeat;
  sockjs.sessions.disconnect_delay = chosen.sockjs.disconnect_delay;
  sockjs.transports = chosen.sockjs.transports;
  sockjs.script = chosen.sockjs.script;
  sockjs.response_limit = chosen.sockjs.response_limit;
  sockjs.message_bytes = chosen.limits.message_bytes;
  sockjs.cookie = chosen.sockjs.cookie;
  // Homes get clients in turn: each has its share of what is permitted.
  sockjs.connections = (chosen.limits.connections + homes - 1) / homes;
  return sockjs;
}

// Each client takes a descriptor: as many as the system grants.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  log_info("server", "up to " + std::to_string(limit.rlim_cur)
                       + " open files, and so about as many clients");
}

// The scripts that pages load from here. They may be loaded by pages of other
// origins, and are asked for again after a while.
std::shared_ptr<mount> script_mount(std::string_view script) {
  return std::make_shared<static_mount>(
    http_response{200,
                  "text/javascript; charset=UTF-8",
                  {{"Cache-Control", "public, max-age=3600"},
                   {"Access-Control-Allow-Origin", "*"},
                   {"Cross-Origin-Resource-Policy", "cross-origin"},
                   {"X-Content-Type-Options", "nosniff"}},
                  std::string{script}});
}

std::shared_ptr<mount> page_mount(std::string_view page) {
  return std::make_shared<static_mount>(http_response{
    200,
    "text/html; charset=UTF-8",
    {{"Cache-Control", "no-cache"}, {"X-Content-Type-Options", "nosniff"}},
    std::string{page}});
}

// What operators see may be named by anybody: the dashboard runs its own script
// and nothing else, and is part of no other page.
std::shared_ptr<mount> dashboard_mount(std::string_view type,
                                       std::string_view content) {
  return std::make_shared<static_mount>(http_response{
    200,
    type,
    {{"Cache-Control", "no-cache"},
     {"Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self' "
      "'unsafe-inline'; connect-src 'self'; img-src 'self' data:; "
      "frame-ancestors 'none'"},
     {"Referrer-Policy", "no-referrer"},
     {"X-Content-Type-Options", "nosniff"}},
    std::string{content}});
}

// The pages that do not change, made once for all homes.
struct static_pages {
  explicit static_pages(bool with_demo) {
    by_path.emplace_back("/client/thunderpush.js",
                         script_mount(client_script()));
    by_path.emplace_back("/client/thunderpush.mjs",
                         script_mount(client_module()));
    by_path.emplace_back("/client/sockjs.min.js",
                         script_mount(sockjs_client()));
    if (with_demo)
      by_path.emplace_back("/", page_mount(demo_page()));
  }

  void add_to(site& offer) const {
    for (const auto& [path, page] : by_path)
      offer.add_page(path, page);
  }

  std::vector<std::pair<std::string, std::shared_ptr<mount>>> by_path;
};

// -- options -----------------------------------------------------------------

// What is settled when the process starts, by `section.key` or `section.`.
constexpr std::array<std::string_view, 8> fixed_options{
  "server.host", "server.port", "server.homes", "server.pid_file",
  "server.demo", "admin.",      "log.file",     "log.format"};

bool needs_restart(std::string_view option) {
  return std::any_of(fixed_options.begin(), fixed_options.end(),
                     [option](std::string_view each) {
                       return each.ends_with('.') ? option.starts_with(each)
                                                  : option == each;
                     });
}

const effective_option* find_option(std::span<const effective_option> options,
                                    std::string_view name) {
  const auto found = std::find_if(
    options.begin(), options.end(),
    [name](const effective_option& each) { return each.name == name; });
  return found == options.end() ? nullptr : &*found;
}

// The text of an option, also of one that nobody may see.
std::string text_of(const effective_option& which, const settings& in) {
  if (which.value)
    return *which.value;
  if (which.name.starts_with("admin."))
    return in.admin.token;
  for (const auto& app : in.apps)
    if (which.name == "app." + app.name + ".secret")
      return app.secret;
  return {};
}

// The names of those that differ, or are in one of the two alone.
std::vector<std::string> differences(const configuration& before,
                                     const configuration& after) {
  std::vector<std::string> names;
  for (const auto& each : after.options) {
    const auto* known = find_option(before.options, each.name);
    if (known == nullptr
        || text_of(*known, before.values) != text_of(each, after.values))
      names.push_back(each.name);
  }
  for (const auto& each : before.options)
    if (find_option(after.options, each.name) == nullptr)
      names.push_back(each.name);
  return names;
}

// What of a new configuration can be in effect now.
configuration applicable(const configuration& before, configuration after) {
  auto& values = after.values;
  const auto& fixed = before.values;
  values.admin = fixed.admin;
  values.server.host = fixed.server.host;
  values.server.port = fixed.server.port;
  values.server.homes = fixed.server.homes;
  values.server.pid_file = fixed.server.pid_file;
  values.server.demo = fixed.server.demo;
  for (auto& each : after.options)
    if (const auto* known = find_option(before.options, each.name);
        known != nullptr && needs_restart(each.name))
      each = *known;
  return after;
}

std::string joined(std::span<const std::string> names) {
  std::string text;
  for (const auto& each : names)
    text.append(text.empty() ? "" : ", ").append(each);
  return text.empty() ? "nothing" : text;
}

// What stops the start, for whoever started the process.
class start_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

// Collects one answer of each home and calls `all` on the thread of `main`.
void ask_homes(node& of, boost::asio::io_context& main,
               const std::function<std::size_t(home&)>& ask,
               std::function<void(std::size_t)> all) {
  struct sum {
    std::size_t missing;
    std::size_t total = 0;
    std::function<void(std::size_t)> done;
  };
  auto collected = std::make_shared<sum>(sum{of.size(), 0, std::move(all)});
  for (std::size_t i = 0; i < of.size(); ++i)
    of.at(i).post([&main, &where = of.at(i), ask, collected] {
      boost::asio::post(main, [value = ask(where), collected] {
        collected->total += value;
        if (--collected->missing == 0)
          collected->done(collected->total);
      });
    });
}

std::size_t clients_of(home& where) {
  return where.actors()
    .by_kind()[static_cast<std::size_t>(actor_kind::connection)];
}

class server final : public process_control {
public:
  server(configuration chosen, configuration_source reread);

  /// Binds the listeners. Throws `start_error`.
  void open();

  /// Serves until a signal ends it.
  void run();

  // process_control
  std::vector<setting> settings_in_effect() const override;
  void reload(std::function<void(reload_outcome)> done) override;
  std::vector<std::string>
  reasons_not_ready(std::size_t connections) const override;

private:
  // What there is on each home. Its own thread changes the settings.
  struct branch {
    http_settings http;
    sockjs::service_settings sockjs;
    site offer;
    gateway* api = nullptr; // lives as long as its home runs
  };

  void add_admin();
  void open(listener& what, std::optional<int> socket, const std::string& host,
            std::uint16_t port);
  void await_signal();
  void react_to(int signal);
  reload_outcome reload_now();
  void apply(configuration next);
  void drain();
  void report_drain();
  void home_drained();
  void feed_watchdog();

  configuration chosen_;
  mutable std::mutex chosen_mutex_; // while `chosen_` changes
  const configuration_source reread_;
  const service_manager manager_;
  applications apps_;
  node node_;
  std::vector<requester_ref>
    handlers_;                      // of requests, as long as sites offer them
  std::deque<branch> branches_;     // by home
  std::vector<site_branch> places_; // of the public listener, by home
  http_settings admin_http_;
  site admin_site_;
  std::optional<listener> admin_;
  std::optional<listener> public_;
  boost::asio::io_context main_{1}; // of the thread that waits for signals
  boost::asio::signal_set signals_{main_, SIGTERM, SIGINT, SIGHUP};
  boost::asio::steady_timer deadline_{main_};
  boost::asio::steady_timer progress_{main_};
  boost::asio::steady_timer watchdog_{main_};
  std::size_t homes_draining_ = 0;
  std::atomic<bool> draining_{false};
  std::atomic<std::size_t> max_connections_{0};
};

server::server(configuration chosen, configuration_source reread)
  : chosen_(std::move(chosen)),
    reread_(std::move(reread)),
    apps_(applications_of(chosen_.values)),
    node_(apps_, chosen_.values.limits, home_count(chosen_.values.server)) {
  const auto& values = chosen_.values;
  const auto access = credentials_of(apps_, values);
  const static_pages pages{values.server.demo};
  max_connections_ = values.limits.connections;
  for (std::size_t i = 0; i < node_.size(); ++i) {
    auto& home = node_.at(i);
    auto& here = branches_.emplace_back();
    here.http = http_settings_of(values.limits);
    here.sockjs = sockjs_settings_of(values, node_.size());
    here.api = &home.spawn<gateway>(node_.shared(i), access);
    handlers_.push_back(here.api->ref());
    here.offer.add("/api/", std::make_shared<handler_mount>(*here.api));
    here.offer.add("/connect",
                   std::make_shared<sockjs::service>(
                     "/connect", home, node_.hub_at(i), here.sockjs, places_));
    pages.add_to(here.offer);
    places_.push_back(site_branch{&home, &here.offer, &here.http});
  }
  public_.emplace(places_);
  if (values.admin.enabled)
    add_admin();
}

void server::add_admin() {
  const auto& values = chosen_.values;
  auto& desk = node_.at(0).spawn<admin>(
    node_.shared(0),
    admin_setup{THUNDERPUSH_VERSION, admin_description(),
                admin_access{values.admin.token, values.admin.host}, *this});
  handlers_.push_back(desk.ref());
  admin_http_ = http_settings_of(values.limits);
  admin_site_.add("/", std::make_shared<handler_mount>(desk));
  admin_site_.add_page(
    "/", dashboard_mount("text/html; charset=UTF-8", dashboard_page()));
  admin_site_.add_page(
    "/dashboard.js",
    dashboard_mount("text/javascript; charset=UTF-8", dashboard_script()));
  admin_site_.add_page(
    "/dashboard.css",
    dashboard_mount("text/css; charset=UTF-8", dashboard_style()));
  admin_.emplace(
    std::vector{site_branch{&node_.at(0), &admin_site_, &admin_http_}});
}

void server::open() {
  const auto& values = chosen_.values;
  open(*public_, manager_.public_socket(), values.server.host,
       values.server.port);
  log_info("server", "listening on http://" + public_->address());
  if (admin_) {
    open(*admin_, manager_.admin_socket(), values.admin.host,
         values.admin.port);
    log_info("server", "admin endpoint on http://" + admin_->address());
  }
}

void server::open(listener& what, std::optional<int> socket,
                  const std::string& host, std::uint16_t port) {
  try {
    if (socket)
      what.adopt(*socket);
    else
      what.open(host, port);
  } catch (const boost::system::system_error& error) {
    throw start_error{"cannot listen on " + (host.empty() ? "*" : host) + ":"
                      + std::to_string(port) + ": " + error.code().message()};
  }
}

void server::run() {
  signals_.add(SIGUSR1);
  await_signal();
  node_.start();
  public_->start();
  if (admin_)
    admin_->start();
  feed_watchdog();
  manager_.ready("serving http://" + public_->address());
  main_.run();
  node_.stop();
  log_info("server", "stopped");
}

// -- signals -----------------------------------------------------------------

void server::await_signal() {
  signals_.async_wait(
    [this](const boost::system::error_code& stopped, int signal) {
      if (stopped)
        return;
      await_signal();
      react_to(signal);
    });
}

void server::react_to(int signal) {
  if (signal == SIGHUP) {
    reload_now();
  } else if (signal == SIGUSR1) {
    reopen_log();
  } else if (homes_draining_ > 0) {
    log_warning("server", "second signal: leaving at once");
    main_.stop();
  } else {
    drain();
  }
}

void server::feed_watchdog() {
  if (!manager_.watchdog())
    return;
  // Only when all homes have turned since.
  ask_homes(
    node_, main_, [](home&) { return std::size_t{0}; },
    [this](std::size_t) {
      manager_.alive();
      watchdog_.expires_after(*manager_.watchdog() / 3);
      watchdog_.async_wait([this](const boost::system::error_code& stopped) {
        if (!stopped)
          feed_watchdog();
      });
    });
}

// -- the configuration -------------------------------------------------------

std::vector<process_control::setting> server::settings_in_effect() const {
  const std::lock_guard lock{chosen_mutex_};
  std::vector<setting> all;
  for (const auto& each : chosen_.options)
    all.push_back({each.name, each.value, each.source});
  return all;
}

void server::reload(std::function<void(reload_outcome)> done) {
  boost::asio::post(main_, [this, done = std::move(done)] {
    node_.at(0).post([outcome = reload_now(), done] { done(outcome); });
  });
}

process_control::reload_outcome server::reload_now() {
  manager_.reloading();
  const auto ready
    = [this] { manager_.ready("serving http://" + public_->address()); };
  auto read = reread_();
  if (const auto* refused = std::get_if<early_exit>(&read)) {
    log_error("server",
              "the configuration was not reloaded, nothing has changed: "
                + refused->err);
    ready();
    return refused->err;
  }
  auto& next = std::get<configuration>(read);
  reloaded outcome;
  for (auto& name : differences(chosen_, next)) {
    auto& where
      = needs_restart(name) ? outcome.restart_needed : outcome.changed;
    where.push_back(std::move(name));
  }
  apply(applicable(chosen_, std::move(next)));
  log_info("server", "configuration reloaded: changed "
                       + joined(outcome.changed) + "; restart needed for "
                       + joined(outcome.restart_needed));
  for (const auto& warning : chosen_.warnings)
    log_warning("config", warning);
  ready();
  return outcome;
}

void server::apply(configuration next) {
  {
    const std::lock_guard lock{chosen_mutex_};
    chosen_ = std::move(next);
  }
  const auto& values = chosen_.values;
  set_log_levels(values.log);
  apps_ = apps_.replaced_by(applications_of(values));
  max_connections_ = values.limits.connections;
  node_.reload(apps_, values.limits);
  const auto access = credentials_of(apps_, values);
  const auto http = http_settings_of(values.limits);
  const auto sockjs = sockjs_settings_of(values, node_.size());
  for (std::size_t i = 0; i < node_.size(); ++i)
    node_.at(i).post([&here = branches_[i], access, http, sockjs] {
      here.http = http;
      here.sockjs = sockjs;
      here.api->admit(access);
    });
}

std::vector<std::string>
server::reasons_not_ready(std::size_t connections) const {
  std::vector<std::string> reasons;
  if (draining_)
    reasons.emplace_back("draining: the server is about to end");
  const auto permitted = max_connections_.load();
  if (permitted > 0 && connections >= permitted)
    reasons.push_back("full: limits.connections is reached ("
                      + std::to_string(permitted) + ")");
  return reasons;
}

// -- the end -----------------------------------------------------------------

void server::drain() {
  const auto window = chosen_.values.server.drain;
  log_info("server", "draining: no new clients, those connected are closed "
                     "within "
                       + std::to_string(window.count()) + " ms");
  draining_ = true;
  manager_.stopping("closing clients");
  public_->stop();
  homes_draining_ = node_.size();
  node_.drain(window,
              [this] { boost::asio::post(main_, [this] { home_drained(); }); });
  report_drain();
  deadline_.expires_after(window + close_grace);
  deadline_.async_wait([this](const boost::system::error_code& stopped) {
    if (!stopped)
      main_.stop();
  });
}

void server::report_drain() {
  progress_.expires_after(1s);
  progress_.async_wait([this](const boost::system::error_code& stopped) {
    if (stopped)
      return;
    ask_homes(node_, main_, clients_of, [this](std::size_t left) {
      log_info("server",
               "draining: " + std::to_string(left) + " clients are left");
      report_drain();
    });
  });
}

void server::home_drained() {
  if (--homes_draining_ == 0)
    main_.stop();
}

} // namespace

int serve(configuration chosen, configuration_source reread) {
  std::optional<pid_file> pid;
  if (const auto& path = chosen.values.server.pid_file; !path.empty()) {
    auto acquired = pid_file::acquire(path, ::getpid());
    if (const auto* error = std::get_if<pid_file_error>(&acquired)) {
      std::cerr << error->text << '\n';
      return exit_status::start_failed;
    }
    pid.emplace(std::move(std::get<pid_file>(acquired)));
  }
  raise_descriptor_limit();
  try {
    server daemon{std::move(chosen), std::move(reread)};
    daemon.open();
    daemon.run();
    return exit_status::success;
  } catch (const start_error& error) {
    std::cerr << "thunderpush: " << error.what() << '\n';
    return exit_status::start_failed;
  }
}

} // namespace thunderpush
