#pragma once

#include <rapidjson/reader.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>

namespace thunderpush {

/// Memory for RapidJSON, which does not look whether it got any: its own
/// allocators return null when there is none, and it writes there. This one
/// throws `std::bad_alloc`.
class json_memory {
public:
  static constexpr bool kNeedFree = true; // NOLINT: RapidJSON's names

  void* Malloc(std::size_t size) { // NOLINT
    return size == 0 ? nullptr : ::operator new(size);
  }

  void* Realloc(void* old, std::size_t old_size, std::size_t size) { // NOLINT
    auto* const made = Malloc(size);
    if (old != nullptr && made != nullptr)
      std::memcpy(made, old, std::min(old_size, size));
    Free(old);
    return made;
  }

  static void Free(void* what) noexcept { // NOLINT
    ::operator delete(what);
  }
};

/// A reader of JSON in UTF-8.
using json_reader
  = rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>, json_memory>;

} // namespace thunderpush
