#include "transport/http/forwarded.hpp"

#include "config/value.hpp"
#include "encoding/ascii.hpp"

#include <algorithm>
#include <string_view>

namespace thunderpush {

namespace {

bool is_list(const http_field& field) noexcept {
  return equals_ignoring_case(field.name, "X-Forwarded-For");
}

bool is_port(std::string_view text) noexcept {
  const auto value = parse_number(text);
  return value && *value <= 65535;
}

// Of an entry, with or without a port.
std::optional<ip_address> address_of(std::string_view entry) {
  if (entry.starts_with('[')) {
    const auto end = std::min(entry.find(']'), entry.size());
    const auto address = entry.substr(1, end - 1);
    const auto behind = entry.substr(std::min(end + 1, entry.size()));
    const bool is_v6 = address.find(':') != std::string_view::npos;
    const bool ends_well
      = end < entry.size()
        && (behind.empty()
            || (behind.front() == ':' && is_port(behind.substr(1))));
    return is_v6 && ends_well ? parse_ip_address(address) : std::nullopt;
  }
  const auto colon = entry.find(':');
  if (colon != entry.rfind(':')) // several: IPv6 alone
    return parse_ip_address(entry);
  if (colon != std::string_view::npos && !is_port(entry.substr(colon + 1)))
    return std::nullopt;
  return parse_ip_address(entry.substr(0, colon));
}

// The entries of a list, from its end.
class entries_backwards {
public:
  explicit entries_backwards(std::string_view list) noexcept : rest_(list) {}

  // The next one that is not empty; none at the begin of the list.
  std::optional<std::string_view> next() noexcept {
    while (!at_begin_) {
      const auto comma = rest_.rfind(',');
      at_begin_ = comma == std::string_view::npos;
      const auto entry = trimmed(at_begin_ ? rest_ : rest_.substr(comma + 1));
      rest_ = rest_.substr(0, at_begin_ ? 0 : comma);
      if (!entry.empty())
        return entry;
    }
    return std::nullopt;
  }

private:
  std::string_view rest_;
  bool at_begin_ = false;
};

} // namespace

bool is_forwarded(std::span<const http_field> fields) noexcept {
  return std::any_of(fields.begin(), fields.end(), is_list);
}

std::optional<ip_address> original_client(const std::optional<ip_address>& peer,
                                          std::span<const http_field> fields,
                                          std::span<const ip_network> trusted) {
  auto client = peer;
  const auto is_trusted
    = [&] { return !client || any_contains(trusted, *client); };
  // Several fields are one list (RFC 9110, 5.3).
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    if (!is_list(*field))
      continue;
    entries_backwards entries{field->value};
    while (is_trusted()) {
      const auto entry = entries.next();
      if (!entry)
        break;
      const auto address = address_of(*entry);
      if (!address)
        return client;
      client = address;
    }
  }
  return client;
}

} // namespace thunderpush
