#include "actors/sweep.hpp"

#include "actors/connection.hpp"
#include "actors/home.hpp"
#include "actors/topic.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace thunderpush {

namespace {

// Whose turn comes later is on its way from memory meanwhile: who it is, the
// connection, and what it refers to.
void prefetch_after(const topic& what, std::size_t position) noexcept {
  constexpr std::size_t far = 16;
  constexpr std::size_t nearer = 4;
  constexpr std::size_t next = 2;
  const auto* const at = what.subscribers.data() + position;
  const auto behind = what.subscribers.size() - 1 - position;
  if (far <= behind)
    prefetch<sizeof *at>(at + far);
  if (nearer <= behind)
    (at + nearer)->who->prefetch();
  if (next <= behind)
    (at + next)->who->prefetch_link();
}

} // namespace

sweep::sweep(thunderpush::home& where,
             std::function<void(topic&, std::size_t)> on_written)
  : home_(where), on_written_(std::move(on_written)) {}

bool sweep::takes(const topic& what) const noexcept {
  return is_under_way() ? over_ == &what : what.subscribers.size() > slice;
}

void sweep::add(topic& to, frame_ptr what) {
  frames_.push_back(std::move(what));
  ++to.published;
  if (is_under_way())
    return;
  over_ = &to;
  begin_round();
  home_.flushes().mark_crowd(*this);
}

void sweep::flush() {
  home_.flushes().mark_crowd(*this); // first, whatever happens
  for (auto left = slice; left > 0 && is_under_way(); --left)
    visit_next();
}

void sweep::visit_next() {
  if (next_ == over_->subscribers.size()) {
    end_round();
    return;
  }
  prefetch_after(*over_, next_);
  auto& at = over_->subscribers[next_++];
  const auto missing = over_->published - at.seen;
  at.seen = over_->published;
  if (missing > 0)
    at.who->deliver_now(std::span{frames_}.last(missing));
}

void sweep::begin_round() noexcept {
  next_ = 0;
  target_ = over_->published;
}

void sweep::end_round() {
  auto& to = *over_;
  const auto later = to.published - target_;
  const auto bytes = retire(frames_.size() - later);
  if (frames_.empty())
    end();
  else
    begin_round();
  if (bytes > 0)
    on_written_(to, bytes);
}

// Returns the bytes of those that were not released.
std::size_t sweep::retire(std::size_t count) {
  std::size_t bytes = 0;
  for (auto i = std::min(released_, count); i < count; ++i)
    bytes += frames_[i]->element().size();
  released_ -= std::min(released_, count);
  frames_.erase(frames_.begin(),
                frames_.begin() + static_cast<std::ptrdiff_t>(count));
  return bytes;
}

void sweep::end() noexcept {
  over_ = nullptr;
  frames_.clear();
  released_ = 0;
  unlink();
}

// -- out of turn -------------------------------------------------------------

void sweep::catch_up(connection& who) {
  if (!is_under_way())
    return;
  const auto& its = who.subscriptions();
  const auto found
    = std::find_if(its.begin(), its.end(), [this](const subscription& each) {
        return each.to == over_ && each.position != subscription::joining;
      });
  if (found == its.end())
    return;
  auto& at = over_->subscribers[found->position];
  const auto missing = over_->published - at.seen;
  at.seen = over_->published;
  for (const auto& each : std::span{frames_}.last(missing))
    who.deliver(each);
}

std::size_t sweep::finish(const topic& what) {
  if (over_ != &what)
    return 0;
  for (auto i = over_->subscribers.size(); i-- > 0;)
    catch_up(*over_->subscribers[i].who);
  const auto bytes = retire(frames_.size());
  end();
  return bytes;
}

std::size_t sweep::remove(const topic& from, std::size_t position) {
  if (over_ != &from || position >= next_)
    return position;
  --next_;
  move_subscriber(*over_, next_, position);
  return next_;
}

void sweep::release(const topic& from) noexcept {
  if (over_ == &from)
    released_ = frames_.size();
}

void sweep::drop(const topic& what) noexcept {
  if (over_ == &what)
    end();
}

} // namespace thunderpush
