#include "tests/fuzz/target.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <sanitizer/asan_interface.h>
#include <vector>

namespace thunderpush::fuzz {

namespace {

// Made on first use: registrations are made before `main`, in any order.
std::vector<target>& registered() {
  static std::vector<target> all;
  return all;
}

// Memory for pieces of `size` bytes, made once: to allocate takes longer than
// much of what is fuzzed.
char* kept_memory(std::size_t size) {
  static std::array<std::unique_ptr<char[]>, 65> all;
  if (size >= all.size())
    return nullptr;
  if (!all[size])
    all[size] = std::make_unique<char[]>(size);
  return all[size].get();
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

arrived_piece::arrived_piece(std::string_view part) {
  auto* memory = kept_memory(part.size());
  if (memory == nullptr) {
    own_ = std::make_unique<char[]>(part.size());
    memory = own_.get();
  }
  bytes_ = {memory, part.size()};
  ASAN_UNPOISON_MEMORY_REGION(memory, part.size());
  std::copy(part.begin(), part.end(), memory);
}

arrived_piece::~arrived_piece() {
  std::fill(bytes_.begin(), bytes_.end(), '\0');
  if (!own_)
    ASAN_POISON_MEMORY_REGION(bytes_.data(), bytes_.size());
}

std::string percent_escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(3 * text.size());
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
