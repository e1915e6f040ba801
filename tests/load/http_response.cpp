#include "tests/load/http_response.hpp"

#include <algorithm>
#include <charconv>

namespace thunderpush::load {

namespace {

constexpr std::string_view line_end = "\r\n";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::size_t> number(std::string_view text, int base) {
  std::size_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc{} || stop != end)
    return std::nullopt;
  return value;
}

http_response no_response(std::string_view reason) {
  return {0, std::string{reason}, false, 0};
}

/// Takes a chunked body apart, RFC 9112 section 7.1.
/// @returns whether it is complete, nothing if it is malformed
std::optional<bool> read_chunks(std::string_view bytes,
                                http_response& response) {
  auto rest = bytes.substr(response.size);
  for (;;) {
    const auto eol = rest.find(line_end);
    if (eol == std::string_view::npos)
      return false;
    const auto size_text = rest.substr(0, std::min(eol, rest.find(';')));
    const auto size = number(trimmed(size_text), 16);
    if (!size)
      return std::nullopt;
    const auto begin = eol + line_end.size();
    if (rest.size() < begin + line_end.size()
        || rest.size() - begin - line_end.size() < *size)
      return false;
    response.body += rest.substr(begin, *size);
    rest.remove_prefix(begin + *size + line_end.size());
    if (*size == 0) {
      response.size = bytes.size() - rest.size();
      return true;
    }
  }
}

} // namespace

std::optional<std::string_view>
response_head::field(std::string_view name) const {
  auto rest = fields;
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find(line_end));
    const auto colon = line.find(':');
    if (colon != std::string_view::npos
        && equal_ignoring_case(line.substr(0, colon), name))
      return trimmed(line.substr(colon + 1));
    rest.remove_prefix(std::min(rest.size(), line.size() + line_end.size()));
  }
  return std::nullopt;
}

std::string describe(const http_response& response) {
  constexpr std::size_t quoted = 100;
  auto body = response.body.substr(0, quoted);
  if (body.ends_with('\n'))
    body.pop_back();
  return "status " + std::to_string(response.status) + ", " + body;
}

std::optional<response_head> parse_response_head(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos)
    return std::nullopt;
  response_head head;
  head.size = end + 2 * line_end.size();
  constexpr std::string_view version = "HTTP/1.1 ";
  const auto status_end = bytes.find(line_end);
  if (bytes.starts_with(version) && status_end >= version.size() + 3)
    head.status = static_cast<int>(
      number(bytes.substr(version.size(), 3), 10).value_or(0));
  const auto begin = status_end + line_end.size();
  head.fields = bytes.substr(begin, end + line_end.size() - begin);
  return head;
}

std::optional<http_response> parse_response(std::string_view bytes) {
  const auto head = parse_response_head(bytes);
  if (!head)
    return std::nullopt;
  if (head->status == 0)
    return no_response("the answer is not HTTP/1.1");
  http_response response;
  response.status = head->status;
  response.size = head->size;
  response.keep_alive = !equal_ignoring_case(
    head->field("Connection").value_or("keep-alive"), "close");
  if (head->status == 204 || head->status == 304)
    return response;
  if (const auto coding = head->field("Transfer-Encoding")) {
    const auto complete = read_chunks(bytes, response);
    if (!equal_ignoring_case(*coding, "chunked") || !complete)
      return no_response("the answer's chunks are malformed");
    return *complete ? std::optional{response} : std::nullopt;
  }
  const auto length = number(head->field("Content-Length").value_or(""), 10);
  if (!length)
    return no_response("the answer has no length");
  if (bytes.size() - head->size < *length)
    return std::nullopt;
  response.body = bytes.substr(head->size, *length);
  response.size = head->size + *length;
  return response;
}

} // namespace thunderpush::load
