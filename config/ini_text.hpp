#pragma once

#include "config/layers.hpp"

#include <span>
#include <string>
#include <string_view>

namespace thunderpush {

/// The configuration in effect as a file that can be read back, with the
/// source of each value above it. Secrets stand in comments, without their
/// value.
std::string effective_configuration(const layers& values,
                                    std::span<const named_section> sections,
                                    std::string_view version);

/// The example that is installed: every option with its help and its default.
/// packaging/thunderpush.conf is this text.
std::string documented_example();

} // namespace thunderpush
