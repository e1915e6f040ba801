#pragma once

#include "config/configuration.hpp"
#include "config/layers.hpp"

#include <span>
#include <string>
#include <vector>

namespace thunderpush {

/// The settings, and every reason why they cannot be.
struct built_settings {
  configuration result;
  std::vector<std::string> problems;
};

/// Turns the values in effect into settings and looks at them as a whole:
/// every app has a key of its own and a secret, what refers to an app finds it,
/// the files of secrets, keys and of the token are read, and the admin endpoint
/// beyond loopback has a token. `check_key` and `check_tls` may be empty.
/// `refused` names options whose value was reported already.
built_settings build_settings(const layers& values,
                              std::span<const named_section> sections,
                              std::span<const std::string> refused,
                              const file_reader& read_file,
                              const token_key_check& check_key,
                              const tls_check& check_tls);

/// For a problem: what could not be read and why.
std::string cannot_read(const std::string& path, const file_error& error);

} // namespace thunderpush
