// What a request means must not depend on how its bytes were divided. The
// first bytes of the input choose the divisions, the others are the requests.

#include "tests/fuzz/target.hpp"
#include "transport/http/request_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

using namespace thunderpush;
using fuzz::require;

namespace {

constexpr std::size_t sizes = 8; // bytes of the input that choose divisions

// Small, so that the fuzzer meets them.
constexpr request_limits limits{.header_bytes = 256,
                                .header_fields = 8,
                                .body_bytes = 64,
                                .pipelined_bytes = 1024};

void append(std::string& out, std::string_view text) {
  out.append(std::to_string(text.size())).append(":").append(text);
}

// Touches every view, so that a sanitizer sees those that dangle.
void print(std::string& out, const request_reader& reader) {
  const auto& request = reader.request();
  append(out, request.method);
  append(out, request.target);
  append(out, request.body);
  for (const auto& field : request.fields) {
    append(out, field.name);
    append(out, field.value);
  }
  out += reader.keep_alive() ? 'k' : 'c';
  out += reader.http_minor() == 1 ? '1' : '0';
  require(request.body.size() <= limits.body_bytes);
  require(request.fields.size() <= limits.header_fields);
  require(request.target == "*" || request.target.front() == '/');
}

// Pieces as the bytes of `division` say, or one if it is empty.
std::string read(std::string_view bytes, std::string_view division) {
  request_reader reader{limits};
  std::string out;
  std::size_t begin = 0;
  for (std::size_t turn = 0; begin < bytes.size(); ++turn) {
    auto length = bytes.size() - begin;
    if (!division.empty()) {
      const auto byte = static_cast<std::uint8_t>(division[turn % sizes]);
      length = std::min<std::size_t>(length, byte % 64 + 1);
    }
    reader.feed(fuzz::arrived_piece{bytes.substr(begin, length)}.bytes());
    begin += length;
    while (reader.state() == read_state::complete) {
      print(out, reader);
      reader.next();
    }
    // Whether a 100 is sent depends on the divisions, and nothing else does.
    reader.continue_sent();
    require((reader.memory() == 0)
            == (reader.state() == read_state::idle
                || reader.state() == read_state::error));
  }
  out += std::to_string(static_cast<int>(reader.state()));
  append(out, std::to_string(reader.error().status));
  return out;
}

void run(std::string_view input) {
  if (input.size() < sizes)
    return;
  const auto division = input.substr(0, sizes);
  const auto bytes = input.substr(sizes);
  const auto whole = read(bytes, {});
  require(whole == read(bytes, division));
  require(whole == read(bytes, std::string(sizes, '\0')));
}

const fuzz::registration made{"http_request", run};

} // namespace
