#pragma once

#include "actors/context.hpp"
#include "actors/http.hpp"
#include "actors/messages.hpp"
#include "actors/pinned_actor.hpp"
#include "api/admin_query.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace thunderpush {

/// Answers the requests of the admin listener: asks the inspector of each home
/// and puts the replies together. Reads nothing of another actor but by
/// message, and waits for a home no longer than a few seconds: `/health` for
/// one, all else for five.
class admin final : public pinned<admin, requester_interface>,
                    public http_handler {
public:
  /// Requests that may wait for replies; further ones are answered 503.
  static constexpr std::size_t max_waiting = 64;

  admin(caf::actor_config& config, thunderpush::home& where,
        const context& shared, std::string version);
  ~admin() override;

  /// Home thread.
  void handle(const http_request& request,
              std::shared_ptr<http_responder> responder) override;

  void on(const publication_accepted&) {} // asks inspectors only
  void on(const publication_refused&) {}
  void on(const user_found&) {}
  void on(const users_counted&) {}
  void on(const user_disconnected&) {}
  void on(const subscribers_expected&) {}
  void on(const subscribers_listed&) {}
  void on(actors_listed& what);
  void on(const totals_read& what);
  void on(const request_failed& what);

private:
  class inquiry;

  std::optional<http_response>
  answer_or_ask(const http_request& request,
                const std::shared_ptr<http_responder>& to);
  std::optional<http_response> list(std::string_view query,
                                    const std::shared_ptr<http_responder>& to);
  template <class Subject>
  std::uint64_t begin(const std::shared_ptr<http_responder>& to,
                      Subject subject);
  void read_all_totals(std::uint64_t number);
  reply_address reply_of(std::uint64_t number, std::size_t home) const;

  template <class Subject, class Take>
  void take_reply(std::uint64_t ticket, Take&& take);
  void finish(std::uint64_t number);
  template <class Make>
  void finish_with(std::uint64_t number, Make&& make);

  bool survives_failure() const noexcept override { return true; }
  void on_exit(const caf::error& reason) override;

  const context& shared_;
  const std::string version_;
  std::unordered_map<std::uint64_t, std::unique_ptr<inquiry>> inquiries_;
  std::uint64_t last_number_ = 0;
};

} // namespace thunderpush
