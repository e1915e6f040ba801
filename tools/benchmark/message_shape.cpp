#include "tools/benchmark/message_shape.hpp"

#include <charconv>

namespace thunderpush::benchmark {

namespace {

constexpr std::size_t digits = 8;
constexpr std::string_view opening = R"({"d":")";
constexpr std::string_view closing = R"("})";
static_assert(opening.size() + digits + closing.size() == smallest_payload);

std::string padded(message_number number) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string text(digits, '0');
  for (auto place = text.rbegin(); place != text.rend(); ++place) {
    *place = hex[number & 0xf];
    number >>= 4;
  }
  return text;
}

} // namespace

std::string body_of(message_number number, std::size_t bytes) {
  std::string body;
  body.reserve(bytes);
  body.append(opening).append(padded(number));
  return body.append(bytes - smallest_payload, 'x').append(closing);
}

message_shape::message_shape(std::string_view example) {
  const auto place = example.find(std::string(digits, '0'));
  before_ = example.substr(0, place);
  after_ = example.substr(place + digits);
}

std::optional<message_number>
message_shape::take(std::string_view& text) const {
  auto rest = text;
  if (!rest.starts_with(before_))
    return std::nullopt;
  rest.remove_prefix(before_.size());
  if (rest.size() < digits + after_.size())
    return std::nullopt;
  message_number number = 0;
  const auto* const end = rest.data() + digits;
  const auto [stop, error] = std::from_chars(rest.data(), end, number, 16);
  rest.remove_prefix(digits);
  if (error != std::errc{} || stop != end || !rest.starts_with(after_))
    return std::nullopt;
  rest.remove_prefix(after_.size());
  text = rest;
  return number;
}

} // namespace thunderpush::benchmark
