#pragma once

#include "actors/messages.hpp"
#include "actors/pinned_actor.hpp"

#include <cstddef>
#include <deque>
#include <vector>

namespace thunderpush {

/// Answers operators' questions about a home. Walks the home's actors in
/// steps, a step a message, so that the rest of the home goes on meanwhile
/// however many there are.
class inspector final : public pinned<inspector, inspector_interface> {
public:
  inspector(caf::actor_config& config, thunderpush::home& where);

  void on(const list_actors& what);
  void on(const continue_walk& what);
  void on(const read_totals& what);
  void on(const list_departures& what);
  void on(const begin_trace& what);
  void on(const end_trace& what);

private:
  // A list that is being made.
  struct walk {
    list_actors question;
    std::size_t next_slot = 0;
    std::vector<actor_view> best{}; // a heap: the last in order on top
  };

  static void consider(walk& current, const pinned_actor& who);
  static void finish(walk& done);
  void go_on();

  bool survives_failure() const noexcept override { return true; }
  void undelivered(caf::type_erased_tuple& content) override;

  std::deque<walk> walks_;
};

} // namespace thunderpush
