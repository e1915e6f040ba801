#pragma once

#include "config/assignment.hpp"
#include "config/early_exit.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace thunderpush {

/// What the command line asks for.
struct command_line {
  /// The original's `clientkey apikey` were given: they are among the
  /// assignments, and the original's defaults apply.
  bool has_key_pair = false;
  std::optional<std::string> config_file;
  bool check_config = false;
  bool print_config = false;
  assignments given; ///< Without problems: those end the program.
};

/// Reads the arguments after the program's name as the original does
/// (specification, section 6): options before, between and after the two
/// arguments, `-p1234`, `-vd`, `--port=1234`, unambiguous abbreviations, `--`
/// ends the options, of repeated options the last counts. --help and
/// --version take effect where they stand.
std::variant<command_line, early_exit>
parse_command_line(std::span<const std::string> arguments,
                   std::string_view version);

/// Usage and message for standard error, exit status 2.
early_exit usage_error(std::string_view message);

} // namespace thunderpush
