#pragma once

#include "actors/actor_kind.hpp"
#include "actors/actor_ref.hpp"
#include "actors/actor_view.hpp"

#include <caf/error.hpp>
#include <caf/intrusive/lifo_inbox.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/monitorable_actor.hpp>
#include <caf/rtti_pair.hpp>
#include <caf/system_messages.hpp>
#include <caf/type_nr.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>

namespace thunderpush {

class home;

/// A lean CAF actor that lives on one home for life: addressed, monitored and
/// exited like any other, with a mailbox and counters of its own and no
/// behaviour stack. Derive from `pinned<Self, Interface>`.
///
/// All that a message or another actor of the same home makes it do happens on
/// the home's thread; only `enqueue` may be called from anywhere.
class pinned_actor : public caf::monitorable_actor {
public:
  /// Where an actor stands in its life, as operators see it.
  enum class life : std::uint8_t { starting, running, ended };

  ~pinned_actor() override;

  actor_kind kind() const noexcept { return kind_; }

  thunderpush::home& home() const noexcept { return home_; }

  /// What it is called among its kind: a channel's or a user's name.
  virtual std::string_view label() const noexcept { return {}; }

  /// The application it belongs to, if to any.
  virtual std::optional<app_id> application() const noexcept {
    return std::nullopt;
  }

  /// What it is doing, in a word.
  virtual std::string_view state() const noexcept { return "running"; }

  /// Messages in its mailbox. Home thread only.
  std::size_t mailbox_depth() const noexcept {
    return static_cast<std::uint32_t>(arrived_.load(std::memory_order_relaxed)
                                      - handled_);
  }

  /// Actors of its name that failed before it: told by who makes it.
  void succeeds(std::uint16_t failed) noexcept { restarts_ = failed; }

  // For operators. Home thread only.

  /// What can be told of it at a moment, but for its rank, and for what it
  /// holds unless `thoroughly`.
  actor_view view(bool thoroughly) const;

  /// By how much it leads in an order.
  virtual std::uint64_t figure(actor_order by) const;

  /// Whether all of this applies to it.
  bool matches(const actor_filter& which) const;

  /// Whether it has ended. Home thread only.
  bool ended() const noexcept { return life_ == life::ended; }

  using caf::monitorable_actor::enqueue;
  void enqueue(caf::mailbox_element_ptr element, caf::execution_unit*) final;

protected:
  pinned_actor(caf::actor_config& config, thunderpush::home& where,
               actor_kind kind);

  /// Ends it once what is in its mailbox now has been handled. Never ends it
  /// within the call, so that callers up the stack stay valid.
  void quit(caf::error reason = caf::exit_reason::normal);

  /// Runs `work` for a caller of the same home that is no actor. An exception
  /// fails the actor and goes no further.
  template <class Work>
  void enter(Work&& work) {
    if (ended())
      return;
    try {
      work();
    } catch (...) {
      fail(std::current_exception());
    }
  }

  /// Asks for a `down_msg` when `other` ends.
  void monitor(const caf::strong_actor_ptr& other);

  /// Hands a message to the handler for its type; false if it has none.
  virtual bool dispatch(caf::type_erased_tuple& content) = 0;

  /// It ends, for whatever reason: release sockets, tell who depends on it.
  virtual void on_exit(const caf::error&) {}

  /// A message that it took and will not handle, as it ended or its handler
  /// threw: tell the asker, if somebody waits for an answer.
  virtual void undelivered(caf::type_erased_tuple&) {}

  /// How long it has lived.
  std::chrono::nanoseconds age() const;

  /// Whether it is a connection whose client takes no more of what waits.
  virtual bool is_slow() const noexcept { return false; }

  /// Whether it is a connection that is subscribed to the channel.
  virtual bool is_subscribed_to(std::string_view) const { return false; }

  /// What it holds: in a list its figures only, else `thoroughly`.
  virtual holdings_view holdings(bool /*thoroughly*/) const { return {}; }

  /// Bytes that it occupies, and those on the heap that are its own; roughly.
  virtual std::size_t memory() const noexcept = 0;

  /// Whether a handler that threw ends the actor. The few that a home cannot
  /// do without live on: the message that failed is what is lost.
  virtual bool survives_failure() const noexcept { return false; }

private:
  friend class thunderpush::home;

  struct inbox_policy {
    using mapped_type = caf::mailbox_element;
    using unique_pointer = caf::mailbox_element_ptr;
  };

  // Runs up to `limit` messages; true if more are waiting.
  bool resume(std::size_t limit);
  bool fetch() noexcept;
  void handle(caf::mailbox_element& element);
  void fail(const std::exception_ptr& what);
  void end(caf::error reason);
  void discard_mailbox();
  std::chrono::milliseconds oldest() const;
  std::chrono::steady_clock::time_point ready_since() const;
  double busy() const;

  pinned_actor* next_ready_ = nullptr;
  caf::mailbox_element* next_message_ = nullptr; // fetched, in order of arrival
  caf::intrusive::lifo_inbox<inbox_policy> inbox_;
  std::atomic<std::uint32_t> arrived_{0};
  std::uint32_t roster_slot_ = 0;
  std::uint32_t born_ = 0;
  actor_kind kind_;
  life life_ = life::starting;
  std::uint16_t restarts_ = 0;
  thunderpush::home& home_;
  std::uint64_t handled_ = 0;
  std::uint32_t mailbox_peak_ = 0;
  std::uint32_t ready_since_ = 0;    // ms after the start of its home
  std::chrono::nanoseconds busy_{0}; // estimate
};

/// A pinned actor with its interface: `Self` has one `on(Message&)` for each
/// message that `Interface` names.
/// `Base` is `pinned_actor` or derives from it.
template <class Self, class Interface, class Base = pinned_actor>
class pinned;

template <class Self, class... Messages, class Base>
class pinned<Self, accepts<Messages...>, Base> : public Base {
public:
  using interface = accepts<Messages...>;

  /// Its address, to be told things.
  actor_ref<interface> ref() const {
    return actor_ref<interface>{
      caf::strong_actor_ptr{caf::actor_control_block::from(this)}};
  }

  // Lets CAF's factories return a plain address for it.
  using signatures = caf::none_t;
  using behavior_type = caf::behavior;

protected:
  using Base::Base;

  // CAF numbers its own messages. Each of ours is of one type of this program:
  // to compare the addresses of their descriptions will do, and costs no
  // comparison of names.
  bool dispatch([[maybe_unused]] caf::type_erased_tuple& content) final {
    if (content.size() != 1)
      return false;
    [[maybe_unused]] const auto type = content.type(0);
    return (dispatch_one<Messages>(type, content) || ...);
  }

  std::size_t memory() const noexcept override { return sizeof(Self); }

private:
  template <class Message>
  bool dispatch_one(const caf::rtti_pair& type,
                    caf::type_erased_tuple& content) {
    constexpr auto number = caf::type_nr<Message>::value;
    if (number != 0 ? type.first != number : type.second != &typeid(Message))
      return false;
    static_cast<Self*>(this)->on(content.get_mutable_as<Message>(0));
    return true;
  }
};

/// The actor behind an address. Home thread only, and only for an address of
/// such an actor.
template <class Actor, class Interface>
Actor& actor_at(const actor_ref<Interface>& address) noexcept {
  return static_cast<Actor&>(*address.address()->get());
}

} // namespace thunderpush
