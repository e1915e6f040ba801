#pragma once

#include <string>
#include <variant>

namespace thunderpush::ctl {

/// What the program tells whoever started it.
namespace exit_code {

inline constexpr int success = 0;
/// The server said no, cannot be reached, or is not as it should be.
inline constexpr int failed = 1;
/// The command line or the configuration cannot be followed.
inline constexpr int usage = 2;

} // namespace exit_code

/// Why something did not work, in one line for people: what, where, and what
/// to do about it.
struct failure {
  std::string message;
  int status = exit_code::failed;
};

template <class Value>
using result = std::variant<Value, failure>;

} // namespace thunderpush::ctl
