#include "transport/proxy_header.hpp"

#include "config/value.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace thunderpush {

namespace {

// -- version 1: a line -------------------------------------------------------

constexpr std::string_view text_begin = "PROXY ";

// With its end.
constexpr std::size_t longest_line = 107;

// The next word of a line whose words have one blank between them; empty if
// there is none.
std::string_view take_word(std::string_view& line) noexcept {
  const auto word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  if (line.size() > 1)
    line.remove_prefix(1);
  return word;
}

bool is_port(std::string_view text) noexcept {
  const auto value = parse_number(text);
  const bool padded = text.size() > 1 && text.front() == '0';
  return value && *value <= 65535 && !padded;
}

// An address of the family that the line names.
std::optional<ip_address> address_of(std::string_view text, bool is_v6) {
  const bool looks_like_v6 = text.find(':') != std::string_view::npos;
  return looks_like_v6 == is_v6 ? parse_ip_address(text) : std::nullopt;
}

parsed_proxy_header parse_text(std::string_view bytes) {
  const auto begin = bytes.substr(0, longest_line);
  const auto end = begin.find('\n');
  if (end == std::string_view::npos) {
    if (begin.size() == longest_line)
      return proxy_header_error{"the line is too long"};
    return proxy_header_part{};
  }
  if (begin[end - 1] != '\r')
    return proxy_header_error{"the line does not end with CR and LF"};
  auto rest = begin.substr(0, end - 1);
  rest.remove_prefix(text_begin.size());
  const auto family = take_word(rest);
  if (family == "UNKNOWN")
    return proxy_header{end + 1, std::nullopt};
  if (family != "TCP4" && family != "TCP6")
    return proxy_header_error{"the family is not known"};
  const bool is_v6 = family == "TCP6";
  const auto source = address_of(take_word(rest), is_v6);
  const auto destination = address_of(take_word(rest), is_v6);
  if (!source || !destination)
    return proxy_header_error{"an address is missing or malformed"};
  const bool has_ports = is_port(take_word(rest)) && is_port(take_word(rest));
  if (!has_ports || !rest.empty())
    return proxy_header_error{"a port is missing or malformed"};
  return proxy_header{end + 1, source};
}

// -- version 2: binary -------------------------------------------------------

constexpr std::string_view binary_begin{"\r\n\r\n\0\r\nQUIT\n", 12};

// Signature, version and command, family and transport, length of the rest.
constexpr std::size_t fixed_size = 16;

enum class command : std::uint8_t { local = 0, proxy = 1 };

// How many bytes the two addresses and ports of a family take.
constexpr std::array<std::size_t, 4> address_block_size{0, 12, 36, 216};

constexpr std::size_t ipv4_family = 1;
constexpr std::size_t ipv6_family = 2;

std::optional<ip_address> source_of(std::size_t family, const char* at) {
  if (family == ipv4_family) {
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), at, bytes.size());
    return ip_address::mapped(bytes);
  }
  if (family == ipv6_family) {
    ip_address found;
    std::memcpy(found.bytes.data(), at, found.bytes.size());
    return found;
  }
  return std::nullopt;
}

parsed_proxy_header parse_binary(std::string_view bytes) {
  if (bytes.size() < fixed_size)
    return proxy_header_part{};
  const auto byte = [bytes](std::size_t at) {
    return std::size_t{static_cast<unsigned char>(bytes[at])};
  };
  constexpr std::size_t low = 0x0F;
  if (byte(12) >> 4U != 2)
    return proxy_header_error{"the version is not known"};
  const auto what = byte(12) & low;
  if (what > std::size_t{static_cast<std::uint8_t>(command::proxy)})
    return proxy_header_error{"the command is not known"};
  const auto size = fixed_size + (byte(14) << 8U | byte(15));
  if (size > longest_proxy_header)
    return proxy_header_error{"the header is too long"};
  const bool is_local = static_cast<command>(what) == command::local;
  const auto family = byte(13) >> 4U;
  constexpr std::size_t most_transport = 2; // unspecified, stream, datagram
  if (!is_local) {
    if (family >= address_block_size.size()
        || (byte(13) & low) > most_transport)
      return proxy_header_error{"the family is not known"};
    if (size < fixed_size + address_block_size[family])
      return proxy_header_error{"the addresses are cut short"};
  }
  if (bytes.size() < size)
    return proxy_header_part{};
  if (is_local)
    return proxy_header{size, std::nullopt};
  return proxy_header{size, source_of(family, bytes.data() + fixed_size)};
}

} // namespace

parsed_proxy_header parse_proxy_header(std::string_view bytes) noexcept {
  if (bytes.starts_with(text_begin))
    return parse_text(bytes);
  if (bytes.starts_with(binary_begin))
    return parse_binary(bytes);
  if (text_begin.starts_with(bytes) || binary_begin.starts_with(bytes))
    return proxy_header_part{};
  return proxy_header_error{"there is none"};
}

} // namespace thunderpush
