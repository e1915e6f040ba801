#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace thunderpush::ctl {

/// Figures as people read them.

/// `1,234,567`.
std::string grouped(std::uint64_t number);

/// `512 B`, `1.5 KiB`, `20 MiB`.
std::string bytes_text(std::uint64_t bytes);

/// `850 us`, `1.25 ms`, `3.10 s`.
std::string latency_text(std::chrono::microseconds latency);

/// `12s`, `3m 20s`, `5h 01m`, `12d 03h`.
std::string age_text(std::chrono::seconds age);

/// With so many digits behind the point.
std::string decimal(double number, int digits);

} // namespace thunderpush::ctl
