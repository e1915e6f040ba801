#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush {

/// One header field. Names compare without regard to case (RFC 9110, 5.1).
struct http_field {
  std::string_view name;
  std::string_view value;
};

/// A complete HTTP request, as seen by the code that answers it. Every view
/// points into the connection's buffer and dies when the call it is passed to
/// returns.
struct http_request {
  std::string_view method; ///< As sent: methods are case-sensitive.
  std::string_view target; ///< Path and query as sent, not decoded.
  std::string_view body;   ///< Without transfer coding.
  std::span<const http_field> fields;

  /// The value of the first field of that name, empty if there is none.
  std::string_view field(std::string_view name) const noexcept;

  /// `target` up to the first `?`.
  std::string_view path() const noexcept;

  /// `target` after the first `?`, empty if there is none.
  std::string_view query() const noexcept;
};

/// An answer. `Content-Length`, `Connection` and `Date` are the transport's.
/// Its views must live until `http_responder::respond` returns.
struct http_response {
  unsigned status = 200;
  std::string_view content_type;  ///< Static storage; empty: no such field.
  std::vector<http_field> fields; ///< Further fields.
  std::string body;
  /// Field lines that are always the same, as they go out: `Name: value` and
  /// CRLF each. Static storage.
  std::string_view constant_fields{};
};

/// Whoever takes its time to answer, or answers in parts: told what becomes of
/// its client meanwhile. Called on the client's home, never within a call of
/// the one who answers.
class response_observer {
public:
  /// The client has taken what it was given. If that was the whole answer,
  /// nothing follows.
  virtual void drained() = 0;

  /// The client is gone; nothing follows.
  virtual void lost() = 0;

protected:
  ~response_observer() = default;
};

/// Where the answer to one request goes. Lives on the home that owns the
/// client's socket and is called on that home's thread only.
class http_responder {
public:
  virtual ~http_responder() = default;

  /// The address of the client, as far as it is known: for logs.
  virtual std::string client() const { return {}; }

  /// Sends the answer; the first call counts, later ones are ignored. Does
  /// nothing if the client is gone.
  virtual void respond(http_response response) = 0;

  // An answer that takes its time.

  /// The answer comes later, or in parts: `who` hears of the client until the
  /// answer is complete or it was let go. The request is not needed any more:
  /// its memory is given back.
  virtual void hold(response_observer& who) = 0;

  /// Begins an answer of unknown length; its body is ignored. After `hold`.
  virtual void begin(const http_response& head) = 0;

  /// Adds a part, as a chunk of its own. It is sent by `send`.
  virtual void add(std::string_view part) = 0;

  /// Sends what was added. False if the client does not take all of it now:
  /// `drained` follows.
  virtual bool send() = 0;

  /// Ends the answer after what was added, and sends it.
  virtual void end() = 0;

  /// Nobody wants to hear of the client any more; it gets what was added.
  virtual void let_go() noexcept = 0;
};

/// Answers requests: the port through which a transport hands them over.
class http_handler {
public:
  virtual ~http_handler() = default;

  /// Called on the home thread of the client's socket. May answer at once or
  /// keep `responder` and answer later from the same thread.
  virtual void handle(const http_request& request,
                      std::shared_ptr<http_responder> responder)
    = 0;
};

} // namespace thunderpush
