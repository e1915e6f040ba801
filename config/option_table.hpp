#pragma once

#include "config/settings.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace thunderpush {

/// One option of the configuration. All that is known about it stands here
/// once: files, the environment, the command line, --print-config and the
/// documented example are driven from it.
struct option {
  std::string_view section; ///< `app` stands for every [app.NAME] and so on.
  std::string_view key;
  /// As written in a file; without one the option may be left out, or has to
  /// be set.
  std::optional<std::string_view> default_text;
  std::string_view help; ///< One line.
  std::string allowed;   ///< Completes "expected ...".
  /// Stores the value, or returns false if it is not allowed. An option of a
  /// section with a name goes to the last one of its kind.
  std::function<bool(settings&, std::string_view)> assign;
  /// Says of a value that is not allowed what is wrong with it in particular;
  /// empty where `allowed` says it all.
  std::function<std::string(std::string_view)> reason;
  /// What error messages show, and the documented example of an option without
  /// a default; empty: the default.
  std::string_view example;
  bool essential = false;    ///< The example sets it instead of commenting it.
  bool confidential = false; ///< Never echoed, never printed.
};

/// All options, sections kept together, in the order of the documentation.
std::span<const option> option_table();

/// Begins a section with a name: a further app, listener and so on. Others are
/// there already.
void add_section(settings& to, std::string_view section);

/// Settings with one of each section that has a name: options can be tried on
/// them.
settings scratch_settings();

/// Nothing if there is no such section, `app` or `app.` with a bad name
/// included, or no such key in it.
const option* find_option(std::string_view section, std::string_view key);

/// The key that says the same in another way: `secret_file` for `secret` and
/// the reverse; empty if there is none.
std::string_view other_spelling(std::string_view key);

/// A section of the table, with a name where it has one.
bool is_section(std::string_view section);

/// Why `section` is refused and what was probably meant.
std::string unknown_section(std::string_view section);

/// Why `key` is refused and what was probably meant; covers an unknown
/// section as well.
std::string unknown_key(std::string_view section, std::string_view key);

/// Why the option cannot have this value, with what is allowed and an
/// example; nothing if it can. Never repeats a confidential value.
std::optional<std::string> complaint(const option& which,
                                     std::string_view value);

} // namespace thunderpush
