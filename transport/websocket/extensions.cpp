#include "transport/websocket/extensions.hpp"

#include "encoding/ascii.hpp"

#include <algorithm>

namespace thunderpush::websocket {

namespace {

constexpr bool is_token_character(char c) noexcept {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (to_lower(c) >= 'a' && to_lower(c) <= 'z')
         || others.find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) noexcept {
  return !text.empty()
         && std::all_of(text.begin(), text.end(), is_token_character);
}

// Reads a field's value from left to right (RFC 9110 section 5.6).
class cursor {
public:
  explicit cursor(std::string_view text) noexcept : rest_(text) {}

  bool at_end() {
    skip_blanks();
    return rest_.empty();
  }

  // Takes a character and the blanks before it, if it comes next.
  bool take(char c) {
    skip_blanks();
    if (rest_.empty() || rest_.front() != c)
      return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::optional<std::string_view> token() {
    skip_blanks();
    const auto size = static_cast<std::size_t>(
      std::find_if_not(rest_.begin(), rest_.end(), is_token_character)
      - rest_.begin());
    if (size == 0)
      return std::nullopt;
    const auto found = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return found;
  }

  // A token, in quotes or not: what is quoted must be one as well.
  std::optional<std::string> value() {
    if (!take('"')) {
      const auto plain = token();
      return plain ? std::optional<std::string>{*plain} : std::nullopt;
    }
    std::string text;
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\')
        rest_.remove_prefix(1);
      if (rest_.empty())
        return std::nullopt;
      text.push_back(rest_.front());
      rest_.remove_prefix(1);
    }
    if (!take('"') || !is_token(text))
      return std::nullopt;
    return text;
  }

private:
  void skip_blanks() noexcept {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t'))
      rest_.remove_prefix(1);
  }

  std::string_view rest_;
};

std::optional<extension_offer> read_offer(cursor& at) {
  const auto name = at.token();
  if (!name)
    return std::nullopt;
  extension_offer offer{*name, {}};
  while (at.take(';')) {
    const auto parameter = at.token();
    if (!parameter)
      return std::nullopt;
    extension_parameter read{*parameter, std::nullopt};
    if (at.take('=')) {
      read.value = at.value();
      if (!read.value)
        return std::nullopt;
    }
    offer.parameters.push_back(std::move(read));
  }
  return offer;
}

// Elements of a list may be empty (RFC 9110 section 5.6.1.2).
bool read_offers(std::string_view value, std::vector<extension_offer>& offers) {
  cursor at{value};
  while (!at.at_end()) {
    if (at.take(','))
      continue;
    auto offer = read_offer(at);
    if (!offer || !(at.take(',') || at.at_end()))
      return false;
    offers.push_back(std::move(*offer));
  }
  return true;
}

} // namespace

std::optional<std::vector<extension_offer>>
parse_extensions(const http_request& request) {
  std::vector<extension_offer> offers;
  for (const auto& field : request.fields) {
    if (equals_ignoring_case(field.name, "Sec-WebSocket-Extensions")
        && !read_offers(field.value, offers))
      return std::nullopt;
  }
  return offers;
}

} // namespace thunderpush::websocket
