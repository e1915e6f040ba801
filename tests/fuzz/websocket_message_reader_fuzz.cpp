// libFuzzer target: what a client may send must never crash the reader, and
// how its bytes are cut into pieces must not change what is read.

#include "encoding/utf8.hpp"
#include "transport/websocket/message_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace thunderpush;
using namespace thunderpush::websocket;

namespace {

// Stops the run in every kind of build.
void require(bool holds) {
  if (!holds)
    std::abort();
}

struct found_event {
  std::size_t kind = 0;
  unsigned code = 0;
  std::string text;

  bool operator==(const found_event&) const = default;
};

// Copies an event and checks what holds for each of its kind.
struct checked_copy {
  const message_limits& limits;

  found_event operator()(need_more) const { return {}; }
  found_event operator()(text_message found) const {
    require(is_valid_utf8(found.payload));
    return message(found.payload);
  }
  found_event operator()(binary_message found) const {
    return message(found.payload);
  }
  found_event operator()(ping found) const { return control(found.payload); }
  found_event operator()(pong found) const { return control(found.payload); }
  found_event operator()(const close_frame& found) const {
    require(is_valid_utf8(found.reason));
    if (!found.code) {
      require(found.reason.empty());
      return {};
    }
    require(is_legal_on_wire(*found.code));
    return {0, static_cast<unsigned>(*found.code), std::string(found.reason)};
  }
  found_event operator()(violation found) const {
    require(is_legal_on_wire(found.code) && !found.why.empty());
    return {0, static_cast<unsigned>(found.code), std::string(found.why)};
  }

  found_event message(std::string_view payload) const {
    require(payload.size() <= limits.max_message_bytes);
    return {0, 0, std::string(payload)};
  }
  static found_event control(std::string_view payload) {
    require(payload.size() <= max_control_payload_bytes);
    return {0, 0, std::string(payload)};
  }
};

// Deals out sizes of pieces, small enough to cut headers.
class piece_sizes {
public:
  explicit piece_sizes(std::uint32_t seed) : state_(seed) {}

  std::size_t next() {
    state_ = state_ * 1664525 + 1013904223;
    return 1 + (state_ >> 24) % 17;
  }

private:
  std::uint32_t state_;
};

std::vector<found_event> read_pieces(std::span<const std::uint8_t> stream,
                                     const message_limits& limits,
                                     piece_sizes* sizes) {
  message_reader reader;
  std::vector<found_event> events;
  auto finished = false;
  while (!stream.empty()) {
    const auto size = sizes == nullptr ? stream.size()
                                       : std::min(sizes->next(), stream.size());
    std::vector<char> memory(
      stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size));
    stream = stream.subspan(size);
    std::span<char> input = memory;
    while (true) {
      const auto left = input.size();
      const auto event = reader.next(input, limits);
      require(input.size() <= left);
      if (std::holds_alternative<need_more>(event))
        break;
      require(!finished);
      finished = std::holds_alternative<close_frame>(event)
                 || std::holds_alternative<violation>(event);
      auto copy = std::visit(checked_copy{limits}, event);
      copy.kind = event.index();
      events.push_back(std::move(copy));
    }
    require(input.empty());
    require(reader.buffered_bytes()
            <= 512 + limits.max_message_bytes + max_control_payload_bytes);
    require(!finished || reader.buffered_bytes() == 0);
  }
  return events;
}

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size < 2)
    return 0;
  // The first two bytes choose how the rest is cut and what the limit is.
  piece_sizes sizes(data[0]);
  const message_limits limits{std::size_t{data[1]} * 4};
  const std::span<const std::uint8_t> stream(data + 2, size - 2);
  require(read_pieces(stream, limits, nullptr)
          == read_pieces(stream, limits, &sizes));
  return 0;
}
