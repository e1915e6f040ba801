// What strangers send may stand in a log line: it cannot begin another one, nor
// say anything to a terminal.

#include "config/loggable.hpp"
#include "encoding/utf8.hpp"
#include "tests/fuzz/target.hpp"

#include <string>
#include <string_view>

namespace {

using namespace thunderpush;
using fuzz::require;

// A control character of C1 is C2 80 to C2 9F in UTF-8.
void check_line(std::string_view text) {
  require(is_valid_utf8(text));
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    require(c >= 0x20 && c != 0x7F);
    if (c == 0xC2)
      require(static_cast<unsigned char>(text[i + 1]) >= 0xA0);
  }
}

void run(std::string_view input) {
  fuzz::input_reader in{input};
  const std::size_t most = in.byte();
  const auto text = in.rest();
  const auto whole = one_line(text);
  check_line(whole);
  require(one_line(whole) == whole);
  const auto cut = one_line(text, most);
  check_line(cut);
  require(cut == whole
          || (cut.size() <= most + 3 && cut.ends_with("...")
              && whole.starts_with(cut.substr(0, cut.size() - 3))));
  require(whole.size() > most || cut == whole);
  const auto short_line = loggable(text);
  check_line(short_line);
  require(short_line.size() <= 256 + 3);
}

const fuzz::registration made{"loggable", run};

} // namespace
