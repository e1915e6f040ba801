#pragma once

#include <string>
#include <string_view>

namespace thunderpush {

/// Text of a manual page in the macros of man(7). What is given as text is
/// shown as it stands, whatever roff would make of its characters.
class roff_page {
public:
  /// Begins the page: its name, its section (`1`), a date as YYYY-MM-DD, what
  /// it belongs to and one line about it.
  roff_page(std::string_view name, std::string_view section,
            std::string_view date, std::string_view source,
            std::string_view summary);

  /// A section, in capitals, and one below it.
  void heading(std::string_view title);
  void subheading(std::string_view title);

  void paragraph(std::string_view text);

  /// An entry of a list: `marked_head` is roff (see `bold`), the text is not.
  void entry(std::string_view marked_head, std::string_view text);

  /// Further text of the entry that was begun last, on a line of its own.
  void continue_entry(std::string_view text);

  /// Text in lines of its own, where no paragraph begins.
  void words(std::string_view text);

  /// One line that is roff already.
  void line(std::string_view marked);

  /// Lines that are shown as they are.
  void example(std::string_view text);

  const std::string& text() const { return text_; }

  static std::string escaped(std::string_view text);
  static std::string bold(std::string_view text);
  static std::string italic(std::string_view text);

private:
  void separate();

  std::string text_;
};

} // namespace thunderpush
