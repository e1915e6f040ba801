#pragma once

#include "actors/client_link.hpp"
#include "actors/connection.hpp"
#include "tests/support/line_framing.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thunderpush {

/// A client as a test sees it: what it says, how fast it reads and what it
/// got. Copies are the same client.
class test_client {
public:
  /// A call of the connection that throws.
  enum class fault : std::uint8_t { none, start, flush, resume, close };

  using lines = std::vector<std::string>;

  static constexpr std::size_t unlimited
    = std::numeric_limits<std::size_t>::max();

  /// The transport's end, to be handed to a hub; once.
  std::unique_ptr<client_link> link() const {
    return std::make_unique<recording_link>(state_);
  }

  /// How everything settles after `says` and `leaves`.
  void settles_by(std::function<void()> run) const {
    state_->settle = std::move(run);
  }

  // What it does.

  /// Sends a message and lets everything settle.
  void says(std::string message) const {
    sends(std::move(message));
    state_->settle();
  }

  /// Breaks off and lets everything settle.
  void leaves() const {
    vanishes();
    state_->settle();
  }

  /// Sends a message. The server takes it once it is done with those before.
  void sends(std::string message) const {
    state_->unsaid.push_back(std::move(message));
    if (auto* owner = state_->owner)
      owner->run([this] { state_->talk(); });
  }

  /// Is gone without a word.
  void vanishes() const {
    if (auto* owner = std::exchange(state_->owner, nullptr))
      owner->run([owner] { owner->link_lost(); });
  }

  /// Takes so many more bytes, then no more.
  void takes_only(std::size_t bytes) const { state_->room = bytes; }

  /// Takes so many frames of each attempt to write: the others have a turn.
  void takes_at_once(std::size_t frames) const {
    state_->frames_at_once = frames;
  }

  /// Reads again after `takes_only`, so many bytes or whatever comes.
  void reads(std::size_t bytes = unlimited) const {
    state_->room = bytes;
    if (auto* owner = state_->owner)
      owner->run([owner] { owner->writable(); });
  }

  /// Its transport breaks down at the next call of that kind, and so on.
  void breaks_on(fault what) const { state_->broken = what; }

  /// Its transport cannot write publications. Before it connects.
  void has_no_framing() const { state_->framed_as = &broken_framing; }

  /// Has `what` called at the next attempt to write to it.
  void upon_flush(std::function<void()> what) const {
    state_->upon_flush = std::move(what);
  }

  /// Has `what` called whenever a message of it has been dealt with.
  void upon_done(std::function<void(std::string_view message)> what) const {
    state_->upon_done = std::move(what);
  }

  // What it has seen.

  /// The complete frames that were written to it. The last words of the
  /// server are one: "closed CODE".
  lines received() const {
    lines all;
    std::string_view rest = state_->written;
    for (auto end = rest.find('\n'); end != std::string_view::npos;
         end = rest.find('\n')) {
      all.emplace_back(rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
    return all;
  }

  /// Every byte that was written to it.
  const std::string& bytes() const noexcept { return state_->written; }

  /// What the connection told the transport to close with.
  std::optional<close_reason> closed_with() const noexcept {
    return state_->closed_with;
  }

  /// Whether the connection has let go of the transport.
  bool gone() const noexcept { return state_->destroyed; }

  /// Messages of it that have been dealt with.
  std::size_t messages_done() const noexcept { return state_->done; }

  /// Attempts to write to it.
  std::size_t flushes() const noexcept { return state_->flushes; }

  /// What the last attempt to write to it left in its queue.
  const std::vector<const frame*>& waiting() const noexcept {
    return state_->waiting;
  }

  /// Its actor. Not after it has gone.
  connection& actor() const noexcept { return *state_->owner; }

private:
  static inline const line_framing plain_framing{};
  static inline const failing_framing broken_framing{};

  struct state {
    connection* owner = nullptr; // while the link may call it
    const framing* framed_as = &plain_framing;
    std::deque<std::string> unsaid;
    std::string written;
    std::vector<const frame*> waiting;
    std::size_t room = unlimited;
    std::size_t frames_at_once = unlimited;
    std::size_t done = 0;
    std::size_t flushes = 0;
    std::optional<close_reason> closed_with;
    std::function<void()> settle;
    std::function<void()> upon_flush;
    std::function<void(std::string_view)> upon_done;
    std::string being_done;
    fault broken = fault::none;
    bool awaits_resume = false;
    bool destroyed = false;

    void break_if(fault now) const {
      if (broken == now)
        throw std::runtime_error{"the transport broke down"};
    }

    void talk() {
      while (!awaits_resume && owner != nullptr && !unsaid.empty()) {
        being_done = std::move(unsaid.front());
        unsaid.pop_front();
        awaits_resume = !owner->receive(being_done);
        if (!awaits_resume)
          note_done();
      }
    }

    void note_done() {
      ++done;
      if (upon_done)
        upon_done(being_done);
    }
  };

  class recording_link final : public client_link {
  public:
    explicit recording_link(std::shared_ptr<state> shared)
      : state_(std::move(shared)) {}
    recording_link(const recording_link&) = delete;
    recording_link& operator=(const recording_link&) = delete;
    ~recording_link() override {
      state_->owner = nullptr;
      state_->destroyed = true;
    }

    const framing& frames() const noexcept override {
      return *state_->framed_as;
    }

    std::string_view transport() const noexcept override { return "test"; }

    void start(endpoint& owner) override {
      state_->break_if(fault::start);
      state_->owner = &static_cast<connection&>(owner);
      state_->talk();
    }

    flush_result flush(out_queue& queue) override {
      ++state_->flushes;
      if (auto call = std::exchange(state_->upon_flush, nullptr))
        call();
      state_->break_if(fault::flush);
      const auto result = write_from(queue);
      state_->waiting.clear();
      for (const auto& each : queue.frames())
        state_->waiting.push_back(each.get());
      if (result != flush_result::drained)
        return result;
      if (auto* owner = state_->owner; owner && state_->closed_with) {
        state_->owner = nullptr;
        owner->link_lost();
      }
      return flush_result::drained;
    }

    void resume() override {
      state_->break_if(fault::resume);
      state_->awaits_resume = false;
      state_->note_done();
      state_->talk();
    }

    void close(const close_reason& why) override {
      state_->break_if(fault::close);
      state_->closed_with = why;
      state_->owner->send("closed " + std::to_string(why.code) + '\n');
    }

  private:
    flush_result write_from(out_queue& queue) const {
      for (auto turns = state_->frames_at_once; !queue.empty(); --turns) {
        if (turns == 0)
          return flush_result::more;
        if (!write_front(queue))
          return flush_result::blocked;
      }
      return flush_result::drained;
    }

    // False if the client does not take all of it.
    bool write_front(out_queue& queue) const {
      const auto& frame = queue.frames().front()->bytes(queue.frames_as());
      const auto left = std::string_view{frame}.substr(queue.offset());
      const auto taken = std::min(left.size(), state_->room);
      const bool complete = taken == left.size();
      state_->written.append(left.substr(0, taken));
      if (state_->room != unlimited)
        state_->room -= taken;
      queue.written(taken);
      return complete;
    }

    std::shared_ptr<state> state_;
  };

  std::shared_ptr<state> state_ = std::make_shared<state>();
};

} // namespace thunderpush
