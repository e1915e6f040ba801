#include "transport/sockjs/session.hpp"

#include "actors/endpoint.hpp"
#include "actors/out_queue.hpp"
#include "transport/framing_kinds.hpp"
#include "transport/sockjs/frames.hpp"

#include <algorithm>
#include <utility>

namespace thunderpush::sockjs {

namespace {

constexpr close_reason still_open{2010, "Another connection still open"};
constexpr close_reason interrupted{1002, "Connection interrupted"};

// Messages are joined into frames only when there is a receiver.
class element_framing final : public framing {
public:
  element_framing() noexcept
    : framing(static_cast<std::size_t>(framing_kind::sockjs_http)) {}

  std::string encode(std::string_view element) const override {
    return std::string{element};
  }
};

// The frame for the front of the queue: all messages up to a frame of the
// protocol's own, or that frame.
std::string take_frame(out_queue& queue) {
  const auto frames = queue.frames();
  const auto own
    = std::find_if(frames.begin(), frames.end(), [](const frame_ptr& each) {
        return !each->is_publication();
      });
  const auto messages
    = frames.first(static_cast<std::size_t>(own - frames.begin()));
  if (messages.empty()) {
    std::string text = frames.front()->bytes(queue.frames_as());
    queue.written(text.size());
    return text;
  }
  std::size_t bytes = 0;
  for (const auto& each : messages)
    bytes += each->element().size();
  auto text = array_frame(messages);
  queue.written(bytes);
  return text;
}

} // namespace

void send_request::accept() const {
  client->respond(uncached(is_jsonp ? headers.answer(200, plain_text, "ok")
                                    : headers.answer(204, plain_text)));
}

session::session(home& where, std::shared_ptr<session_table> table,
                 std::string id, const session_settings& settings,
                 const http_transport& first)
  : home_(where),
    settings_(settings),
    table_(std::move(table)),
    id_(std::move(id)),
    transport_(first.name) {
  table_->add(id_, *this);
}

session::~session() {
  if (!lost_)
    table_->remove(id_);
}

const framing& session::frames() const noexcept {
  static const element_framing instance;
  return instance;
}

std::optional<peer_view> session::peer() const {
  return receiver_ ? receiver_->peer() : std::nullopt;
}

void session::start(endpoint& owner) {
  owner_ = &owner;
  owner_->send(std::string{open_frame});
  home_.timers().start(*this, settings_.disconnect_delay);
}

// -- receiving ---------------------------------------------------------------

void session::attach(std::unique_ptr<receiver> who) {
  if (receiver_ != nullptr) {
    who->add(close_frame(closing_ ? why_ : still_open));
    who->finish();
    return;
  }
  owner_->run([this, &who] {
    receiver_ = std::move(who);
    receiver_->attend(*this);
    transport_ = receiver_->transport().name;
    home_.timers().start(*this, settings_.heartbeat);
    owner_->writable();
    if (receiver_ != nullptr)
      receiver_->send(); // what precedes the first frame
  });
}

client_link::flush_result session::flush(out_queue& queue) {
  while (!queue.empty()) {
    if (receiver_ == nullptr || !receiver_->takes_frames())
      return flush_result::blocked;
    receiver_->add(take_frame(queue));
    const bool told = closing_ && queue.empty();
    if (!told && !receiver_->is_full()) {
      receiver_->send();
      continue;
    }
    receiver_->finish();
    if (told) {
      bury(why_);
      break;
    }
    if (receiver_->is_done())
      detach();
  }
  return flush_result::drained;
}

void session::receiver_drained() {
  owner_->run([this] {
    if (receiver_->is_done())
      detach();
    else
      owner_->writable();
  });
}

// Nobody knows what the client still got.
void session::receiver_lost() {
  owner_->run([this] { bury(interrupted); });
}

void session::detach() {
  receiver_.reset();
  home_.timers().start(*this, settings_.disconnect_delay);
}

// -- sending -----------------------------------------------------------------

void session::take(send_request what) {
  if (closing_) {
    what.accept();
    return;
  }
  owner_->run([this, &what] {
    std::size_t bytes = 0;
    for (const auto& each : what.messages)
      bytes += each.size();
    what.counted.set(bytes);
    sends_.push_back(std::move(what));
    if (!paused_)
      hand_over();
  });
}

void session::resume() {
  paused_ = false;
  hand_over();
}

void session::hand_over() {
  while (!sends_.empty()) {
    auto& first = sends_.front();
    if (first.next == first.messages.size()) {
      first.accept();
      sends_.erase(sends_.begin());
      continue;
    }
    const auto message = std::move(first.messages[first.next++]);
    if (owner_->receive(message))
      continue;
    paused_ = true; // or it is closed, and has answered them all
    return;
  }
}

// -- the end -----------------------------------------------------------------

void session::close(const close_reason& why) {
  if (closing_ || lost_)
    return;
  closing_ = true;
  why_ = why;
  for (const auto& each : std::exchange(sends_, {}))
    each.accept();
  owner_->send(close_frame(why));
}

void session::bury(const close_reason& why) {
  table_->bury(id_, close_frame(why));
  finish();
}

void session::finish() {
  if (std::exchange(lost_, true))
    return;
  cancel();
  receiver_.reset();
  owner_->link_lost();
}

void session::expired() {
  owner_->run([this] {
    if (receiver_ == nullptr) {
      table_->remove(id_);
      finish();
      return;
    }
    // First, as the frame may end a poll, and the delay begin.
    home_.timers().start(*this, settings_.heartbeat);
    if (!closing_ && receiver_->takes_frames())
      owner_->send(std::string{heartbeat_frame});
  });
}

} // namespace thunderpush::sockjs
