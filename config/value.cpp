#include "config/value.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <netinet/in.h>
#include <sys/un.h>
#include <system_error>
#include <utility>

namespace thunderpush {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_in_any_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

struct unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array duration_units{unit{"ms", 1}, unit{"s", 1000},
                                    unit{"m", 60'000}, unit{"h", 3'600'000},
                                    unit{"", 1000}};

constexpr std::array size_units{unit{"B", 1}, unit{"KiB", 1ULL << 10},
                                unit{"MiB", 1ULL << 20},
                                unit{"GiB", 1ULL << 30}, unit{"", 1}};

// A number, blanks, and one of the units; nothing if the product exceeds
// `max`.
template <std::size_t N>
std::optional<std::uint64_t> parse_quantity(std::string_view text,
                                            const std::array<unit, N>& units,
                                            std::uint64_t max) {
  const auto digits
    = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_number(text.substr(0, digits));
  const auto name = trimmed(text.substr(digits));
  const auto* found
    = std::find_if(units.begin(), units.end(), [name](const unit& one) {
        return equal_in_any_case(one.name, name);
      });
  if (!number || found == units.end() || *number > max / found->factor)
    return std::nullopt;
  return *number * found->factor;
}

// The largest unit that divides the value.
template <std::size_t N>
std::string format_quantity(std::uint64_t value,
                            const std::array<unit, N>& units) {
  auto best = units.front();
  for (const auto& one : units) {
    if (!one.name.empty() && one.factor > best.factor && value != 0
        && value % one.factor == 0)
      best = one;
  }
  return std::to_string(value / best.factor) + std::string{best.name};
}

} // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc{} || stop != end)
    return std::nullopt;
  return value;
}

std::optional<bool> parse_switch(std::string_view text) {
  using namespace std::string_view_literals;
  for (auto word : {"on"sv, "true"sv, "yes"sv, "1"sv}) {
    if (equal_in_any_case(text, word))
      return true;
  }
  for (auto word : {"off"sv, "false"sv, "no"sv, "0"sv}) {
    if (equal_in_any_case(text, word))
      return false;
  }
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto max = std::numeric_limits<std::chrono::milliseconds::rep>::max();
  const auto value
    = parse_quantity(text, duration_units, static_cast<std::uint64_t>(max));
  if (!value)
    return std::nullopt;
  return std::chrono::milliseconds{
    static_cast<std::chrono::milliseconds::rep>(*value)};
}

std::optional<std::size_t> parse_size(std::string_view text) {
  return parse_quantity(text, size_units,
                        std::numeric_limits<std::size_t>::max());
}

std::optional<log_level> parse_log_level(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, log_level>, 6> names{{
    {"trace", log_level::trace},
    {"debug", log_level::debug},
    {"info", log_level::info},
    {"warning", log_level::warning},
    {"error", log_level::error},
    {"off", log_level::off},
  }};
  for (const auto& [name, level] : names) {
    if (equal_in_any_case(text, name))
      return level;
  }
  return std::nullopt;
}

std::vector<std::string_view> separated(std::string_view text) {
  constexpr std::string_view separators = ", \t";
  std::vector<std::string_view> words;
  for (auto begin = text.find_first_not_of(separators);
       begin != std::string_view::npos;
       begin = text.find_first_not_of(separators)) {
    text.remove_prefix(begin);
    words.push_back(text.substr(0, text.find_first_of(separators)));
    text.remove_prefix(words.back().size());
  }
  return words;
}

std::optional<sockjs_transports> parse_transports(std::string_view text) {
  if (text == "all")
    return sockjs_transports::all();
  sockjs_transports chosen;
  for (const auto name : separated(text)) {
    const auto found = std::find(sockjs_transport_names.begin(),
                                 sockjs_transport_names.end(), name);
    if (found == sockjs_transport_names.end())
      return std::nullopt;
    chosen.set(
      static_cast<sockjs_transport>(found - sockjs_transport_names.begin()));
  }
  if (chosen.empty())
    return std::nullopt;
  return chosen;
}

bool is_script_address(std::string_view text) {
  const bool is_url
    = text.starts_with("http://") || text.starts_with("https://");
  const bool is_path = text.starts_with('/') && !text.starts_with("//");
  return (is_url || is_path) && !has_control_bytes(text)
         && text.find_first_of(" \"'<>\\") == std::string_view::npos;
}

bool is_bindable_host(std::string_view text) {
  const auto colons = std::count(text.begin(), text.end(), ':');
  // One colon is HOST:PORT; an IPv6 address has at least two.
  return colons != 1 && text.size() <= 255
         && std::all_of(text.begin(), text.end(), [](char c) {
              const auto letter = lower(c);
              return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9')
                     || std::string_view{".:-_%"}.find(c)
                          != std::string_view::npos;
            });
}

bool is_loopback_host(std::string_view text) {
  const std::string host{text};
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1)
    return ntohl(v4.s_addr) >> 24U == IN_LOOPBACKNET;
  in6_addr v6{};
  if (::inet_pton(AF_INET6, host.c_str(), &v6) == 1)
    return std::memcmp(&v6, &in6addr_loopback, sizeof v6) == 0;
  return equal_in_any_case(text, "localhost");
}

bool is_admin_token(std::string_view text) {
  return text.size() >= 16 && text.size() <= 256
         && std::all_of(text.begin(), text.end(),
                        [](char c) { return c > ' ' && c < '\x7F'; });
}

std::optional<host_and_port> parse_host_and_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos)
    return std::nullopt;
  auto host = text.substr(0, colon);
  const auto port = parse_number(text.substr(colon + 1));
  const auto bracketed
    = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed)
    host = host.substr(1, host.size() - 2);
  const auto is_ipv6 = host.find(':') != std::string_view::npos;
  if (!port || *port > 65535 || bracketed != is_ipv6 || !is_bindable_host(host))
    return std::nullopt;
  return host_and_port{std::string{host}, static_cast<std::uint16_t>(*port)};
}

std::string format_duration(std::chrono::milliseconds value) {
  return format_quantity(static_cast<std::uint64_t>(value.count()),
                         duration_units);
}

std::string format_size(std::size_t bytes) {
  return format_quantity(bytes, size_units);
}

bool is_channel_prefix(std::string_view text) {
  constexpr std::size_t longest = 64;
  return text.size() <= longest
         && std::all_of(text.begin(), text.end(), [](char c) {
              const auto letter = lower(c);
              return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9')
                     || std::string_view{"_-=@,.;"}.find(c)
                          != std::string_view::npos;
            });
}

bool is_unix_path(std::string_view text) {
  constexpr std::size_t room = sizeof(sockaddr_un::sun_path) - 1;
  return text.size() > 1 && text.size() <= room
         && (text.front() == '/' || text.front() == '@')
         && !has_control_bytes(text);
}

std::optional<unsigned> parse_permissions(std::string_view text) {
  constexpr unsigned all = 0777;
  unsigned value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, 8);
  if (error != std::errc{} || stop != end || value > all)
    return std::nullopt;
  return value;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool has_control_bytes(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

} // namespace thunderpush
