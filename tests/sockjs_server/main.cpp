// A server with the services that the public SockJS test suite asks for, and
// a WebSocket that sends back what it gets.

#include "actors/node.hpp"
#include "tests/sockjs_server/services.hpp"
#include "tests/sockjs_server/websocket_echo.hpp"
#include "transport/http/mount.hpp"
#include "transport/listener.hpp"
#include "transport/sockjs/service.hpp"
#include "transport/tls/context.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/program_options.hpp>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <deque>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace thunderpush {

namespace {

namespace options = boost::program_options;

struct arguments {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8081;
  unsigned homes = 2;
  unsigned heartbeat_ms = 25'000;
  unsigned disconnect_ms = 5'000;
  tls_settings tls;
};

// A mounted service: its settings, and what it is on each home.
class mounted {
public:
  template <class Make>
  mounted(node& on, std::deque<site>& sites,
          const std::vector<site_branch>& branches, const std::string& prefix,
          const sockjs::service_settings& settings, Make&& make)
    : settings_(settings) {
    for (std::size_t i = 0; i < on.size(); ++i) {
      auto& here = parts_.emplace_back(make(on.at(i)));
      sites[i].add(prefix, std::make_shared<sockjs::service>(
                             prefix, on.at(i), *here, settings_, branches));
    }
  }

private:
  const sockjs::service_settings settings_;
  std::vector<std::unique_ptr<test_service>> parts_;
};

class test_server {
public:
  explicit test_server(const arguments& chosen)
    : node_({.apps = applications{{{}}}}, chosen.homes), sites_(chosen.homes) {
    for (std::size_t i = 0; i < node_.size(); ++i)
      branches_.push_back(site_branch{&node_.at(i), &sites_[i], &http_});
    mount_services(chosen);
    mount_websocket_echo(chosen);
    listener_ = std::make_unique<listener>(
      branches_, newcomer_steps{.shows = shown(chosen.tls)});
    listener_->open(chosen.host, chosen.port);
  }

  /// Serves until it is asked to stop.
  void run() {
    boost::asio::io_context main{1};
    boost::asio::signal_set signals{main, SIGTERM, SIGINT};
    signals.async_wait([](const boost::system::error_code&, int) {});
    node_.start();
    listener_->start();
    std::cout << "listening on "
              << (listener_->is_secure() ? "https://" : "http://")
              << listener_->address() << std::endl;
    main.run();
    listener_->stop();
    node_.stop();
  }

private:
  // Null without TLS.
  static tls::context_ptr shown(const tls_settings& files) {
    if (!files.enabled())
      return nullptr;
    auto read = tls::context::load(files);
    if (const auto* fault = std::get_if<tls_fault>(&read))
      throw std::runtime_error{fault->why};
    return std::get<tls::context_ptr>(std::move(read));
  }

  void mount_services(const arguments& chosen) {
    sockjs::service_settings plain;
    plain.cookie = false;
    plain.websocket.heartbeat = std::chrono::milliseconds{chosen.heartbeat_ms};
    plain.sessions.heartbeat = plain.websocket.heartbeat;
    plain.sessions.disconnect_delay
      = std::chrono::milliseconds{chosen.disconnect_ms};
    plain.message_bytes = mebibyte;
    plain.websocket.messages.max_message_bytes = mebibyte;
    auto small = plain;
    small.response_limit = 4096;
    auto without_websocket = plain;
    without_websocket.transports.set(sockjs_transport::websocket, false);
    auto with_cookie = plain;
    with_cookie.cookie = true;
    add<echo_service>("/echo", small);
    add<echo_service>("/disabled_websocket_echo", without_websocket);
    add<echo_service>("/cookie_needed_echo", with_cookie);
    add<close_service>("/close", plain);
    add<ticker_service>("/ticker", plain);
    add<amplify_service>("/amplify", plain);
    services_.emplace_back(
      node_, sites_, branches_, "/broadcast", plain, [this](home& where) {
        auto made = std::make_unique<broadcast_service>(where, broadcasters_);
        broadcasters_.push_back(made.get());
        return made;
      });
  }

  // What a test of WebSocket itself needs: large messages and compression.
  void mount_websocket_echo(const arguments& chosen) {
    echo_settings_.messages.max_message_bytes = 32 * mebibyte;
    echo_settings_.compression = websocket::compression_policy::on;
    echo_settings_.heartbeat = std::chrono::milliseconds{chosen.heartbeat_ms};
    for (std::size_t i = 0; i < node_.size(); ++i)
      sites_[i].add("/websocket_echo", std::make_shared<websocket_echo>(
                                         node_.at(i), echo_settings_));
  }

  template <class Service>
  void add(const std::string& prefix,
           const sockjs::service_settings& settings) {
    services_.emplace_back(
      node_, sites_, branches_, prefix, settings,
      [](home& where) { return std::make_unique<Service>(where); });
  }

  http_settings http_;
  websocket::link_settings echo_settings_;
  node node_;
  std::deque<mounted> services_;
  broadcast_service::group broadcasters_;
  std::vector<site_branch> branches_;
  std::deque<site> sites_;
  std::unique_ptr<listener> listener_;
};

int run(int count, const char* const* texts) {
  arguments chosen;
  options::options_description known{
    "sockjs_test_server: services for tests\n\n"
    "  SockJS: /echo /disabled_websocket_echo /cookie_needed_echo /close\n"
    "  /ticker /amplify /broadcast; WebSocket: /websocket_echo\n\nOptions"};
  known.add_options()("help,h", "print this and exit")(
    "host", options::value(&chosen.host)->default_value(chosen.host),
    "address to listen on")(
    "port", options::value(&chosen.port)->default_value(chosen.port),
    "port; 0: any free one")(
    "homes", options::value(&chosen.homes)->default_value(chosen.homes),
    "threads")(
    "heartbeat-delay",
    options::value(&chosen.heartbeat_ms)->default_value(chosen.heartbeat_ms),
    "milliseconds between two heartbeats")(
    "disconnect-delay",
    options::value(&chosen.disconnect_ms)->default_value(chosen.disconnect_ms),
    "milliseconds that a session lives without a receiver")(
    "tls-certificate", options::value(&chosen.tls.certificate),
    "PEM file; speak TLS")("tls-key", options::value(&chosen.tls.key),
                           "PEM file of the certificate's key");
  options::variables_map values;
  options::store(options::parse_command_line(count, texts, known), values);
  options::notify(values);
  if (values.count("help") != 0) {
    std::cout << known;
    return 0;
  }
  if (chosen.homes == 0)
    throw options::error{"--homes must be at least 1"};
  test_server{chosen}.run();
  return 0;
}

} // namespace

} // namespace thunderpush

int main(int count, char** texts) {
  try {
    return thunderpush::run(count, texts);
  } catch (const std::exception& error) {
    std::cerr << "sockjs_test_server: " << error.what() << '\n';
    return 1;
  }
}
