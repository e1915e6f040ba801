#include "ctl/table.hpp"

#include "config/loggable.hpp"

#include <algorithm>
#include <array>

namespace thunderpush::ctl {

namespace {

constexpr std::size_t widest_cell = 40;
constexpr std::string_view gap = "  ";

struct character {
  char32_t code = 0;
  std::size_t bytes = 1;
};

// The first character of a text that is valid UTF-8.
character first_character(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0xC0)
    return {first, 1};
  const std::size_t bytes = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  char32_t code = first & (0xFFU >> (bytes + 1));
  for (const char c : text.substr(1, bytes - 1))
    code = code << 6U | (static_cast<unsigned char>(c) & 0x3FU);
  return {code, std::min(bytes, text.size())};
}

struct character_range {
  char32_t first;
  char32_t last;
};

// Combining marks and what has no width; East Asian wide characters and emoji.
constexpr std::array<character_range, 5> narrow{{{0x300, 0x36F},
                                                 {0x200B, 0x200F},
                                                 {0x202A, 0x202E},
                                                 {0x2060, 0x206F},
                                                 {0xFE00, 0xFE0F}}};
constexpr std::array<character_range, 8> wide{{{0x1100, 0x115F},
                                               {0x2E80, 0xA4CF},
                                               {0xAC00, 0xD7A3},
                                               {0xF900, 0xFAFF},
                                               {0xFE30, 0xFE6F},
                                               {0xFF00, 0xFF60},
                                               {0x1F300, 0x1FAFF},
                                               {0x20000, 0x3FFFD}}};

template <class Ranges>
bool is_in(const Ranges& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](const character_range& range) {
                       return code >= range.first && code <= range.last;
                     });
}

std::size_t width_of(char32_t code) {
  if (is_in(narrow, code))
    return 0;
  return is_in(wide, code) ? 2 : 1;
}

} // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const auto next = first_character(text);
    width += width_of(next.code);
    text.remove_prefix(next.bytes);
  }
  return width;
}

std::string fitted(std::string_view text, std::size_t width) {
  if (display_width(text) <= width)
    return std::string{text};
  std::string result;
  auto left = std::max<std::size_t>(width, 1) - 1;
  while (!text.empty()) {
    const auto next = first_character(text);
    if (width_of(next.code) > left)
      break;
    left -= width_of(next.code);
    result += text.substr(0, next.bytes);
    text.remove_prefix(next.bytes);
  }
  return width == 0 ? result : result + '~';
}

table::table(std::vector<column> columns) : columns_{std::move(columns)} {
  for (const auto& each : columns_)
    widths_.push_back(display_width(each.title));
}

void table::add(const std::vector<std::string>& cells) {
  auto& row = rows_.emplace_back();
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    row.push_back(fitted(one_line(cells.at(i)), widest_cell));
    widths_[i] = std::max(widths_[i], display_width(row.back()));
  }
}

std::vector<std::string> table::lines(std::size_t width) const {
  std::vector<std::string> titles;
  for (const auto& each : columns_)
    titles.push_back(each.title);
  std::vector<std::string> result{line(titles, width)};
  for (const auto& row : rows_)
    result.push_back(line(row, width));
  return result;
}

std::string table::line(const std::vector<std::string>& cells,
                        std::size_t width) const {
  std::string result;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string blanks(widths_[i] - display_width(cells[i]), ' ');
    result += i == 0 ? "" : gap;
    result += columns_[i].side == alignment::left ? cells[i] + blanks
                                                  : blanks + cells[i];
  }
  result.erase(result.find_last_not_of(' ') + 1);
  return fitted(result, width);
}

} // namespace thunderpush::ctl
