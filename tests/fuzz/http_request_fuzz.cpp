// What a request means must not depend on how its bytes were divided. The
// first bytes of the input choose the divisions, the others are the requests.

#include "transport/http/request_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

using namespace thunderpush;

namespace {

constexpr std::size_t sizes = 8; // bytes of the input that choose divisions

// Small, so that the fuzzer meets them.
constexpr request_limits limits{.header_bytes = 256,
                                .header_fields = 8,
                                .body_bytes = 64,
                                .pipelined_bytes = 1024};

void require(bool condition) {
  if (!condition)
    std::abort();
}

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

std::string read(const char* bytes, std::size_t size,
                 const std::uint8_t* division) {
  request_reader reader{limits};
  std::string out;
  std::size_t begin = 0;
  for (std::size_t turn = 0; begin < size; ++turn) {
    auto length = size - begin;
    if (division != nullptr)
      length = std::min<std::size_t>(length, division[turn % sizes] % 64 + 1);
    // Of exactly this size, and gone after the call.
    std::vector<char> piece{bytes + begin, bytes + begin + length};
    begin += length;
    if (reader.feed(piece) == read_state::expect_continue)
      reader.continue_sent();
    piece.assign(piece.size(), '\0');
    piece.clear();
    while (reader.state() == read_state::complete) {
      print(out, reader);
      reader.next();
    }
    require((reader.memory() == 0)
            == (reader.state() == read_state::idle
                || reader.state() == read_state::error));
  }
  out += std::to_string(static_cast<int>(reader.state()));
  append(out, std::to_string(reader.error().status));
  return out;
}

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer names it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size < sizes)
    return 0;
  std::string bytes(size - sizes, '\0');
  if (!bytes.empty())
    std::memcpy(bytes.data(), data + sizes, bytes.size());
  auto whole = read(bytes.data(), bytes.size(), nullptr);
  require(whole == read(bytes.data(), bytes.size(), data));
  const std::uint8_t bytewise[sizes] = {};
  require(whole == read(bytes.data(), bytes.size(), bytewise));
  return 0;
}
