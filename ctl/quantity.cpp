#include "ctl/quantity.hpp"

#include <array>
#include <cstddef>
#include <iomanip>
#include <sstream>
#include <string_view>

namespace thunderpush::ctl {

namespace {

std::string two_digits(std::chrono::seconds::rep number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

// "5h 01m": how many of the larger unit, then of the smaller.
std::string two_units(std::chrono::seconds::rep larger, char larger_unit,
                      std::chrono::seconds::rep smaller, char smaller_unit) {
  return std::to_string(larger) + larger_unit + ' ' + two_digits(smaller)
         + smaller_unit;
}

} // namespace

std::string grouped(std::uint64_t number) {
  constexpr std::size_t group = 3;
  auto text = std::to_string(number);
  for (auto at = text.size(); at > group; at -= group)
    text.insert(at - group, ",");
  return text;
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> units{"B", "KiB", "MiB", "GiB",
                                                  "TiB"};
  constexpr double step = 1024;
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= step && unit + 1 < units.size()) {
    value /= step;
    ++unit;
  }
  const auto digits = unit == 0 || value >= 10 ? 0 : 1;
  return decimal(value, digits) + ' ' + std::string{units.at(unit)};
}

std::string latency_text(std::chrono::microseconds latency) {
  using milliseconds = std::chrono::duration<double, std::milli>;
  using seconds = std::chrono::duration<double>;
  if (latency < std::chrono::milliseconds{1})
    return std::to_string(latency.count()) + " us";
  if (latency < std::chrono::seconds{1})
    return decimal(milliseconds{latency}.count(), 2) + " ms";
  return decimal(seconds{latency}.count(), 2) + " s";
}

std::string age_text(std::chrono::seconds age) {
  using std::chrono::days, std::chrono::hours, std::chrono::minutes;
  const auto whole_days = std::chrono::floor<days>(age);
  const auto whole_hours = std::chrono::floor<hours>(age);
  const auto whole_minutes = std::chrono::floor<minutes>(age);
  if (whole_days.count() > 0) {
    return two_units(whole_days.count(), 'd',
                     (whole_hours - whole_days).count(), 'h');
  }
  if (whole_hours.count() > 0) {
    return two_units(whole_hours.count(), 'h',
                     (whole_minutes - whole_hours).count(), 'm');
  }
  if (whole_minutes.count() > 0) {
    return two_units(whole_minutes.count(), 'm', (age - whole_minutes).count(),
                     's');
  }
  return std::to_string(age.count()) + 's';
}

std::string decimal(double number, int digits) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(digits) << number;
  return text.str();
}

} // namespace thunderpush::ctl
