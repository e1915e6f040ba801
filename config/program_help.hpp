#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace thunderpush {

/// One spelling of an option: `-p` or `--port`, and what it takes, `PORT`.
struct help_flag {
  std::string name;
  std::string argument; ///< Empty: the option takes none.
};

/// A line of a list in the help: an option, an argument or a command.
struct help_entry {
  std::vector<help_flag> flags; ///< Of an option; empty for anything else.
  std::string head;             ///< As written: `-p PORT, --port PORT`.
  std::string text;
};

/// A list with its title, or with an empty title a paragraph.
struct help_section {
  std::string title;
  std::vector<help_entry> entries;
  std::string paragraph;
};

/// What a program's --help says, taken apart. Man pages and completions are
/// made from it, so that they know what the program knows.
struct program_help {
  std::string name;
  std::vector<std::string> usages; ///< One line each, `usage:` left out.
  std::vector<help_section> sections;
  std::vector<program_help> commands; ///< `name` is that of the command.

  /// All entries that are options, in their order, those of commands included;
  /// each once.
  std::vector<help_entry> options() const;
};

/// Reads the form that --help has: `usage:` first, then paragraphs and lists
/// between empty lines. The title of a list ends with a colon; its entries are
/// indented by two blanks and continued by lines that are indented further.
/// The helps of its commands may follow, each behind a form feed.
program_help parse_help(std::string_view text);

} // namespace thunderpush
