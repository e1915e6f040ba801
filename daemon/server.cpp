#include "daemon/server.hpp"

#include "actors/hub.hpp"
#include "actors/node.hpp"
#include "api/admin.hpp"
#include "api/gateway.hpp"
#include "api/process_control.hpp"
#include "config/exit_status.hpp"
#include "config/log.hpp"
#include "config/loggable.hpp"
#include "config/pid_file.hpp"
#include "transport/http/response_writer.hpp"
#include "transport/listener.hpp"
#include "transport/tls/context.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <deque>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <variant>
#include <vector>

#include "daemon/option_changes.hpp"
#include "daemon/pages_on_offer.hpp"
#include "daemon/service_manager.hpp"
#include "daemon/settings_of_parts.hpp"
#include "pages/pages.hpp"

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

std::string joined(std::span<const std::string> names) {
  std::string text;
  for (const auto& each : names)
    text.append(text.empty() ? "" : ", ").append(each);
  return text.empty() ? "nothing" : text;
}

template <class Take>
void for_each_line(std::string_view text, Take&& take) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    take(line);
  }
}

// Whoever wants to be heard asks for it by this.
std::string url_of(const listener& one) {
  const auto& address = one.address();
  if (address.starts_with("unix:"))
    return address;
  return (one.is_secure() ? "https://" : "http://") + address;
}

// Which section of the configuration it is of.
std::string section_of(const listener_settings& one) {
  return one.name.empty() ? "server" : "listener." + one.name;
}

// As the configuration has it.
std::string text_of(const listener_settings& where) {
  if (!where.path.empty())
    return "unix:" + where.path;
  return (where.host.empty() ? "*" : where.host) + ":"
         + std::to_string(where.port);
}

// What the service manager has opened for it, if anything. A section may have a
// name that stands for another address there.
std::optional<int> socket_for(const listener_settings& one,
                              const service_manager& manager) {
  if (one.name.empty())
    return manager.socket("public");
  if (one.name == "public" || one.name == "admin")
    return std::nullopt;
  return manager.socket(one.name);
}

std::vector<std::string> names_of(std::span<const listener_settings> all) {
  std::vector<std::string> names;
  for (const auto& each : all)
    names.push_back(each.name);
  return names;
}

// What stops the start, for whoever started the process.
class start_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

// What a listener shows to its clients; null if it does not speak TLS. Throws
// `start_error`.
tls::context_ptr tls_of(const std::string& section, const tls_settings& files) {
  if (!files.enabled())
    return nullptr;
  auto read = tls::context::load(files);
  if (const auto* fault = std::get_if<tls_fault>(&read))
    throw start_error{std::string{fault->option} + " of [" + section
                      + "]: " + fault->why};
  auto shown = std::move(std::get<tls::context_ptr>(read));
  const auto until = shown->expiry();
  const auto what
    = "the certificate of [" + section + "], " + one_line(files.certificate);
  if (until < std::chrono::system_clock::now())
    log_warning("server", what + ", has expired on " + http_date(until));
  else
    log_info("server", what + ", is valid until " + http_date(until));
  return shown;
}

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
  void open(listener& what, std::optional<int> socket,
            const listener_settings& where);
  std::string serving() const;
  void await_signal();
  void react_to(int signal);
  reload_outcome reload_now();
  reload_outcome refuse_reload(std::string why);
  void renew_certificates(const settings& values);
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
  std::vector<site_branch> places_; // of the public listeners, by home
  http_settings admin_http_;
  site admin_site_;
  std::optional<listener> admin_;
  std::deque<listener> public_;     // as `public_listeners_of` has them
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
    manager_(names_of(chosen_.values.listeners)),
    apps_(applications_of(chosen_.values)),
    node_(policies_of(apps_, chosen_.values),
          home_count(chosen_.values.server)) {
  const auto& values = chosen_.values;
  const auto access = credentials_of(apps_, values);
  const public_pages pages{values.server.demo};
  max_connections_ = values.limits.connections;
  for (std::size_t i = 0; i < node_.size(); ++i) {
    auto& home = node_.at(i);
    auto& here = branches_.emplace_back();
    here.http = public_http_settings_of(values, node_.door());
    here.sockjs = sockjs_settings_of(values);
    here.api = &home.spawn<gateway>(node_.shared(i), access);
    handlers_.push_back(here.api->ref());
    here.offer.add("/api/", std::make_shared<handler_mount>(*here.api));
    here.offer.add("/connect",
                   std::make_shared<sockjs::service>(
                     "/connect", home, node_.hub_at(i), here.sockjs, places_));
    pages.add_to(here.offer);
    places_.push_back(site_branch{&home, &here.offer, &here.http});
  }
  for (const auto& one : public_listeners_of(values))
    public_.emplace_back(
      places_, newcomer_steps{.proxy_header = one.proxy_protocol,
                              .shows = tls_of(section_of(one), one.tls)});
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
  add_dashboard(admin_site_);
  admin_.emplace(
    std::vector{site_branch{&node_.at(0), &admin_site_, &admin_http_}},
    newcomer_steps{.shows = tls_of("admin", values.admin.tls)});
}

