#pragma once

#include "actors/applications.hpp"
#include "actors/messages.hpp"
#include "api/process_figures.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace thunderpush {

/// The Content-Type of `metrics_text`.
inline constexpr std::string_view metrics_content_type
  = "text/plain; version=0.0.4; charset=utf-8";

/// What Prometheus reads (text exposition format 0.0.4): sums over the homes,
/// and what is known of the process. No user and no channel is ever a label:
/// their number has no bound.
std::string metrics_text(std::string_view version, const applications& apps,
                         std::span<const totals_read> homes,
                         const process_figures& process,
                         std::uint64_t log_lines_dropped);

} // namespace thunderpush
