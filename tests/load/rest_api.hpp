#pragma once

#include "tests/load/endpoint.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush::load {

/// The pair an application server has.
struct credentials {
  std::string key;
  std::string secret;
};

/// Writes the requests of the REST API. Users and channels are named by
/// characters that a URL may hold as they are.
class rest_api {
public:
  rest_api(const endpoint& server, credentials who);

  std::string count_users() const;
  std::string ask_user(std::string_view user) const;
  std::string list_channel(std::string_view channel) const;
  std::string post_to_channel(std::string_view channel,
                              std::string_view body) const;
  std::string post_to_user(std::string_view user, std::string_view body) const;
  std::string remove_user(std::string_view user) const;

private:
  std::string request(std::string_view method, std::string_view kind,
                      std::string_view name, std::string_view body) const;

  std::string host_;
  credentials who_;
};

/// Reads `{"count": N}` and its newline, nothing if it differs in one byte.
std::optional<std::uint64_t> parse_count(std::string_view body);

/// Reads `{"online": true}` or false and its newline, nothing if it differs.
std::optional<bool> parse_online(std::string_view body);

/// Reads `{"users": ["a", "b"]}` and its newline, nothing if it differs; ids
/// with escapes are not understood.
std::optional<std::vector<std::string>> parse_users(std::string_view body);

} // namespace thunderpush::load
