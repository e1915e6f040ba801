#pragma once

#include "actors/http.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace thunderpush {

/// How much of a request a reader takes in. Shared by all readers of a
/// listener.
struct request_limits {
  /// Request line and fields together, in bytes. Also bounds each chunk line,
  /// the trailer section, and the sum of all chunk extensions of a request.
  std::size_t header_bytes = 8192;
  /// Number of header fields.
  std::size_t header_fields = 100;
  /// Body after transfer decoding, in bytes.
  std::size_t body_bytes = std::size_t{1} << 20;
  /// What is kept of requests that arrive while one is being answered, in
  /// bytes.
  std::size_t pipelined_bytes = std::size_t{64} << 10;
};

/// Where a reader is. In the first three it needs more bytes, and each stands
/// for a deadline that the owner of the socket keeps.
enum class read_state : std::uint8_t {
  idle,            ///< Between two requests: the keep-alive deadline.
  header,          ///< Inside request line and fields: the header deadline.
  body,            ///< Inside the body: the body deadline.
  expect_continue, ///< As `body`, but the client first waits for a 100.
  complete,        ///< `request()` may be answered.
  error,           ///< `error()` says why; answer it and close.
};

/// Why a request was refused.
struct request_error {
  unsigned status = 0;     ///< HTTP status of the answer.
  std::string_view reason; ///< Plain ASCII text for the client, static.
};

/// Turns the bytes of one client connection into HTTP/1.x requests (RFC 9112),
/// one at a time. Boost.Beast parses; what it lets through and a server must
/// not (RFC 9112, 3.2 and 6.1 to 6.3; RFC 9110, 10.1.1) is refused here, and
/// every buffer has a bound.
///
/// Not bound to a thread, knows no sockets. No function throws. The outcome
/// depends on the bytes alone, never on how they were divided among calls of
/// `feed`. While idle a reader owns no heap memory: each thread keeps a few
/// buffers for the next requests of all its readers.
///
///     for (auto state = reader.feed(bytes); state == read_state::complete;
///          state = reader.next())
///       answer(reader.request());
class request_reader {
public:
  /// `limits` must outlive the reader.
  explicit request_reader(const request_limits& limits) noexcept;

  request_reader(const request_reader&) = delete;
  request_reader& operator=(const request_reader&) = delete;
  request_reader(request_reader&& other) noexcept;
  request_reader& operator=(request_reader&& other) noexcept;
  ~request_reader();

  /// Takes in what was received and reads at most to the end of one request.
  /// What follows that is kept for `next()` or `rest()`. While a request is
  /// complete more may be fed (a client that does not wait for its answer);
  /// that invalidates the views of `request()`, and turns into an error
  /// without an answer once more than `pipelined_bytes` are kept. Ignored
  /// after an error.
  read_state feed(std::span<const char> bytes) noexcept;

  read_state state() const noexcept { return state_; }

  /// The owner has sent `100 Continue`: turns `expect_continue` into `body`.
  void continue_sent() noexcept;

  /// The request; only while complete. Its views live until `feed`, `next`,
  /// `reset` or the end of the reader. The target is in origin-form, or `*`.
  const http_request& request() const noexcept;

  /// Minor version of the request, 0 or 1; 1 if it is not known.
  unsigned http_minor() const noexcept;

  /// True if the connection is to be kept after the answer (RFC 9112, 9.3).
  /// Only while complete.
  bool keep_alive() const noexcept;

  /// What was received behind the complete request: the first bytes of the
  /// new protocol after an upgrade. Lives as the views of `request()` do.
  std::string_view rest() const noexcept;

  /// Forgets the complete request and reads on in what was received behind
  /// it; the next request may be complete at once. Ignored in other states.
  read_state next() noexcept;

  /// Forgets everything and is idle again.
  void reset() noexcept;

  /// Why the request was refused; only after an error.
  const request_error& error() const noexcept { return error_; }

  /// Heap memory owned, in bytes.
  std::size_t memory() const noexcept;

private:
  class parser;
  struct message;
  class spare_messages;

  struct give_back {
    void operator()(message* what) const noexcept;
  };

  void advance() noexcept;
  void read_message();
  bool begin_head();
  bool find_head();
  bool check_line(std::size_t lf);
  bool parse_head();
  void read_body();
  void read_chunks();
  bool read_chunk_part();
  void finish() noexcept;
  void fail(unsigned status, std::string_view reason) noexcept;

  const request_limits* limits_;
  // The request being read or answered.
  std::unique_ptr<message, give_back> message_;
  request_error error_;
  read_state state_ = read_state::idle;
  bool blank_line_ = false; // one was skipped before the request
};

} // namespace thunderpush
