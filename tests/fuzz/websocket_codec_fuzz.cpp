// Whatever we write as a WebSocket frame we read back, however it is
// compressed, masked, fragmented and cut. The input is a sequence of messages:
// a byte for the kind, one for the length, one for how often the payload is
// repeated, one for the mask, then the payload.

#include "encoding/utf8.hpp"
#include "tests/fuzz/target.hpp"
#include "transport/websocket/close_code.hpp"
#include "transport/websocket/compression.hpp"
#include "transport/websocket/frame.hpp"
#include "transport/websocket/message_reader.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace {

using namespace thunderpush;
using namespace thunderpush::websocket;
using fuzz::require;

constexpr std::size_t most_bytes = std::size_t{1} << 17;

struct message {
  opcode type = opcode::text;
  std::string payload;

  bool operator==(const message&) const = default;
};

// A frame from the server as a client would send it.
std::string masked(std::string_view frame, std::uint8_t seed) {
  const auto short_length = static_cast<unsigned char>(frame[1]);
  const std::size_t header = short_length == 127   ? 10
                             : short_length == 126 ? 4
                                                   : 2;
  std::array<char, 4> mask{};
  for (unsigned i = 0; i < mask.size(); ++i)
    mask[i] = static_cast<char>(seed * (i + 1) % 256);
  std::string out{frame.substr(0, header)};
  out[1] = static_cast<char>(short_length | 0x80U);
  out.append(mask.begin(), mask.end()).append(frame.substr(header));
  auto* payload = out.data() + header + mask.size();
  for (std::size_t i = 0; i < frame.size() - header; ++i)
    payload[i] = static_cast<char>(payload[i] ^ mask[i % mask.size()]);
  return out;
}

// A control frame between two fragments of a message is none of it.
std::string fragmented(const message& what, std::uint8_t seed) {
  const auto cut = what.payload.size() * seed / 256;
  auto first = encode_frame(what.type, what.payload.substr(0, cut));
  first[0] = static_cast<char>(first[0] & 0x7F);
  return masked(first, seed) + masked(encode_frame(opcode::ping, "between"), 1)
         + masked(encode_frame(opcode::continuation, what.payload.substr(cut)),
                  seed);
}

struct found_message {
  std::vector<message>& all;

  void operator()(need_more) const {}
  void operator()(violation) const { require(false); }
  void operator()(text_message found) const {
    add(opcode::text, found.payload);
  }
  void operator()(binary_message found) const {
    add(opcode::binary, found.payload);
  }
  void operator()(pong found) const { add(opcode::pong, found.payload); }
  void operator()(ping found) const { add(opcode::ping, found.payload); }
  void operator()(const close_frame& found) const {
    add(opcode::close, found.reason);
  }

  void add(opcode type, std::string_view payload) const {
    all.push_back({type, std::string{payload}});
  }
};

std::vector<message> read(std::string_view stream, compression agreed,
                          std::uint8_t seed) {
  message_reader reader{agreed};
  constexpr message_limits limits{most_bytes};
  std::vector<message> found;
  fuzz::piece_sizes sizes{seed};
  while (!stream.empty()) {
    // Large ones too, or it takes for ever.
    const auto size
      = std::min(sizes.next() * (1 + stream.size() / 256), stream.size());
    const fuzz::arrived_piece piece{stream.substr(0, size)};
    stream.remove_prefix(size);
    auto left = piece.bytes();
    while (true) {
      const auto event = reader.next(left, limits);
      if (std::holds_alternative<need_more>(event))
        break;
      std::visit(found_message{found}, event);
    }
  }
  require(reader.buffered_bytes() == 0 || !found.empty());
  return found;
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (; times > 0 && out.size() + text.size() <= most_bytes; --times)
    out += text;
  return out;
}

// Seldom enough for a length of 64 bits, which takes its time.
std::size_t times_of(std::uint8_t byte) {
  constexpr unsigned often = 254;
  return byte < often ? 1U + byte % 8U : 300U;
}

void run(std::string_view input) {
  fuzz::input_reader in{input};
  const auto seed = in.byte();
  const auto agreed = static_cast<compression>(in.byte() % compression_count);
  std::string stream;
  std::vector<message> sent;
  auto rest = in.rest();
  while (!rest.empty() && stream.size() < most_bytes) {
    fuzz::input_reader head{rest};
    const auto kind = head.byte();
    const std::size_t length = head.byte();
    const auto times = times_of(head.byte());
    const auto mask = head.byte();
    const auto text = head.rest().substr(0, length);
    rest = head.rest().substr(text.size());
    message next{opcode::binary, repeated(text, times)};
    const bool is_text = is_valid_utf8(next.payload);
    if (is_text && (kind & 1) != 0)
      next.type = opcode::text;
    if ((kind & 6) == 2) {
      next = {opcode::ping, std::string{text.substr(0, 125)}};
      stream += masked(encode_frame(next.type, next.payload), mask);
    } else if ((kind & 6) == 4) {
      stream += fragmented(next, mask);
      sent.push_back({opcode::ping, "between"});
    } else {
      stream += masked(encode_message(next.type, next.payload, agreed), mask);
    }
    sent.push_back(std::move(next));
  }
  const auto code = static_cast<close_code>(seed * 257U);
  auto reason = close_payload(code, in.rest().substr(0, 200));
  stream += masked(encode_frame(opcode::close, reason), seed);
  sent.push_back({opcode::close, reason.substr(2)});
  require(read(stream, agreed, seed) == sent);
}

const fuzz::registration made{"websocket_codec", run};

} // namespace
