#include "ctl/terminal.hpp"

#include "config/loggable.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <sys/ioctl.h>
#include <unistd.h>

namespace thunderpush::ctl {

namespace {

// Control sequences of xterm, which all terminals in use know.
constexpr std::string_view enter_screen = "\x1B[?1049h\x1B[?25l";
constexpr std::string_view leave_screen = "\x1B[?25h\x1B[?1049l";
constexpr std::string_view to_the_top = "\x1B[H";
constexpr std::string_view erase_rest_of_line = "\x1B[K";
constexpr std::string_view erase_rest_of_screen = "\x1B[J";

} // namespace

bool is_terminal(int descriptor) noexcept {
  return ::isatty(descriptor) == 1;
}

screen_size size_of_screen() noexcept {
  constexpr screen_size usual{80, 24};
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0
      || size.ws_row == 0)
    return usual;
  return {size.ws_col, size.ws_row};
}

palette choose_palette(color_choice choice) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment
  const auto* const no_color = std::getenv("NO_COLOR");
  const auto is_wanted = no_color == nullptr || *no_color == '\0';
  return palette{choice == color_choice::always
                 || (choice == color_choice::automatic && is_wanted
                     && is_terminal(STDOUT_FILENO))};
}

void print(const table& rows, const palette& colors) {
  const auto width = is_terminal(STDOUT_FILENO)
                       ? size_of_screen().columns
                       : std::numeric_limits<std::size_t>::max();
  const auto lines = rows.lines(width);
  std::cout << colors.bold(lines.front()) << '\n';
  for (std::size_t i = 1; i < lines.size(); ++i)
    std::cout << lines[i] << '\n';
}

std::string message_line(std::string_view payload, bool for_terminal) {
  std::string line{payload};
  std::replace_if(
    line.begin(), line.end(),
    [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  line.erase(line.find_last_not_of(' ') + 1);
  return for_terminal ? one_line(line) : line;
}

full_screen::full_screen(int terminal) : terminal_{terminal} {
  ::tcgetattr(terminal_, &before_);
  auto raw = before_;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  ::tcsetattr(terminal_, TCSANOW, &raw);
  std::cout << enter_screen << std::flush;
}

full_screen::~full_screen() {
  std::cout << leave_screen << std::flush;
  ::tcsetattr(terminal_, TCSANOW, &before_);
}

void full_screen::show(const std::vector<std::string>& lines) {
  std::string out{to_the_top};
  std::string_view line_break;
  for (const auto& line : lines) {
    out.append(line_break).append(line).append(erase_rest_of_line);
    line_break = "\r\n";
  }
  out += erase_rest_of_screen;
  std::cout << out << std::flush;
}

} // namespace thunderpush::ctl
