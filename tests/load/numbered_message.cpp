#include "tests/load/numbered_message.hpp"

#include <charconv>

namespace thunderpush::load {

namespace {

using std::chrono::microseconds;

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected))
    return false;
  text.remove_prefix(expected.size());
  return true;
}

template <class Integer>
bool take_number(std::string_view& text, Integer& value) {
  const auto* begin = text.data();
  const auto [stop, error] = std::from_chars(begin, begin + text.size(), value);
  if (error != std::errc{})
    return false;
  text.remove_prefix(static_cast<std::size_t>(stop - begin));
  return true;
}

} // namespace

std::string to_body(const numbered_message& message) {
  const auto posted = std::chrono::duration_cast<microseconds>(
    message.posted.time_since_epoch());
  return '[' + std::to_string(message.stream) + ','
         + std::to_string(message.number) + ',' + std::to_string(posted.count())
         + ']';
}

std::optional<delivery> take_delivery(std::string_view& text) {
  delivery result;
  microseconds::rep posted = 0;
  auto rest = text;
  if (!take(rest, "{\"payload\":\"[")
      || !take_number(rest, result.message.stream) || !take(rest, ",")
      || !take_number(rest, result.message.number) || !take(rest, ",")
      || !take_number(rest, posted) || !take(rest, "]\""))
    return std::nullopt;
  result.message.posted = clock::time_point{microseconds{posted}};
  if (take(rest, ",\"channel\":\"")) {
    const auto end = rest.find('"');
    if (end == std::string_view::npos || end == 0)
      return std::nullopt;
    result.channel = rest.substr(0, end);
    rest.remove_prefix(end + 1);
  }
  if (!take(rest, "}"))
    return std::nullopt;
  text = rest;
  return result;
}

} // namespace thunderpush::load
