#pragma once

#include "actors/identifiers.hpp"
#include "actors/pinned_actor.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <cstdint>

namespace thunderpush {

/// Actors of a home by name. Each is found by the name that it has itself, so
/// that an entry is an address and a count and no more. `Actor` has a
/// `known_as()`. Home thread.
template <class Actor, class Ref>
class actor_table {
public:
  struct entry {
    Ref who;
    mutable std::uint64_t sent; ///< Messages it was sent through the table.

    const auto& name() const noexcept {
      return actor_at<Actor>(who).known_as();
    }
  };

private:
  struct hash {
    using is_transparent = void;

    template <class Kind>
    std::size_t operator()(const scoped_name<Kind>& name) const noexcept {
      return hash_value(name);
    }
    std::size_t operator()(const entry& item) const noexcept {
      return hash_value(item.name());
    }
  };

  struct same_name {
    using is_transparent = void;

    template <class Kind>
    bool operator()(const scoped_name<Kind>& name,
                    const entry& item) const noexcept {
      return name == item.name();
    }
    template <class Kind>
    bool operator()(const entry& item,
                    const scoped_name<Kind>& name) const noexcept {
      return name == item.name();
    }
    bool operator()(const entry& left, const entry& right) const noexcept {
      return left.name() == right.name();
    }
  };

  using entries = boost::unordered_flat_set<entry, hash, same_name>;

public:
  using iterator = typename entries::iterator;

  template <class Name>
  iterator find(const Name& name) const {
    return entries_.find(name);
  }

  template <class Name>
  bool contains(const Name& name) const {
    return entries_.contains(name);
  }

  /// There must be none of its name.
  void insert(Ref who, std::uint64_t sent) {
    entries_.insert(entry{std::move(who), sent});
  }

  void erase(iterator which) { entries_.erase(which); }

  iterator begin() const noexcept { return entries_.begin(); }
  iterator end() const noexcept { return entries_.end(); }

private:
  entries entries_;
};

} // namespace thunderpush
