#pragma once

#include "actors/endpoint.hpp"
#include "actors/home.hpp"
#include "config/origin.hpp"
#include "config/sockjs_transport.hpp"
#include "transport/http/mount.hpp"
#include "transport/sockjs/answer_headers.hpp"
#include "transport/sockjs/http_transport.hpp"
#include "transport/sockjs/iframe_page.hpp"
#include "transport/sockjs/session.hpp"
#include "transport/sockjs/url.hpp"
#include "transport/websocket/link.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush::sockjs {

/// What a SockJS service is set to.
struct service_settings {
  websocket::link_settings websocket;
  session_settings sessions;
  sockjs_transports transports = sockjs_transports::all(); ///< On offer.
  std::string script = "/client/sockjs.min.js"; ///< Of the iframe page.
  /// Bytes of frames after which a streamed answer ends.
  std::size_t response_limit = std::size_t{128} * 1024;
  std::size_t message_bytes = std::size_t{64} * 1024; ///< Sent over HTTP.
  bool cookie = true;    ///< Set JSESSIONID, and tell clients to send it.
  origin_list origins{}; ///< Of pages that may connect.
};

/// A SockJS service on one home: everything below its prefix. Each client that
/// connects becomes an endpoint. A session over HTTP lives on the home that its
/// id stands for, and requests that come in on another move there.
class service final : public mount {
public:
  /// `prefix` has no final slash. The others outlive the service; `branches`
  /// are all those of its listener by home, complete before the first request.
  service(std::string prefix, home& where, endpoint_factory& clients,
          const service_settings& settings,
          const std::vector<site_branch>& branches);

  /// A session belongs to whoever knows its id: only its beginning is shown.
  std::string loggable_path(std::string_view path) const override;

  void serve(const http_request& request,
             const std::shared_ptr<http_connection>& client) override;

private:
  using client_ptr = std::shared_ptr<http_connection>;

  void greet(const http_request& request, http_connection& client) const;
  void inform(const http_request& request, http_connection& client) const;
  void show_iframe(const http_request& request, http_connection& client) const;
  void open_websocket(const http_request& request, http_connection& client,
                      const websocket::dialect& speech);
  void receive(const http_request& request, const client_ptr& client,
               const http_transport& how, std::string_view id);
  void send(const http_request& request, const client_ptr& client,
            const http_transport& how, std::string_view id);

  bool offers(resource what) const noexcept;
  std::optional<admission::place>
  find_place(http_connection& client, const answer_headers& headers) const;
  const site_branch* elsewhere(std::string_view id) const noexcept;
  answer_headers headers_for(const http_request& request,
                             const http_transport& how) const;
  session& open_session(std::string id, const http_transport& first,
                        visitor who);

  const std::string prefix_;
  home& home_;
  endpoint_factory& clients_;
  const service_settings& settings_;
  const std::vector<site_branch>& branches_;
  const std::shared_ptr<session_table> sessions_;
  const iframe_page iframe_;
};

} // namespace thunderpush::sockjs
