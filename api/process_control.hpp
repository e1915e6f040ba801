#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace thunderpush {

/// What the admin endpoint asks of the process around the actors. Called on the
/// home of the endpoint.
class process_control {
public:
  /// One option in effect.
  struct setting {
    std::string option;               ///< `section.key`.
    std::optional<std::string> value; ///< None: it is confidential.
    std::string source;
  };

  /// What became of a configuration that was read again: options by
  /// `section.key`.
  struct reloaded {
    std::vector<std::string> changed;
    std::vector<std::string> restart_needed; ///< Changed, but not in effect.
  };

  /// Or why nothing became of it.
  using reload_outcome = std::variant<reloaded, std::string>;

  virtual ~process_control() = default;

  virtual std::vector<setting> settings_in_effect() const = 0;

  /// Reads the configuration again. `done` is called later, on the same home.
  virtual void reload(std::function<void(reload_outcome)> done) = 0;

  /// Why the server, which has so many clients, wants no new ones; empty if it
  /// does.
  virtual std::vector<std::string>
  reasons_not_ready(std::size_t connections) const = 0;
};

} // namespace thunderpush
