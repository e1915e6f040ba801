#include "server.hpp"

#include "actors/hub.hpp"
#include "actors/node.hpp"
#include "api/admin.hpp"
#include "api/gateway.hpp"
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
#include <csignal>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <variant>
#include <vector>

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

applications applications_of(const settings& chosen) {
  std::vector<std::string> keys;
  for (const auto& app : chosen.apps)
    keys.push_back(app.key);
  return applications{std::move(keys)};
}

std::shared_ptr<const credentials> credentials_of(const settings& chosen) {
  std::vector<key_and_secret> pairs;
  for (const auto& app : chosen.apps)
    pairs.push_back({app.key, app.secret});
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

void add_scripts(site& offer) {
  offer.add_page("/client/thunderpush.js", script_mount(client_script()));
  offer.add_page("/client/thunderpush.mjs", script_mount(client_module()));
  offer.add_page("/client/sockjs.min.js", script_mount(sockjs_client()));
}

// What stops the start, for whoever started the process.
class start_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

class server {
public:
  explicit server(const settings& chosen);

  /// Binds the listeners. Throws `start_error`.
  void open();

  /// Serves until a signal ends it.
  void run();

private:
  void open(listener& what, const std::string& host, std::uint16_t port);
  void await_signal();
  void drain();
  void home_drained();

  const settings& chosen_;
  const http_settings http_;
  const sockjs::service_settings sockjs_;
  node node_;
  std::vector<requester_ref>
    handlers_; // of requests, as long as sites offer them
  site admin_site_;
  std::vector<site> public_sites_;    // by home
  std::vector<site_branch> branches_; // of the public listener, by home
  std::optional<listener> admin_;
  std::optional<listener> public_;
  boost::asio::io_context main_{1}; // of the thread that waits for signals
  boost::asio::signal_set signals_{main_, SIGTERM, SIGINT};
  boost::asio::steady_timer deadline_{main_};
  std::size_t homes_draining_ = 0;
};

server::server(const settings& chosen)
  : chosen_(chosen),
    http_(http_settings_of(chosen.limits)),
    sockjs_(sockjs_settings_of(chosen, home_count(chosen.server))),
    node_(applications_of(chosen), chosen.limits, home_count(chosen.server)),
    public_sites_(node_.size()) {
  const auto access = credentials_of(chosen);
  for (std::size_t i = 0; i < node_.size(); ++i) {
    auto& home = node_.at(i);
    auto& api = home.spawn<gateway>(node_.shared(), access);
    handlers_.push_back(api.ref());
    auto& offer = public_sites_[i];
    offer.add("/api/", std::make_shared<handler_mount>(api));
    offer.add("/connect",
              std::make_shared<sockjs::service>(
                "/connect", home, node_.hub_at(i), sockjs_, branches_));
    add_scripts(offer);
    if (chosen.server.demo) {
      offer.add_page("/", std::make_shared<static_mount>(http_response{
                            200,
                            "text/html; charset=UTF-8",
                            {{"Cache-Control", "no-cache"},
                             {"X-Content-Type-Options", "nosniff"}},
                            std::string{demo_page()}}));
    }
    branches_.push_back(site_branch{&home, &offer});
  }
  public_.emplace(branches_, http_);
  if (chosen.admin.enabled) {
    auto& desk = node_.at(0).spawn<admin>(node_.shared(), THUNDERPUSH_VERSION);
    handlers_.push_back(desk.ref());
    admin_site_.add("/", std::make_shared<handler_mount>(desk));
    admin_.emplace(std::vector{site_branch{&node_.at(0), &admin_site_}}, http_);
  }
}

void server::open() {
  open(*public_, chosen_.server.host, chosen_.server.port);
  log_info("server", "listening on http://" + public_->address());
  if (admin_) {
    open(*admin_, chosen_.admin.host, chosen_.admin.port);
    log_info("server", "admin endpoint on http://" + admin_->address());
  }
}

void server::open(listener& what, const std::string& host, std::uint16_t port) {
  try {
    what.open(host, port);
  } catch (const boost::system::system_error& error) {
    throw start_error{"cannot listen on " + (host.empty() ? "*" : host) + ":"
                      + std::to_string(port) + ": " + error.code().message()};
  }
}

void server::run() {
  await_signal();
  node_.start();
  public_->start();
  if (admin_)
    admin_->start();
  main_.run();
  node_.stop();
  log_info("server", "stopped");
}

void server::await_signal() {
  signals_.async_wait([this](const boost::system::error_code& stopped, int) {
    if (stopped)
      return;
    await_signal();
    if (homes_draining_ > 0) {
      log_warning("server", "second signal: leaving at once");
      main_.stop();
      return;
    }
    drain();
  });
}

void server::drain() {
  log_info("server", "draining: no new clients, those connected are closed "
                     "within "
                       + std::to_string(chosen_.server.drain.count()) + " ms");
  public_->stop();
  homes_draining_ = node_.size();
  node_.drain(chosen_.server.drain,
              [this] { boost::asio::post(main_, [this] { home_drained(); }); });
  deadline_.expires_after(chosen_.server.drain + close_grace);
  deadline_.async_wait([this](const boost::system::error_code& stopped) {
    if (!stopped)
      main_.stop();
  });
}

void server::home_drained() {
  if (--homes_draining_ == 0)
    main_.stop();
}

} // namespace

int serve(const settings& chosen) {
  std::optional<pid_file> pid;
  if (!chosen.server.pid_file.empty()) {
    auto acquired = pid_file::acquire(chosen.server.pid_file, ::getpid());
    if (const auto* error = std::get_if<pid_file_error>(&acquired)) {
      std::cerr << error->text << '\n';
      return exit_status::start_failed;
    }
    pid.emplace(std::move(std::get<pid_file>(acquired)));
  }
  raise_descriptor_limit();
  try {
    server daemon{chosen};
    daemon.open();
    daemon.run();
    return exit_status::success;
  } catch (const start_error& error) {
    std::cerr << "thunderpush: " << error.what() << '\n';
    return exit_status::start_failed;
  }
}

} // namespace thunderpush
