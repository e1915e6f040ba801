#pragma once

#include "actors/home.hpp"
#include "actors/hub.hpp"
#include "transport/http/mount.hpp"
#include "transport/websocket/link.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace thunderpush::sockjs {

/// What a SockJS service is set to.
struct service_settings {
  websocket::link_settings websocket;
  bool cookie_needed = true;   ///< What `info` tells clients.
  std::size_t connections = 0; ///< At most so many a home; 0: no limit.
};

/// A SockJS service on one home: everything below its prefix. Each client that
/// connects becomes a connection of the home's hub.
class service final : public mount {
public:
  /// `prefix` has no final slash. `hub` and `settings` outlive the service.
  service(std::string prefix, hub& hub, const service_settings& settings);

  void serve(const http_request& request,
             const std::shared_ptr<http_connection>& client) override;

private:
  void greet(const http_request& request, http_connection& client) const;
  void inform(const http_request& request, http_connection& client) const;
  void open_websocket(const http_request& request, http_connection& client,
                      const websocket::dialect& speech);
  bool is_full() const noexcept;

  const std::string prefix_;
  hub& hub_;
  const service_settings& settings_;
};

} // namespace thunderpush::sockjs
