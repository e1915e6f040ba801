#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush::ctl {

/// Columns of a terminal that a text in UTF-8 without control characters takes.
std::size_t display_width(std::string_view text);

/// `text`, or as much of it as fits into `width` columns, with `~` at its end.
std::string fitted(std::string_view text, std::size_t width);

enum class alignment : std::uint8_t { left, right };

struct column {
  std::string title;
  alignment side = alignment::left;
};

/// Cells in aligned columns, two blanks apart.
class table {
public:
  explicit table(std::vector<column> columns);

  /// One cell a column; each is made safe for a terminal.
  void add(const std::vector<std::string>& cells);

  /// The titles and the rows, none wider than `width`.
  std::vector<std::string> lines(std::size_t width) const;

private:
  std::string line(const std::vector<std::string>& cells,
                   std::size_t width) const;

  std::vector<column> columns_;
  std::vector<std::size_t> widths_;
  std::vector<std::vector<std::string>> rows_;
};

} // namespace thunderpush::ctl
