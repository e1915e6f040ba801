#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace thunderpush {

/// How a transport writes a publication on the wire: the port through which
/// frames are encoded once for all connections of a kind. Stateless; lives as
/// long as the program.
class framing {
public:
  /// As many kinds of framing as a frame has room for.
  static constexpr std::size_t max_kinds = 8;

  /// `kind` is below `max_kinds` and unique to the framing.
  explicit constexpr framing(std::size_t kind) noexcept : kind_(kind) {}

  framing(const framing&) = delete;
  framing& operator=(const framing&) = delete;
  virtual ~framing() = default;

  std::size_t kind() const noexcept { return kind_; }

  /// The complete bytes of a frame that carries this one element.
  virtual std::string encode(std::string_view element) const = 0;

  /// The same of an element that is to be compressed, where the framing can.
  virtual std::string encode_compressed(std::string_view element) const {
    return encode(element);
  }

private:
  std::size_t kind_;
};

} // namespace thunderpush
