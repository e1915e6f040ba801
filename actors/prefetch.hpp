#pragma once

#include <cstddef>

namespace thunderpush {

/// Has so many bytes from there on fetched from memory, for use a little later.
/// The address may be any, also none. Costs some cycles, and nothing is waited
/// for.
inline void prefetch(const void* from, std::size_t bytes) noexcept {
  constexpr std::size_t cache_line = 64;
  const auto* const begin = static_cast<const char*>(from);
  for (std::size_t at = 0; at < bytes; at += cache_line) {
    __builtin_prefetch(begin + at);
    // GCC takes a function that does nothing but that for one without effect,
    // and drops the call.
    asm volatile("" : : "r"(begin));
  }
}

} // namespace thunderpush
