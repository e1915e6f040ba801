#pragma once

#include "config/program_help.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace thunderpush {

struct option;

/// The words that an option takes, such as the levels of the log; empty if it
/// takes others than a few words.
std::vector<std::string> words_of(const option& which);

/// Scripts that complete the command line of the daemon: options with their
/// arguments, and for --set every option of the configuration with its words.
std::string bash_completion(const program_help& help);
std::string zsh_completion(const program_help& help);
std::string fish_completion(const program_help& help);

} // namespace thunderpush
