#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush {

/// An answer as its client sees it, or as much of it as has come.
struct http_answer {
  std::string status; ///< Three digits; empty if the head is not complete.
  std::string head;   ///< With the end of its last line.
  std::string body;
  std::vector<std::string> chunks; ///< The same, as it was divided.
  bool complete = false; ///< False if only the end of the stream ends it.

  /// Whether it has exactly that field.
  bool has(std::string_view line) const {
    return head.find("\r\n" + std::string{line} + "\r\n") != std::string::npos;
  }

  bool has_field(std::string_view name) const {
    return head.find("\r\n" + std::string{name} + ":") != std::string::npos;
  }

  /// The value of a field, empty if there is none.
  std::string field(std::string_view name) const {
    const auto line = "\r\n" + std::string{name} + ": ";
    const auto at = head.find(line);
    if (at == std::string::npos)
      return {};
    const auto begin = at + line.size();
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

/// Reads the chunks that have come, to the last one. Returns what is behind.
inline std::string_view read_chunks(http_answer& into, std::string_view rest) {
  for (;;) {
    const auto line = rest.find("\r\n");
    if (line == std::string_view::npos)
      return rest;
    const auto size
      = std::stoul(std::string{rest.substr(0, line)}, nullptr, 16);
    if (rest.size() < line + 2 + size + 2)
      return rest;
    REQUIRE(rest.substr(line + 2 + size, 2) == "\r\n");
    const auto chunk = rest.substr(line + 2, size);
    rest.remove_prefix(line + 2 + size + 2);
    if (chunk.empty()) {
      into.complete = true;
      return rest;
    }
    into.body += chunk;
    into.chunks.emplace_back(chunk);
  }
}

/// Reads the answer that `rest` begins with and takes it off, as far as it has
/// come.
inline http_answer read_answer(std::string_view& rest) {
  http_answer seen;
  const auto end = rest.find("\r\n\r\n");
  if (end == std::string_view::npos)
    return seen;
  seen.head = rest.substr(0, end + 2);
  seen.status = seen.head.substr(9, 3);
  rest.remove_prefix(end + 4);
  if (seen.has("Transfer-Encoding: chunked")) {
    rest = read_chunks(seen, rest);
    return seen;
  }
  const bool bodiless = seen.status == "204" || seen.status == "304";
  const bool measured = seen.has_field("Content-Length");
  const auto size = bodiless   ? 0
                    : measured ? std::stoul(seen.field("Content-Length"))
                               : std::string_view::npos;
  seen.body = rest.substr(0, size);
  rest.remove_prefix(seen.body.size());
  seen.complete = seen.body.size() == size;
  return seen;
}

/// Takes one complete answer off the front.
inline http_answer take_answer(std::string& received) {
  std::string_view rest{received};
  auto seen = read_answer(rest);
  REQUIRE(seen.complete);
  received = std::string{rest};
  return seen;
}

} // namespace thunderpush
