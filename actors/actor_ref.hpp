#pragma once

#include <caf/actor_cast.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/error.hpp>
#include <caf/execution_unit.hpp>
#include <caf/exit_reason.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/system_messages.hpp>

#include <type_traits>
#include <utility>

namespace thunderpush {

/// The messages that an actor handles: its interface.
template <class... Messages>
struct accepts {
  template <class Message>
  static constexpr bool handles = (std::is_same_v<Message, Messages> || ...);
};

/// The address of an actor with a certain interface. Keeps the actor's storage
/// alive, not the actor: what is told to one that has ended is dropped.
/// May be copied and used on any thread.
template <class Interface>
class actor_ref {
public:
  actor_ref() = default;
  explicit actor_ref(caf::strong_actor_ptr address)
    : address_(std::move(address)) {}

  explicit operator bool() const noexcept { return address_ != nullptr; }

  /// Sends `what`; an empty reference drops it. Messages from one thread to one
  /// actor arrive in order.
  template <class Message>
  void tell(Message what) const {
    static_assert(Interface::template handles<Message>,
                  "this actor does not handle such messages");
    if (address_ == nullptr)
      return;
    address_->enqueue(caf::make_mailbox_element(nullptr, caf::make_message_id(),
                                                {}, std::move(what)),
                      nullptr);
  }

  /// Asks it to end, with nothing amiss, once it has handled what it was told.
  void retire() const { end(caf::error{}); }

  /// Asks it to end likewise, but as if it had failed: others may take its
  /// place.
  void replace() const { end(caf::exit_reason::kill); }

  const caf::strong_actor_ptr& address() const noexcept { return address_; }

  friend bool operator==(const actor_ref&, const actor_ref&) = default;

private:
  void end(caf::error reason) const {
    if (address_ == nullptr)
      return;
    address_->enqueue(caf::make_mailbox_element(
                        nullptr, caf::make_message_id(), {},
                        caf::exit_msg{address_->address(), std::move(reason)}),
                      nullptr);
  }

  caf::strong_actor_ptr address_;
};

} // namespace thunderpush
