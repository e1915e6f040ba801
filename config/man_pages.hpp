#pragma once

#include "config/program_help.hpp"

#include <string>
#include <string_view>

namespace thunderpush {

/// When a manual page was made, as YYYY-MM-DD, and of which version.
struct edition {
  std::string_view date;
  std::string_view version;
};

/// thunderpush(1), from what the program says when asked for help and what
/// only an operator asks: signals, files, the environment.
std::string daemon_page(const program_help& help, edition of);

/// The page of another program of ours, section 1, from its help alone.
std::string program_page(const program_help& help, edition of);

/// thunderpush.conf(5), from the table of options.
std::string configuration_page(edition of);

} // namespace thunderpush
