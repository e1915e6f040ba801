#include "actors/topic.hpp"

#include "actors/connection.hpp"

namespace thunderpush {

void move_subscriber(topic& of, std::size_t from, std::size_t to) noexcept {
  if (from == to)
    return;
  const auto& moved = of.subscribers[to] = of.subscribers[from];
  moved.who->subscriptions()[moved.subscription].position
    = static_cast<std::uint32_t>(to);
}

} // namespace thunderpush
