#pragma once

#include "actors/home.hpp"
#include "actors/timer_wheel.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace thunderpush::sockjs {

class session;

/// The sessions of a service that live on one home, by id, and for a while the
/// last words of those that were closed: a client that asks again is told
/// again.
class session_table {
public:
  /// `delay`: how long last words are kept after they were last told.
  session_table(home& where, std::chrono::milliseconds delay)
    : home_(where), delay_(delay) {}

  /// The session with that id, null if there is none.
  session* find(std::string_view id) const;

  /// The close frame of a session that was closed, null if there is none. Keeps
  /// it for another while.
  const std::string* last_words(std::string_view id);

  /// The id is not in the table.
  void add(std::string_view id, session& who);

  /// The session is forgotten.
  void remove(std::string_view id);

  /// The session is forgotten, but for its close frame.
  void bury(std::string_view id, std::string close_frame);

private:
  class epitaph final : public timer {
  public:
    epitaph(session_table& table, std::string_view id, std::string text)
      : table_(table), id_(id), text_(std::move(text)) {}

    const std::string& text() const noexcept { return text_; }

  private:
    void expired() override {
      table_.epitaphs_.erase(table_.find_epitaph(id_));
    }

    session_table& table_;
    const std::string id_;
    const std::string text_;
  };

  // Ids are looked up as they are found in a URL.
  struct hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  template <class Value>
  using by_id = std::unordered_map<std::string, Value, hash, std::equal_to<>>;

  by_id<std::unique_ptr<epitaph>>::const_iterator
  find_epitaph(std::string_view id) const {
    return epitaphs_.find(id);
  }

  home& home_;
  const std::chrono::milliseconds delay_;
  by_id<session*> sessions_;
  by_id<std::unique_ptr<epitaph>> epitaphs_;
};

} // namespace thunderpush::sockjs
