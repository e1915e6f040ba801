#include "tests/load/api_client.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace thunderpush::load {

namespace {

// Far below the whole seconds of Retry-After: the load is to stay at the
// server's limit.
constexpr std::chrono::milliseconds retry_delay{20};

constexpr int too_many_requests = 429;

} // namespace

api_client::api_client(event_loop& loop, const endpoint& server,
                       std::uint64_t source)
  : loop_(loop), connection_(loop, server, source) {}

void api_client::send(std::string request, answer_handler on_answer) {
  queue_.push_back({std::move(request), std::move(on_answer)});
  if (queue_.size() == 1)
    send_front();
}

http_response api_client::ask(std::string request) {
  // Shared, as the answer may come after this call has given up.
  const auto answer = std::make_shared<std::optional<http_response>>();
  send(std::move(request),
       [answer](const http_response& response) { *answer = response; });
  if (!loop_.run_until([&answer] { return answer->has_value(); }))
    return {0, "no answer in time", false, 0};
  return **answer;
}

void api_client::send_front() {
  connection_.send(
    queue_.front().request,
    [this](const http_response& response) { answered(response); });
}

void api_client::answered(const http_response& response) {
  if (response.status == too_many_requests) {
    ++throttled_;
    retry_ = loop_.after(retry_delay, [this] { send_front(); });
    return;
  }
  const auto done = std::move(queue_.front());
  queue_.pop_front();
  if (!queue_.empty())
    send_front();
  done.on_answer(response);
}

} // namespace thunderpush::load
