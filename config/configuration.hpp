#pragma once

#include "config/early_exit.hpp"
#include "config/settings.hpp"
#include "config/text_file.hpp"
#include "config/tls_fault.hpp"

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace thunderpush {

/// An option in effect.
struct effective_option {
  std::string name;                 ///< `section.key`.
  std::optional<std::string> value; ///< As in a file; none if confidential.
  std::string source;               ///< See `configuration::sources`.
};

/// The settings in effect, checked as a whole.
struct configuration {
  settings values;
  /// Where each value comes from, by `section.key` (`server.port`,
  /// `app.main.key`): `FILE:LINE`, a variable's name, `command line` or
  /// `default`.
  std::map<std::string, std::string> sources;
  /// All of them, in the order of the documentation.
  std::vector<effective_option> options{};
  /// What is allowed but probably not meant. For the log.
  std::vector<std::string> warnings;
};

/// Why a key cannot verify tokens of an algorithm, as what follows its name:
/// `is …`; nothing if it can.
using token_key_check = std::function<std::optional<std::string>(
  token_algorithm, std::string_view)>;

/// Reads the whole configuration; the command line is stronger than the
/// environment, that is stronger than the file, and that than the defaults.
/// Pure but for `read_file`. Keys of tokens are looked at by `check_key`, files
/// of TLS by `check_tls`, if there are any. `arguments` begin after the
/// program's name, `environment` holds `NAME=VALUE` texts.
///
/// A mistake on the command line ends with usage and status 2, mistakes
/// elsewhere with all of them and status 78.
std::variant<configuration, early_exit>
read_configuration(std::span<const std::string> arguments,
                   std::span<const std::string> environment,
                   std::string_view version, const file_reader& read_file,
                   const token_key_check& check_key = {},
                   const tls_check& check_tls = {});

} // namespace thunderpush
