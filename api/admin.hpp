#pragma once

#include "actors/context.hpp"
#include "actors/http.hpp"
#include "actors/messages.hpp"
#include "actors/pinned_actor.hpp"
#include "api/admin_access.hpp"
#include "api/admin_query.hpp"
#include "api/admin_route.hpp"
#include "api/process_control.hpp"
#include "api/trace_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace thunderpush {

/// What the admin endpoint is told of the daemon it belongs to.
struct admin_setup {
  std::string version;
  std::string_view description; ///< openapi.json; static storage.
  admin_access access;
  process_control& process; ///< Outlives the endpoint.
};

/// Answers the requests of the admin listener, as openapi.json says: asks the
/// inspector of each home and puts the replies together. Reads nothing of
/// another actor but by message, and waits for a home no longer than a few
/// seconds: `/health` for one, all else for five.
class admin final : public pinned<admin, requester_interface>,
                    public http_handler {
public:
  /// Requests that may wait for replies; further ones are answered 503.
  static constexpr std::size_t max_waiting = 64;

  admin(caf::actor_config& config, thunderpush::home& where,
        const context& shared, admin_setup setup);
  ~admin() override;

  /// Home thread.
  void handle(const http_request& request,
              std::shared_ptr<http_responder> responder) override;

  void on(const publication_accepted&) {} // it publishes nothing
  void on(const publication_delivered&) {}
  void on(const publication_refused&) {}
  void on(const user_found& what);
  void on(const users_counted&) {}
  void on(const user_disconnected& what);
  void on(const subscribers_expected&) {}
  void on(const subscribers_listed&) {}
  void on(actors_listed& what);
  void on(const totals_read& what);
  void on(departures_listed& what);
  void on(const channel_reset& what);
  void on(trace_noted& what);
  void on(const request_failed& what);

private:
  class inquiry;
  using responder_ptr = std::shared_ptr<http_responder>;

  // The answer, if it needs nobody else; else they are asked, and nothing is
  // returned.
  std::optional<http_response> answer_or_ask(const http_request& request,
                                             const responder_ptr& to);
  std::optional<http_response> carry_out(const admin_call& call,
                                         const http_request& request,
                                         const responder_ptr& to);
  std::optional<http_response>
  list(const listing& which, std::string_view query, const responder_ptr& to);
  std::optional<http_response> list_closed(std::string_view query,
                                           const responder_ptr& to);
  std::optional<http_response> disconnect_client(const admin_call& call,
                                                 std::string_view query,
                                                 const responder_ptr& to);
  std::optional<http_response> disconnect_user(const admin_call& call,
                                               std::string_view query,
                                               const responder_ptr& to);
  std::optional<http_response> reset_channel(const admin_call& call,
                                             std::string_view query,
                                             const responder_ptr& to);
  std::optional<http_response> trace(std::string_view query,
                                     const responder_ptr& to);
  std::optional<http_response> reload(const responder_ptr& to);
  http_response set_log_level(const http_request& request,
                              const http_responder& from);

  template <class Subject>
  std::uint64_t begin(const responder_ptr& to, Subject subject);
  template <class Make>
  void ask_all(std::uint64_t number, Make&& make);
  void ask_for_actor(std::uint64_t number, std::uint64_t id);
  reply_address reply_of(std::uint64_t number, std::size_t home) const;

  template <class Subject, class Take>
  void take_reply(std::uint64_t ticket, Take&& take);
  void finish(std::uint64_t number);
  template <class Make>
  void finish_with(std::uint64_t number, Make&& make);
  void end_trace(std::uint64_t number);

  bool survives_failure() const noexcept override { return true; }
  void undelivered(caf::type_erased_tuple& content) override;
  void on_exit(const caf::error& reason) override;

  const context& shared_;
  const admin_setup setup_;
  std::unordered_map<std::uint64_t, std::unique_ptr<inquiry>> inquiries_;
  std::unordered_map<std::uint64_t, std::unique_ptr<trace_stream>> traces_;
  std::uint64_t last_number_ = 0;
};

} // namespace thunderpush
