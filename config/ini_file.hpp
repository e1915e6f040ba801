#pragma once

#include "config/assignment.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush {

struct ini_section {
  std::string name;
  std::size_t line = 0;
};

struct ini_entry {
  std::string section;
  std::string key;
  std::string value;
  std::size_t line = 0;
};

struct ini_problem {
  std::size_t line = 0;
  std::string text;
};

/// The lines of an INI file, before anybody asked what they mean.
///
/// `[section]` and `key = value` lines; blanks around names and values do not
/// count. A comment is a line that starts with `#` or `;`, and nothing else:
/// both may be part of a value. Double quotes around a whole value keep its
/// blanks; there are no escapes. Lines end with LF or CRLF; a byte order mark
/// before the first is skipped.
struct ini_lines {
  std::vector<ini_section> sections;
  std::vector<ini_entry> entries;
  std::vector<ini_problem> problems; ///< In the order of the lines.
};

ini_lines parse_ini(std::string_view text);

/// The value as a line of such a file must spell it: in quotes where it would
/// not come back otherwise. Values with control bytes cannot be spelled.
std::string ini_value(std::string_view value);

/// Checks the lines of `text` against the option table. `path` is what
/// problems and sources call the file.
assignments read_ini(std::string_view text, std::string_view path);

} // namespace thunderpush
