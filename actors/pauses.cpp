#include "actors/pauses.hpp"

#include "actors/endpoint.hpp"

namespace thunderpush {

class pauses::pause final : public timer {
public:
  pause(pauses& all, endpoint& who) : all_(all), who_(who) {}

private:
  void expired() override {
    auto& who = who_; // this ends first
    all_.cancel(who);
    who.pause_over();
  }

  pauses& all_;
  endpoint& who_;
};

pauses::pauses(timer_wheel& timers) noexcept : timers_(timers) {}

pauses::~pauses() = default;

void pauses::begin(endpoint& who, std::chrono::nanoseconds length) {
  auto& running = running_[&who];
  running = std::make_unique<pause>(*this, who);
  timers_.start(*running, length);
}

void pauses::cancel(const endpoint& who) noexcept {
  running_.erase(&who);
}

} // namespace thunderpush
