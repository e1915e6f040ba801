#pragma once

#include <span>
#include <string>
#include <string_view>

namespace thunderpush {

/// A kind of section that a configuration may have several times, each with a
/// name of its own: `[app.main]`, `[app.chat]`.
struct section_kind {
  std::string_view word;    ///< `app`: what the option table calls it.
  std::string_view article; ///< `an`, for messages.
  std::string_view example; ///< A name that examples use: `main`.
};

std::span<const section_kind> section_kinds() noexcept;

/// The kind of this word; null if such a section has no name.
const section_kind* section_kind_of(std::string_view word) noexcept;

/// `app` for `app.main` with a name of [A-Za-z0-9_-]+, any other section as it
/// is.
std::string_view table_section(std::string_view section) noexcept;

/// `main` for `app.main`; empty for a section that has no name.
std::string_view section_name(std::string_view section) noexcept;

/// `app.NAME` for `app`, any other section of the table as it is.
std::string documented_section(std::string_view table_section);

/// `app.main` for `app`, any other section of the table as it is.
std::string example_section(std::string_view table_section);

} // namespace thunderpush