void server::open() {
  const auto& values = chosen_.values;
  const auto chosen = public_listeners_of(values);
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const auto& one = chosen[i];
    const bool is_first = one.name.empty();
    open(public_[i], socket_for(one, manager_), one);
    log_info("server", "listening on " + url_of(public_[i])
                         + (is_first ? "" : " ([listener." + one.name + "])"));
  }
  if (admin_) {
    open(*admin_, manager_.socket("admin"),
         {.name = {}, .host = values.admin.host, .port = values.admin.port});
    log_info("server", "admin endpoint on " + url_of(*admin_));
  }
}

void server::open(listener& what, std::optional<int> socket,
                  const listener_settings& where) {
  try {
    if (socket)
      what.adopt(*socket);
    else if (!where.path.empty())
      what.open_path(where.path, where.socket_mode);
    else
      what.open(where.host, where.port);
  } catch (const listen_error& error) {
    throw start_error{"cannot listen on " + text_of(where) + ": "
                      + error.what()};
  }
}

// What the service manager is told.
std::string server::serving() const {
  std::vector<std::string> all;
  for (const auto& each : public_)
    all.push_back(url_of(each));
  return "serving " + joined(all);
}

void server::run() {
  signals_.add(SIGUSR1);
  await_signal();
  node_.start();
  for (auto& each : public_)
    each.start();
  if (admin_)
    admin_->start();
  feed_watchdog();
  manager_.ready(serving());
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
    const auto outcome = reload_now();
    // Each home has what it was given by the time that it answers.
    ask_homes(
      node_, main_, [](home&) { return std::size_t{0}; },
      [this, outcome, done](std::size_t) {
        node_.at(0).post([outcome, done] { done(outcome); });
      });
  });
}

process_control::reload_outcome server::reload_now() {
  manager_.reloading();
  auto read = reread_();
  if (auto* refused = std::get_if<early_exit>(&read))
    return refuse_reload(std::move(refused->err));
  auto changes = compare(chosen_, std::move(std::get<configuration>(read)));
  try {
    renew_certificates(changes.result.values);
  } catch (const start_error& error) {
    return refuse_reload(error.what());
  }
  apply(std::move(changes.result));
  reloaded outcome{std::move(changes.changed),
                   std::move(changes.restart_needed)};
  log_info("server", "configuration reloaded: changed "
                       + joined(outcome.changed) + "; restart needed for "
                       + joined(outcome.restart_needed));
  for (const auto& warning : chosen_.warnings)
    log_warning("config", warning);
  manager_.ready(serving());
  return outcome;
}

process_control::reload_outcome server::refuse_reload(std::string why) {
  log_error("server",
            "the configuration was not reloaded, nothing has changed:");
  for_each_line(why, [](std::string_view line) { log_error("server", line); });
  manager_.ready(serving());
  return why;
}

// All of them, or none: throws `start_error`. Clients that are connected keep
// what they were shown.
void server::renew_certificates(const settings& values) {
  std::vector<tls::context_ptr> of_public;
  for (const auto& one : public_listeners_of(values))
    of_public.push_back(tls_of(section_of(one), one.tls));
  auto of_admin = admin_ ? tls_of("admin", values.admin.tls) : nullptr;
  for (std::size_t i = 0; i < of_public.size(); ++i)
    if (of_public[i])
      public_[i].show(std::move(of_public[i]));
  if (of_admin)
    admin_->show(std::move(of_admin));
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
  node_.reload(policies_of(apps_, values));
  const auto access = credentials_of(apps_, values);
  const auto http = public_http_settings_of(values, node_.door());
  const auto sockjs = sockjs_settings_of(values);
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
  for (auto& each : public_)
    each.stop();
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
    // In one piece: the log may write at the same time.
    std::cerr << std::string{"thunderpush: "}.append(error.what()).append("\n");
    return exit_status::start_failed;
  }
}

} // namespace thunderpush
