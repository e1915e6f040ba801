#pragma once

#include "actors/timer_wheel.hpp"
#include "transport/client_stream.hpp"
#include "transport/http/mount.hpp"
#include "transport/tls/context.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace thunderpush {

/// What comes before the first request of a listener's clients.
struct newcomer_steps {
  bool proxy_header = false; ///< A proxy says whose connection it is.
  tls::context_ptr shows{};  ///< They speak TLS; null: they do not.

  /// Whether there is any.
  bool any() const noexcept { return proxy_header || shows != nullptr; }
};

/// A client that has connected and is not heard yet: what comes before its
/// first request is done here, in the order of `step`, and then it becomes an
/// `http_connection`. What is behind a step stays in the socket for the next.
/// Who is not done in time (`http_settings::handshake_timeout`) is closed, and
/// who fails, too. Keeps itself alive meanwhile. Home thread, but for its
/// making.
class newcomer final : public std::enable_shared_from_this<newcomer>,
                       private stream_user,
                       private timer {
public:
  /// What `where` refers to outlives it. At least one step.
  newcomer(const site_branch& where, client_stream stream,
           newcomer_steps steps);

  void start();

private:
  enum class step : std::uint8_t {
    reading_proxy_header,
    looking,       // at the first byte: whether it is TLS
    shaking_hands, // of TLS
    lingering,     // it was refused, and may finish its sentence
    over,
  };

  void readable() override;
  void writable() override {}
  void dismissed() override;
  void expired() override;

  void proceed();
  transfer_outcome take_step();
  transfer_outcome read_proxy_header();
  transfer_outcome look();
  transfer_outcome shake_hands();
  transfer_outcome throw_away();
  bool is_trusted_proxy() const;
  void refuse_plain_text();
  void fail(std::string_view why);
  void begin_http();
  void end();

  const site_branch branch_;
  std::shared_ptr<newcomer> self_;
  client_stream stream_;
  const tls::context_ptr shows_;
  step step_;
};

} // namespace thunderpush
