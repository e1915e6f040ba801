#include "api/trace_stream.hpp"

#include "api/admin_answers.hpp"

#include <string>
#include <utility>

namespace thunderpush {

trace_stream::trace_stream(home& where, std::shared_ptr<http_responder> to,
                           std::chrono::seconds time,
                           std::function<void()> over)
  : to_(std::move(to)), over_(std::move(over)) {
  to_->hold(*this);
  to_->begin(http_response{
    200,
    "text/event-stream",
    {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}},
    {}});
  to_->add(": begun\n\n");
  waiting_ = !to_->send();
  where.timers().start(*this, time);
}

trace_stream::~trace_stream() {
  if (lost_)
    return;
  to_->let_go();
  to_->add("event: end\ndata: {\"missed\": " + std::to_string(missed_)
           + "}\n\n");
  to_->end();
}

void trace_stream::add(trace_noted event) {
  if (waiting_ || lost_) {
    missed_ += 1 + event.missed;
    return;
  }
  event.missed += std::exchange(missed_, 0);
  send("trace", trace_line(event));
}

void trace_stream::send(std::string_view type, std::string_view data) {
  to_->add(std::string{"event: "}
             .append(type)
             .append("\ndata: ")
             .append(data)
             .append("\n\n"));
  waiting_ = !to_->send();
}

void trace_stream::drained() {
  waiting_ = false;
}

void trace_stream::lost() {
  lost_ = true;
  const auto over = over_; // it goes with this
  over();
}

void trace_stream::expired() {
  const auto over = over_;
  over();
}

} // namespace thunderpush
