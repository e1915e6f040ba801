#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace thunderpush {

/// Levels of arrays and objects that a JSON text may nest. A text is passed on
/// as it is, so depth costs the check a few bytes a level and nothing else.
inline constexpr std::size_t default_json_depth = 512;

/// Why a text is not JSON.
struct json_error {
  std::size_t offset;      ///< Byte at which the check gave up.
  std::string_view reason; ///< Static storage; for people, not for programs.
};

/// Checks that `text` is one JSON text (RFC 8259) in valid UTF-8, without
/// converting anything: numbers of any length and size pass, and so does an
/// escape of a lone surrogate, which is six ASCII characters to whoever passes
/// the text on. A byte order mark, a NUL, NaN and Infinity do not pass, nor
/// does an empty text. Uses a bounded amount of call stack whatever the
/// nesting. Returns nothing if the text is fine.
std::optional<json_error>
check_json(std::string_view text, std::size_t max_depth = default_json_depth);

/// Appends `text` as a quoted JSON string. Besides what RFC 8259 demands, the
/// characters which SockJS clients may lose (format characters such as U+200C
/// and U+2028, and U+FFF0 to U+FFFF) go out as `\uXXXX`; everything else stays
/// UTF-8. `text` must be valid UTF-8.
void append_json_string(std::string& out, std::string_view text);

/// As `append_json_string`, and safe inside a `<script>` element: each `<` is
/// escaped, so that neither `</script>` nor `<!--` can occur.
void append_script_json_string(std::string& out, std::string_view text);

/// Appends `text` as a quoted JSON string of ASCII alone: all other characters
/// become `\uXXXX`, those above U+FFFF a surrogate pair. A byte that is not
/// part of valid UTF-8 becomes U+FFFD.
void append_ascii_json_string(std::string& out, std::string_view text);

/// Which texts `parse_json_strings` takes.
enum class json_strings_form : std::uint8_t {
  array,           ///< An array of strings.
  array_or_string, ///< The same, or one bare string.
};

/// Why `parse_json_strings` refused a text.
enum class json_strings_error : std::uint8_t {
  empty,        ///< Nothing there, not even white space.
  broken,       ///< Not JSON, or nested beyond `default_json_depth`.
  not_an_array, ///< JSON, but another form than the one asked for.
  not_a_string, ///< An array with an element that is not a string.
};

/// Decoded strings in the order of the text, or why there are none.
using json_strings = std::variant<std::vector<std::string>, json_strings_error>;

/// Decodes a JSON array of strings: what SockJS clients send. Surrogate pairs
/// are joined; the escape of a lone surrogate becomes U+FFFD, so that the
/// strings are always valid UTF-8. They may contain NUL. The caller bounds the
/// size of `text`.
json_strings parse_json_strings(std::string_view text, json_strings_form form);

} // namespace thunderpush
