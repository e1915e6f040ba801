#pragma once

#include <string>
#include <string_view>

namespace thunderpush::ctl {

/// Colours for a terminal, or none.
class palette {
public:
  explicit palette(bool is_on) : is_on_{is_on} {}

  std::string bold(std::string_view text) const { return in("1", text); }
  std::string red(std::string_view text) const { return in("31", text); }
  std::string green(std::string_view text) const { return in("32", text); }
  std::string yellow(std::string_view text) const { return in("33", text); }

private:
  // SGR sequences of ECMA-48.
  std::string in(std::string_view code, std::string_view text) const {
    if (!is_on_)
      return std::string{text};
    return "\x1B[" + std::string{code} + 'm' + std::string{text} + "\x1B[0m";
  }

  bool is_on_;
};

} // namespace thunderpush::ctl
