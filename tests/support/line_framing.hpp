#pragma once

#include "actors/framing.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace thunderpush {

/// Writes each publication as a line.
class line_framing final : public framing {
public:
  constexpr line_framing() noexcept : framing(0) {}

  std::string encode(std::string_view element) const override {
    return std::string{element} + '\n';
  }
};

/// Cannot write any publication.
class failing_framing final : public framing {
public:
  constexpr failing_framing() noexcept : framing(1) {}

  std::string encode(std::string_view) const override {
    throw std::runtime_error{"this framing never works"};
  }
};

} // namespace thunderpush
