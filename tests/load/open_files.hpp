#pragma once

#include <cstddef>

namespace thunderpush::load {

/// Raises the limit of open files as far as the system lets it.
/// @returns how many descriptors the process may have
std::size_t raise_open_files();

} // namespace thunderpush::load
