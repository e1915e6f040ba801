#pragma once

#include "ctl/failure.hpp"
#include "ctl/options.hpp"
#include "ctl/palette.hpp"
#include "ctl/target.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace thunderpush::ctl {

/// One call of the program: what a command gets.
struct invocation {
  const options& asked;
  const target& server;
  palette colors; ///< For standard output.
};

/// What the first word of the command line names.
struct command {
  std::string_view name;
  std::string_view operands; ///< As the usage shows them.
  std::size_t min_operands;
  std::size_t max_operands;
  std::string_view summary; ///< A line in the list of commands.
  std::string_view details; ///< The rest of its help.
  std::string_view example;
  /// Prints what was found to standard output and returns the exit status.
  result<int> (*run)(const invocation& call);
};

/// All of them, in the order of the help.
std::span<const command> commands();

/// Nothing if there is none of this name.
const command* find_command(std::string_view name);

// One file each.
result<int> publish(const invocation& call);
result<int> send(const invocation& call);
result<int> online(const invocation& call);
result<int> users(const invocation& call);
result<int> channels(const invocation& call);
result<int> kick(const invocation& call);
result<int> tail(const invocation& call);
result<int> top(const invocation& call);
result<int> bench(const invocation& call);
result<int> check(const invocation& call);

} // namespace thunderpush::ctl
