#pragma once

#include "actors/home.hpp"
#include "actors/reactor.hpp"
#include "actors/timer_wheel.hpp"
#include "transport/http/connection.hpp"
#include "transport/http/mount.hpp"
#include "transport/listening_socket.hpp"
#include "transport/newcomer.hpp"
#include "transport/tls/context.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace thunderpush {

/// Accepts the clients of one address and hands them to homes in turn. Its own
/// work is done on the first of them.
class listener final : private reactor::watcher, private timer {
public:
  /// At least one branch; what they refer to outlives it. `steps` come before
  /// a client is heard.
  explicit listener(std::vector<site_branch> branches,
                    newcomer_steps steps = {});
  ~listener();
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  // Before the homes run, one of these, see `listening_socket`. They throw
  // `listen_error`.

  void open(const std::string& host, std::uint16_t port);
  void open_path(const std::string& path, unsigned mode);
  void adopt(int socket);

  /// Address and port, as in a URL, or `unix:PATH`.
  const std::string& address() const noexcept { return socket_.address(); }

  /// Whether clients must speak TLS. Any thread.
  bool is_secure() const noexcept { return secure_; }

  /// Clients who come from now on are shown this instead. Only if it is secure.
  /// Any thread; returns at once.
  void show(tls::context_ptr what);

  /// Begins to accept. Any thread.
  void start();

  /// Accepts nobody any more. Any thread; returns at once.
  void stop();

private:
  void ready(reactor::readiness what) override;
  void dismissed() override {}
  void expired() override;

  void accept_batch();
  int accept() const noexcept;
  bool accept_one();
  void hand_to_home(int client);
  bool refuse_one();
  void warn();

  home& own_home() const noexcept { return *branches_.front().where; }

  const std::vector<site_branch> branches_;
  newcomer_steps steps_; // changed on the first home
  const bool secure_;
  listening_socket socket_;
  reactor::handle handle_;
  home::clock::time_point next_warning_; // not before
  std::size_t next_ = 0;                 // whose turn it is
  int reserve_ = -1;                     // a descriptor to refuse clients with
};

} // namespace thunderpush
