#pragma once

#include "config/option_table.hpp"

#include <string>
#include <vector>

namespace thunderpush {

/// One option that was given a value somewhere.
struct assignment {
  std::string section; ///< Known: `server`, `app.main`.
  std::string key;     ///< Known in that section.
  std::string value;   ///< Allowed for that key.
  std::string source;  ///< `FILE:LINE`, a variable's name, `command line`.

  /// `server.port`, `app.main.key`.
  std::string name() const { return section + '.' + key; }
};

/// A section with a name, and where it is first named.
struct named_section {
  std::string section; ///< `app.main`.
  std::string source;  ///< As of an assignment.
};

/// What one source yields: everything usable, and every reason why something
/// is not, ready to be shown.
struct assignments {
  std::vector<assignment> values;
  std::vector<std::string> problems;
  /// Sections with a name, also those of which nothing was set.
  std::vector<named_section> sections;
  /// Names of known options whose value was refused.
  std::vector<std::string> refused;

  /// Whether an app is among the sections.
  bool names_an_app() const;
};

} // namespace thunderpush
