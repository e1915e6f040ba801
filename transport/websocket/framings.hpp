#pragma once

#include "transport/framing_kinds.hpp"
#include "transport/websocket/compression.hpp"

#include <array>

namespace thunderpush::websocket {

/// The framings of a dialect, one for each kind of compression: a publication
/// is compressed once for all clients that agreed on the same. `Framing` is
/// made from its kind and its compression.
template <class Framing>
class framings {
public:
  /// The kinds in the order of `compression`.
  explicit framings(
    const std::array<framing_kind, compression_count>& kinds) noexcept
    : none_(kinds[0], compression::none),
      deflate_(kinds[1], compression::deflate),
      narrow_(kinds[2], compression::deflate_narrow) {}

  const framing& for_compression(compression how) const noexcept {
    switch (how) {
    case compression::deflate:
      return deflate_;
    case compression::deflate_narrow:
      return narrow_;
    case compression::none:
      break;
    }
    return none_;
  }

private:
  Framing none_;
  Framing deflate_;
  Framing narrow_;
};

} // namespace thunderpush::websocket
