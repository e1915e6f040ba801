#pragma once

#include "actors/context.hpp"
#include "actors/http.hpp"
#include "actors/messages.hpp"
#include "actors/pinned_actor.hpp"
#include "api/credentials.hpp"
#include "api/rest_answers.hpp"
#include "api/route.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush {

/// The HTTP actor: turns calls of the REST API that arrive on its home into
/// messages to directories and through them to channels and sessions, and the
/// replies into answers.
class gateway final : public pinned<gateway, requester_interface>,
                      public http_handler {
public:
  /// The applications of `access` are in the order of those of `shared`.
  gateway(caf::actor_config& config, thunderpush::home& where,
          const context& shared, std::shared_ptr<const credentials> access);

  /// From now on these are the keys and secrets. Home thread.
  void admit(std::shared_ptr<const credentials> access) {
    access_ = std::move(access);
    last_.forget();
  }

  void handle(const http_request& request,
              std::shared_ptr<http_responder> responder) override;

  void on(const publication_accepted& what);
  void on(const publication_delivered& what);
  void on(const publication_refused& what);
  void on(const user_found& what);
  void on(const users_counted& what);
  void on(const user_disconnected& what);
  void on(const subscribers_expected& what);
  void on(subscribers_listed& what);
  void on(const request_failed& what);
  void on(const actors_listed&) {} // asks no inspector
  void on(const totals_read&) {}
  void on(const departures_listed&) {}
  void on(const channel_reset&) {}
  void on(const trace_noted&) {}

private:
  // What was asked for beside the count of a message's receivers.
  struct detailed_delivery {
    delivery_detail sum{};
    std::optional<std::size_t> reports{}; // that come, once known
    std::size_t reported = 0;             // that have come
  };

  // A call that waits for replies.
  struct pending {
    std::shared_ptr<http_responder> responder;
    std::size_t homes = 0; // whose part of a count is still to come
    std::size_t count = 0;
    std::optional<std::size_t> hubs{}; // that list subscribers, once known
    std::size_t lists = 0;             // that have come
    std::vector<std::string> users{};
    std::unique_ptr<detailed_delivery> detail{}; // if it was asked for
  };

  std::optional<http_response>
  answer_or_begin(const http_request& request,
                  const std::shared_ptr<http_responder>& to);
  std::optional<rest_caller> recognise(std::string_view key,
                                       std::string_view secret);
  std::optional<rest_error> refuse_message(const rest_call& call, app_id app,
                                           std::string_view body);
  std::optional<http_response> begin(const rest_call& call, app_id app,
                                     const http_request& request,
                                     const std::shared_ptr<http_responder>& to);
  reply_address await_delivery(const std::shared_ptr<http_responder>& to,
                               bool detailed);
  void count(app_id app, const std::shared_ptr<http_responder>& to);
  reply_address await(pending call);
  pending* find(std::uint64_t ticket);
  void finish(std::uint64_t ticket, http_response answer);
  void finish_delivery(std::uint64_t ticket, const detailed_delivery& what);
  void finish_list(std::uint64_t ticket, const pending& call);

  bool survives_failure() const noexcept override { return true; }
  void undelivered(caf::type_erased_tuple& content) override;

  const context& shared_;
  std::shared_ptr<const credentials> access_;
  last_caller last_;
  boost::unordered_flat_map<std::uint64_t, pending> pending_; // by ticket
  std::uint64_t last_ticket_ = 0;
};

} // namespace thunderpush
