#include "tests/load/sockjs_frame.hpp"

#include <charconv>

namespace thunderpush::load {

namespace {

/// Reads what follows `a`.
std::optional<std::vector<delivery>> read_messages(std::string_view list) {
  std::vector<delivery> messages;
  if (!list.starts_with('['))
    return std::nullopt;
  do {
    list.remove_prefix(1);
    const auto message = take_delivery(list);
    if (!message || list.empty())
      return std::nullopt;
    messages.push_back(*message);
  } while (list.front() == ',');
  if (list != "]")
    return std::nullopt;
  return messages;
}

/// Reads what follows `c`: a code and a reason without escapes.
std::optional<std::uint16_t> read_code(std::string_view pair) {
  if (!pair.starts_with('[') || !pair.ends_with("\"]"))
    return std::nullopt;
  pair.remove_prefix(1);
  std::uint16_t code = 0;
  const auto* end = pair.data() + pair.size();
  const auto [stop, error] = std::from_chars(pair.data(), end, code);
  if (error != std::errc{} || code == 0
      || !std::string_view{stop, end}.starts_with(",\""))
    return std::nullopt;
  return code;
}

} // namespace

std::optional<sockjs_frame> parse_sockjs_frame(std::string_view text) {
  sockjs_frame frame;
  if (text == "o")
    return frame;
  if (text == "h") {
    frame.what = sockjs_frame::kind::heartbeat;
    return frame;
  }
  if (text.starts_with('a')) {
    auto messages = read_messages(text.substr(1));
    if (!messages)
      return std::nullopt;
    frame.what = sockjs_frame::kind::messages;
    frame.deliveries = std::move(*messages);
    return frame;
  }
  if (text.starts_with('c')) {
    const auto code = read_code(text.substr(1));
    if (!code)
      return std::nullopt;
    frame.what = sockjs_frame::kind::close;
    frame.code = *code;
    return frame;
  }
  return std::nullopt;
}

} // namespace thunderpush::load
