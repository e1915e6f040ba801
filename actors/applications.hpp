#pragma once

#include "actors/identifiers.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush {

/// The applications of the configuration. A value: it is replaced as a whole
/// when the configuration is read again.
class applications {
public:
  struct application {
    std::string name;    ///< As in [app.NAME].
    std::string key;     ///< Public.
    bool present = true; ///< Else it was there before.
  };

  explicit applications(std::vector<application> all);

  /// With those of a new configuration: whoever keeps its name keeps its id,
  /// whoever is not there any more loses its key, but not its name.
  applications replaced_by(const std::vector<application>& all) const;

  /// Ids there have been.
  std::size_t size() const noexcept { return all_.size(); }

  /// Those that are configured now.
  std::size_t present() const noexcept;

  /// The application with this key. A key is public: the comparison need not
  /// take constant time.
  std::optional<app_id> find(std::string_view key) const noexcept;

  /// The application of this name, if it is configured now.
  std::optional<app_id> named(std::string_view name) const noexcept;

  /// Whether it is configured now.
  bool contains(app_id which) const noexcept { return at(which).present; }

  const std::string& name(app_id which) const noexcept {
    return at(which).name;
  }
  const std::string& key(app_id which) const noexcept { return at(which).key; }

private:
  const application& at(app_id which) const noexcept {
    return all_[static_cast<std::size_t>(which)];
  }

  template <class Is>
  std::optional<app_id> first(Is&& is) const noexcept;

  std::vector<application> all_; // by id
};

} // namespace thunderpush
