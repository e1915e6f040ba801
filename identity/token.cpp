#include "identity/token.hpp"

#include "encoding/json.hpp"
#include "encoding/json_value_texts.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <variant>

#include "identity/base64url.hpp"

namespace thunderpush {

namespace {

using clock = identity::clock;

token_fault bad(std::string_view why) {
  return {.expired = false, .why = why};
}

std::string_view name_of(token_algorithm algorithm) noexcept {
  switch (algorithm) {
  case token_algorithm::hs256:
    return "HS256";
  case token_algorithm::rs256:
    return "RS256";
  case token_algorithm::es256:
    break;
  }
  return "ES256";
}

struct parts {
  std::string_view header;
  std::string_view claims;
  std::string_view signature;
  std::string_view signed_text; // header and claims
};

std::optional<parts> split(std::string_view token) {
  const auto first = token.find('.');
  if (first == std::string_view::npos)
    return std::nullopt;
  const auto second = token.find('.', first + 1);
  if (second == std::string_view::npos
      || token.find('.', second + 1) != std::string_view::npos)
    return std::nullopt;
  return parts{token.substr(0, first),
               token.substr(first + 1, second - first - 1),
               token.substr(second + 1), token.substr(0, second)};
}

std::optional<std::string_view> find(const json_value_texts& members,
                                     std::string_view name) {
  const auto found = members.find(name);
  return found == members.end() ? std::nullopt : std::optional{found->second};
}

// What the header says is refused before anything is done that it asks for.
std::optional<token_fault> refuse_header(std::string_view part,
                                         token_algorithm algorithm) {
  const auto text = decode_base64url(part);
  const auto members = text ? split_json_object(*text) : std::nullopt;
  if (!members)
    return bad("the header cannot be read");
  const auto named = find(*members, "alg");
  if (!named || parse_json_string(*named) != name_of(algorithm))
    return bad("alg is not the algorithm of this app");
  if (find(*members, "crit"))
    return bad("the header has crit");
  return std::nullopt;
}

bool is_signed(const parts& token, const token_keys& by) {
  const auto signature = decode_base64url(token.signature);
  return signature
         && std::any_of(by.keys.begin(), by.keys.end(),
                        [&](const signature_key& key) {
                          return key.verifies(token.signed_text, *signature);
                        });
}

// A NumericDate (RFC 7519, 2), as far as the clock reaches.
std::optional<clock::time_point> date_of(std::string_view text) {
  constexpr double last = 9'000'000'000; // in the year 2255
  const auto seconds = parse_json_number(text);
  if (!seconds)
    return std::nullopt;
  const std::chrono::duration<double> since{std::clamp(*seconds, -last, last)};
  return clock::time_point{std::chrono::duration_cast<clock::duration>(since)};
}

std::optional<std::vector<std::string>> strings_of(std::string_view text,
                                                   json_strings_form form) {
  auto parsed = parse_json_strings(text, form);
  if (std::holds_alternative<json_strings_error>(parsed))
    return std::nullopt;
  return std::get<0>(std::move(parsed));
}

std::optional<token_fault> refuse_time(const json_value_texts& claims,
                                       clock::time_point now,
                                       identity& result) {
  const auto exp = find(claims, "exp");
  const auto expires = exp ? date_of(*exp) : std::nullopt;
  if (!expires)
    return bad("exp is missing or no number");
  if (const auto nbf = find(claims, "nbf")) {
    const auto begins = date_of(*nbf);
    if (!begins)
      return bad("nbf is no number");
    if (now + clock_skew < *begins)
      return bad("nbf has not come");
  }
  if (now >= *expires)
    return token_fault{.expired = true, .why = "exp has passed"};
  result.expires = *expires;
  return std::nullopt;
}

std::optional<token_fault> refuse_audience(const json_value_texts& claims,
                                           const std::string& audience) {
  if (audience.empty())
    return std::nullopt;
  const auto aud = find(claims, "aud");
  const auto named
    = aud ? strings_of(*aud, json_strings_form::array_or_string) : std::nullopt;
  if (!named
      || std::find(named->begin(), named->end(), audience) == named->end())
    return bad("aud does not name the audience of this app");
  return std::nullopt;
}

std::optional<token_fault> take_channels(const json_value_texts& claims,
                                         identity& result) {
  const auto text = find(claims, "channels");
  if (!text)
    return std::nullopt;
  const auto named = strings_of(*text, json_strings_form::array);
  if (!named)
    return bad("channels is no array of strings");
  for (const auto& each : *named) {
    if (!channel_pattern::is_valid(each))
      return bad("channels has what no channel can be called");
    result.channels.emplace_back(each);
  }
  return std::nullopt;
}

token_verdict read_claims(std::string_view part, const token_keys& keys,
                          clock::time_point now) {
  const auto text = decode_base64url(part);
  const auto claims = text ? split_json_object(*text) : std::nullopt;
  if (!claims)
    return bad("the claims cannot be read");
  identity result;
  const auto sub = find(*claims, "sub");
  auto user = sub ? parse_json_string(*sub) : std::nullopt;
  if (!user || user->empty())
    return bad("sub is missing, empty or no string");
  result.user = *std::move(user);
  if (const auto info = find(*claims, "info")) {
    if (info->size() > longest_info)
      return bad("info is longer than 4 KiB");
    result.info = *info;
  }
  if (auto fault = take_channels(*claims, result))
    return *fault;
  if (auto fault = refuse_audience(*claims, keys.audience))
    return *fault;
  if (auto fault = refuse_time(*claims, now, result))
    return *fault;
  return result;
}

} // namespace

token_verdict read_token(std::string_view token, const token_keys& keys,
                         clock::time_point now) {
  if (token.size() > longest_token)
    return bad("it is longer than 8 KiB");
  const auto found = split(token);
  if (!found)
    return bad("it has not three parts");
  if (auto fault = refuse_header(found->header, keys.algorithm))
    return *fault;
  if (!is_signed(*found, keys))
    return bad("no key of this app has signed it");
  return read_claims(found->claims, keys, now);
}

} // namespace thunderpush
