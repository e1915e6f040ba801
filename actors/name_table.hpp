#pragma once

#include "actors/identifiers.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace thunderpush {

/// What of a name's hash its table keeps. Not the part that has chosen the home
/// of the name: that is alike for all that are in the table.
template <class Kind>
std::uint32_t kept_hash(const scoped_name<Kind>& name) noexcept {
  constexpr int upper_half = 32;
  return static_cast<std::uint32_t>(hash_value(name) >> upper_half);
}

/// Entries by a name that each refers to and none holds. An `Entry` has a
/// `name()`, and its `kept_hash` as `hash`: so a table that grows looks at no
/// name, each of which would be a miss of the cache. Home thread.
template <class Entry>
class name_table {
private:
  struct hash {
    using is_transparent = void;

    template <class Kind>
    std::size_t operator()(const scoped_name<Kind>& name) const noexcept {
      return kept_hash(name);
    }
    std::size_t operator()(const Entry& item) const noexcept {
      return item.hash;
    }
  };

  struct same_name {
    using is_transparent = void;

    template <class Kind>
    bool operator()(const scoped_name<Kind>& name,
                    const Entry& item) const noexcept {
      return name == item.name();
    }
    template <class Kind>
    bool operator()(const Entry& item,
                    const scoped_name<Kind>& name) const noexcept {
      return name == item.name();
    }
    bool operator()(const Entry& left, const Entry& right) const noexcept {
      return left.name() == right.name();
    }
  };

  using entries = boost::unordered_flat_set<Entry, hash, same_name>;

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
  void insert(Entry what) { entries_.insert(std::move(what)); }

  void erase(iterator which) { entries_.erase(which); }

  iterator begin() const noexcept { return entries_.begin(); }
  iterator end() const noexcept { return entries_.end(); }

private:
  entries entries_;
};

} // namespace thunderpush
