#include "transport/websocket/deflate.hpp"

#include "transport/websocket/byte_buffer.hpp"

#include <array>
#include <limits>
#include <new>
#include <span>
#include <zlib.h>

namespace thunderpush::websocket {

namespace {

// What the empty block at the end of a flush looks like; it is not sent
// (RFC 7692 section 7.2.1).
constexpr std::string_view flush_end{"\x00\x00\xFF\xFF", 4};

constexpr int memory_level = 8;

// zlib takes no more at a time.
constexpr std::size_t most_input = std::numeric_limits<uInt>::max();

// Without a header: negative, as zlib has it.
constexpr int raw_window(window_bits bits) noexcept {
  return -static_cast<int>(bits);
}

// zlib's interface is not const-correct, but it does not write there.
Bytef* input_of(std::string_view bytes) noexcept {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

Bytef* output_of(std::span<char> bytes) noexcept {
  return reinterpret_cast<Bytef*>(bytes.data());
}

} // namespace

// -- deflater ----------------------------------------------------------------

deflater::deflater(window_bits window)
  : stream_(std::make_unique<z_stream_s>()) {
  if (deflateInit2(stream_.get(), Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                   raw_window(window), memory_level, Z_DEFAULT_STRATEGY)
      != Z_OK)
    throw std::bad_alloc{};
}

deflater::~deflater() {
  deflateEnd(stream_.get());
}

std::optional<std::string> deflater::compress(std::string_view message) {
  ++messages_;
  if (message.size() > most_input - flush_end.size())
    return std::nullopt;
  // No room for more than what the message itself takes.
  std::string payload(message.size() + flush_end.size(), '\0');
  deflateReset(stream_.get());
  stream_->next_in = input_of(message);
  stream_->avail_in = static_cast<uInt>(message.size());
  stream_->next_out = output_of(payload);
  stream_->avail_out = static_cast<uInt>(payload.size());
  if (deflate(stream_.get(), Z_SYNC_FLUSH) != Z_OK || stream_->avail_out == 0)
    return std::nullopt;
  payload.resize(payload.size() - stream_->avail_out - flush_end.size());
  if (payload.size() >= message.size())
    return std::nullopt;
  payload.shrink_to_fit();
  return payload;
}

deflater& deflater::of_thread(window_bits window) {
  if (window == window_bits::narrow) {
    thread_local deflater narrow{window_bits::narrow};
    return narrow;
  }
  thread_local deflater full{window_bits::full};
  return full;
}

// -- inflater ----------------------------------------------------------------

inflater::inflater() : stream_(std::make_unique<z_stream_s>()) {
  if (inflateInit2(stream_.get(), raw_window(window_bits::full)) != Z_OK)
    throw std::bad_alloc{};
}

inflater::~inflater() {
  inflateEnd(stream_.get());
}

inflater::outcome inflater::inflate(std::string_view payload,
                                    std::size_t max_bytes,
                                    std::vector<char>& message) {
  inflateReset(stream_.get());
  const auto found = feed(payload, max_bytes, message);
  return found == outcome::done ? feed(flush_end, max_bytes, message) : found;
}

inflater::outcome inflater::feed(std::string_view input, std::size_t max_bytes,
                                 std::vector<char>& message) {
  constexpr std::size_t piece_bytes = 16 * 1024;
  std::array<char, piece_bytes> piece;
  if (input.size() > most_input)
    return outcome::too_big;
  stream_->next_in = input_of(input);
  stream_->avail_in = static_cast<uInt>(input.size());
  do {
    stream_->next_out = output_of(piece);
    stream_->avail_out = piece.size();
    const auto result = ::inflate(stream_.get(), Z_SYNC_FLUSH);
    if (result == Z_MEM_ERROR)
      throw std::bad_alloc{};
    if (result == Z_DATA_ERROR || result == Z_NEED_DICT)
      return outcome::invalid;
    const auto found
      = std::span(piece).first(piece.size() - stream_->avail_out);
    if (found.size() > max_bytes - message.size())
      return outcome::too_big;
    append(message, found, max_bytes);
    // More blocks may follow one that says that it is the last
    // (RFC 7692 section 7.2.3.4).
    if (result == Z_STREAM_END)
      inflateReset(stream_.get());
  } while (stream_->avail_in > 0 || stream_->avail_out == 0);
  return outcome::done;
}

inflater& inflater::of_thread() {
  thread_local inflater own;
  return own;
}

} // namespace thunderpush::websocket
