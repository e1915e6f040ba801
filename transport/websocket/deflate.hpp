#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct z_stream_s;

namespace thunderpush::websocket {

/// How far back compressed data may refer, as a power of two of bytes
/// (RFC 7692 section 7.1.2).
enum class window_bits : std::uint8_t {
  /// For every peer that set itself a limit, 2^8 bytes included: zlib with 9
  /// bits never refers further back than 250 bytes.
  narrow = 9,
  full = 15,
};

/// Compresses messages one by one, without context takeover (RFC 7692
/// section 7.2.1). Any thread, one at a time.
class deflater {
public:
  /// Throws `std::bad_alloc`.
  explicit deflater(window_bits window);
  ~deflater();
  deflater(const deflater&) = delete;
  deflater& operator=(const deflater&) = delete;

  /// The payload of a compressed message, none if it would not be smaller than
  /// the message itself.
  std::optional<std::string> compress(std::string_view message);

  /// How many messages it was asked to compress.
  std::uint64_t messages() const noexcept { return messages_; }

  /// The deflater of the calling thread, made on first use: it takes some
  /// 200 KiB, so that no connection has one of its own.
  static deflater& of_thread(window_bits window);

private:
  std::unique_ptr<z_stream_s> stream_;
  std::uint64_t messages_ = 0;
};

/// Inflates messages one by one, without context takeover (RFC 7692
/// section 7.2.2). Any thread, one at a time.
class inflater {
public:
  enum class outcome : std::uint8_t {
    done,
    too_big, ///< The message is larger than it may be.
    invalid, ///< The payload is no DEFLATE data (RFC 1951).
  };

  /// Throws `std::bad_alloc`.
  inflater();
  ~inflater();
  inflater(const inflater&) = delete;
  inflater& operator=(const inflater&) = delete;

  /// Appends the message in the payload of a compressed one, as long as it is
  /// not larger than `max_bytes`: whatever the payload promises, `message`
  /// never takes more memory than that.
  outcome inflate(std::string_view payload, std::size_t max_bytes,
                  std::vector<char>& message);

  /// The inflater of the calling thread, made on first use.
  static inflater& of_thread();

private:
  outcome feed(std::string_view input, std::size_t max_bytes,
               std::vector<char>& message);

  std::unique_ptr<z_stream_s> stream_;
};

} // namespace thunderpush::websocket
