#pragma once

#include "config/early_exit.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace thunderpush::ctl {

/// When to colour: `automatic` is on a terminal and unless NO_COLOR is set.
enum class color_choice : std::uint8_t { automatic, always, never };

/// What the command line asks for.
struct options {
  std::string command;
  std::vector<std::string> operands;

  // Where the server is and who is asking.
  std::optional<std::string> config;
  std::optional<std::string> url;
  std::optional<std::string> admin;
  std::optional<std::string> admin_token;
  std::optional<std::string> app;
  std::optional<std::string> key;
  std::optional<std::string> secret;

  bool json = false;
  std::chrono::milliseconds timeout{5'000};
  color_choice color = color_choice::automatic;

  // channels, users, top
  std::size_t limit = 1000; ///< Rows of a list.

  // tail
  std::size_t count = 0; ///< Messages to end after; 0: none.
  std::optional<std::string> user;

  // top
  bool once = false;

  // bench
  std::size_t subscribers = 100;
  std::size_t messages = 1000;
  std::size_t size = 100; ///< Bytes of a message.
  std::size_t publishers = 1;
  bool yes = false; ///< Also against another machine.
};

/// Reads the arguments after the program's name. The first that is no option
/// is the command; options may stand anywhere, `--` ends them.
std::variant<options, early_exit>
parse_options(std::span<const std::string> arguments, std::string_view version);

} // namespace thunderpush::ctl
