#include "tools/benchmark/floor/request.hpp"

#include <charconv>
#include <strings.h>

namespace thunderpush::benchmark {

namespace {

template <class Number>
Number leading_number(std::string_view text) {
  Number value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// The value of a field; empty if there is none. A name has its colon.
std::string_view field(std::string_view head, std::string_view name) {
  constexpr std::string_view line_end = "\r\n";
  for (;;) {
    const auto end = head.find(line_end);
    if (end == std::string_view::npos)
      return {};
    head.remove_prefix(end + line_end.size());
    if (head.size() < name.size()
        || ::strncasecmp(head.data(), name.data(), name.size()) != 0)
      continue;
    head.remove_prefix(name.size());
    head.remove_prefix(head.find_first_not_of(' '));
    return head.substr(0, head.find(line_end));
  }
}

} // namespace

std::optional<request> read_request(std::string_view bytes) {
  constexpr std::string_view head_end = "\r\n\r\n";
  constexpr std::string_view subscribe = "GET /sub/";
  constexpr std::string_view publish = "POST /pub/";
  const auto end = bytes.find(head_end);
  if (end == std::string_view::npos)
    return std::nullopt;
  const auto head = bytes.substr(0, end + head_end.size());
  const auto length
    = leading_number<std::size_t>(field(head, "Content-Length:"));
  if (bytes.size() - head.size() < length)
    return std::nullopt;
  request what;
  what.body = bytes.substr(head.size(), length);
  what.size = head.size() + length;
  if (head.starts_with(subscribe)) {
    what.what = request::kind::subscribe;
    what.channel = leading_number<std::uint32_t>(head.substr(subscribe.size()));
    what.key = field(head, "Sec-WebSocket-Key:");
  } else if (head.starts_with(publish)) {
    what.what = request::kind::publish;
    what.channel = leading_number<std::uint32_t>(head.substr(publish.size()));
  }
  return what;
}

} // namespace thunderpush::benchmark
