#include "ctl/address.hpp"

#include "config/loggable.hpp"
#include "config/value.hpp"

#include <algorithm>

namespace thunderpush::ctl {

namespace {

constexpr std::string_view letters_and_digits
  = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool is_one_of(char c, std::string_view more) {
  return letters_and_digits.find(c) != std::string_view::npos
         || more.find(c) != std::string_view::npos;
}

failure bad_url(std::string_view option, std::string_view why) {
  return {std::string{option} + ": " + std::string{why}, exit_code::usage};
}

} // namespace

std::string address::text() const {
  const auto is_ipv6 = host.find(':') != std::string::npos;
  return (is_ipv6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

result<address> parse_url(std::string_view option, std::string_view url) {
  constexpr std::string_view scheme = "http://";
  constexpr std::string_view default_port = ":80";
  if (url.starts_with("https://")) {
    return bad_url(option, "thunderpush-ctl speaks no TLS; use http://, to a "
                           "listener on loopback or through a tunnel");
  }
  auto rest = url;
  if (rest.starts_with(scheme))
    rest.remove_prefix(scheme.size());
  if (rest.ends_with('/'))
    rest.remove_suffix(1);
  const auto has_port
    = rest.find(':', rest.ends_with(']') ? rest.size() : rest.rfind(']') + 1)
      != std::string_view::npos;
  const auto found = parse_host_and_port(
    std::string{rest} + std::string{has_port ? "" : default_port});
  if (!found || found->host.empty() || found->port == 0) {
    return bad_url(option, "expected http://HOST:PORT, such as "
                           "http://127.0.0.1:8080, not "
                             + loggable(url));
  }
  return address{found->host, found->port};
}

address reachable(std::string_view host, std::uint16_t port) {
  if (host.empty() || host == "0.0.0.0")
    return {"127.0.0.1", port};
  return {host == "::" ? "::1" : std::string{host}, port};
}

std::string escape_path_part(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : text) {
    if (is_one_of(c, "-._~")) {
      escaped += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      escaped += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
    }
  }
  return escaped;
}

bool is_channel_name(std::string_view text) {
  constexpr std::size_t longest = 64;
  return !text.empty() && text.size() <= longest
         && std::all_of(text.begin(), text.end(),
                        [](char c) { return is_one_of(c, "_-=@,.;"); });
}

} // namespace thunderpush::ctl
