#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <variant>

namespace thunderpush {

/// Why a file could not be read; completes "cannot read FILE: ".
struct file_error {
  std::string reason;
};

using file_text = std::variant<std::string, file_error>;

/// How the configuration gets at its files: `read_text_file`, or a test's own.
using file_reader = std::function<file_text(const std::string& path)>;

inline constexpr std::size_t max_file_bytes = std::size_t{1} << 20;

/// The whole content of a file of at most `max_file_bytes`.
file_text read_text_file(const std::string& path);

} // namespace thunderpush
