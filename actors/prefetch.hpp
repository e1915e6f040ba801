#pragma once

#include <cstddef>

namespace thunderpush {

/// Has so many bytes from there on fetched from memory, for use a little later.
/// The address may be any, also none. Costs an instruction a cache line, and
/// nothing is waited for.
template <std::size_t Bytes>
void prefetch(const void* from) noexcept {
  constexpr std::size_t cache_line = 64;
  __builtin_prefetch(from);
  // GCC takes a function that does nothing but that for one without effect, and
  // drops its calls.
  asm volatile("" : : "r"(from));
  if constexpr (Bytes > cache_line)
    prefetch<Bytes - cache_line>(static_cast<const char*>(from) + cache_line);
}

} // namespace thunderpush
