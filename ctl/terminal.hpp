#pragma once

#include "ctl/options.hpp"
#include "ctl/palette.hpp"
#include "ctl/table.hpp"

#include <cstddef>
#include <string>
#include <termios.h>
#include <vector>

namespace thunderpush::ctl {

/// Whether the descriptor is one.
bool is_terminal(int descriptor) noexcept;

struct screen_size {
  std::size_t columns;
  std::size_t rows;
};

/// Of the terminal on standard output; 80 x 24 if it does not say.
screen_size size_of_screen() noexcept;

/// The colours of standard output.
palette choose_palette(color_choice choice);

/// Prints a table to standard output: as wide as the terminal, or as needed.
void print(const table& rows, const palette& colors);

/// A message as one line: the line breaks that JSON may have between its tokens
/// become blanks; for a terminal, control characters are escaped.
std::string message_line(std::string_view payload, bool for_terminal);

/// The terminal's other screen, without cursor, and keys as they are pressed.
/// Gone when this ends, whatever the reason.
class full_screen {
public:
  /// `terminal` is open for as long as this is there.
  explicit full_screen(int terminal);
  ~full_screen();
  full_screen(const full_screen&) = delete;
  full_screen& operator=(const full_screen&) = delete;

  /// Replaces what is shown. `lines` fit.
  static void show(const std::vector<std::string>& lines);

private:
  int terminal_;
  termios before_{};
};

} // namespace thunderpush::ctl
