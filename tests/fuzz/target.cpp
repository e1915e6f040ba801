#include "tests/fuzz/target.hpp"

#include <functional>
#include <vector>

namespace thunderpush::fuzz {

namespace {

// Made on first use: registrations are made before `main`, in any order.
std::vector<target>& registered() {
  static std::vector<target> all;
  return all;
}

} // namespace

std::span<const target> targets() {
  return registered();
}

registration::registration(std::string_view name,
                           void (*run)(std::string_view input)) {
  registered().push_back({name, run});
}

std::uint8_t input_reader::byte() noexcept {
  if (rest_.empty())
    return 0;
  const auto first = static_cast<std::uint8_t>(rest_.front());
  rest_.remove_prefix(1);
  return first;
}

std::string_view input_reader::line() noexcept {
  const auto end = rest_.find('\n');
  const auto found = rest_.substr(0, end);
  rest_ = end == std::string_view::npos ? std::string_view{}
                                        : rest_.substr(end + 1);
  return found;
}

std::size_t piece_sizes::next() noexcept {
  state_ = state_ * 1664525 + 1013904223;
  return 1 + (state_ >> 24) % 17;
}

std::string percent_escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 0xf];
  }
  return out;
}

bool lies_within(std::string_view part, std::string_view whole) noexcept {
  constexpr std::less_equal<> not_after;
  return part.empty()
         || (not_after(whole.data(), part.data())
             && not_after(part.data() + part.size(),
                          whole.data() + whole.size()));
}

} // namespace thunderpush::fuzz
