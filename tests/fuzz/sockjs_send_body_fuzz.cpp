// What SockJS clients send over HTTP. The first byte of the input chooses the
// size that messages may have, the first line is the content type, the rest is
// the body.

#include "encoding/json.hpp"
#include "encoding/utf8.hpp"
#include "tests/fuzz/target.hpp"
#include "transport/sockjs/send_body.hpp"
#include "transport/sockjs/websocket_dialect.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace {

using namespace thunderpush;
using namespace thunderpush::sockjs;
using fuzz::require;

constexpr std::string_view form = "application/x-www-form-urlencoded";

using messages = std::vector<std::string>;

const messages* messages_of(const send_body& body) {
  return std::get_if<messages>(&body);
}

bool is_same(const send_body& one, const send_body& other) {
  const auto* left = messages_of(one);
  const auto* right = messages_of(other);
  if (left == nullptr || right == nullptr)
    return left == right;
  return *left == *right;
}

std::string array_of(const messages& all) {
  std::string text{"["};
  for (const auto& each : all) {
    if (text.size() > 1)
      text += ',';
    append_json_string(text, each);
  }
  return text + ']';
}

void check_body(const send_body& body, std::size_t limit) {
  const auto* found = messages_of(body);
  if (found == nullptr) {
    const auto& error = std::get<send_error>(body);
    require(error.status == 500 || error.status == 413);
    require(error.text.ends_with('\n'));
    return;
  }
  for (const auto& each : *found)
    require(each.size() <= limit && is_valid_utf8(each));
  require(is_same(body, read_xhr_send(array_of(*found), limit)));
}

// Over WebSocket the same text means the same, but for its size.
void check_dialect(std::string_view text, const send_body& body) {
  messages found;
  const bool is_legal = websocket_dialect().decode(text, found);
  if (const auto* expected = messages_of(body)) {
    require(is_legal && found == *expected);
  } else if (!is_legal) {
    require(found.empty());
  }
}

void run(std::string_view input) {
  fuzz::input_reader in{input};
  const std::size_t limit = in.byte();
  const auto content_type = in.line();
  const auto text = in.rest();
  const auto plain = read_xhr_send(text, limit);
  check_body(plain, limit);
  require(messages_of(plain) == nullptr || !check_json(text));
  check_body(read_jsonp_send(text, content_type, limit), limit);
  check_body(read_jsonp_send(text, form, limit), limit);
  require(is_same(plain, read_jsonp_send(text, "text/plain", limit)));
  // A form cannot carry a NUL; in JSON none is legal either.
  require(is_same(
    plain, read_jsonp_send("d=" + fuzz::percent_escaped(text), form, limit)));
  check_dialect(text, plain);
}

const fuzz::registration made{"sockjs_send_body", run};

} // namespace
