#include "transport/http/request_reader.hpp"

#include "encoding/ascii.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace thunderpush {

namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

// Capacity that a buffer always keeps from one request to the next.
constexpr std::size_t kept_capacity = std::size_t{8} << 10;

// Messages that a thread keeps for the next requests: as many as may come with
// one look at the sockets. None where AddressSanitizer is to see views that
// outlive their request.
#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t most_spare = 0;
#elif defined(__has_feature)
constexpr std::size_t most_spare = __has_feature(address_sanitizer) ? 0 : 128;
#else
constexpr std::size_t most_spare = 128;
#endif

// Below this many bytes no chunk can end: `0 CRLF CRLF`. Beast asserts it.
constexpr std::size_t shortest_chunk = 5;

// Line ends and sixteen hex digits; what a chunk line has beyond is surplus.
constexpr std::size_t plain_chunk_line = 20;

std::string_view view(boost::beast::string_view text) noexcept {
  return {text.data(), text.size()};
}

bool is_decimal(char c) noexcept {
  return c >= '0' && c <= '9';
}

// What no quoted string may have (RFC 9110, 5.6.4).
bool is_control(char c) noexcept {
  return (c >= 0 && c < ' ' && c != '\t') || c == 0x7F;
}

// uri-host [ ":" port ] (RFC 9110, 7.2), by its characters only. A comma is
// legal in a name, but is far likelier two Host fields joined by a proxy.
constexpr auto host_characters = [] {
  std::array<bool, 256> result{};
  constexpr std::string_view legal = "0123456789abcdefghijklmnopqrstuvwxyz"
                                     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "-._~:[]%!$&'()*+;=";
  for (auto c : legal)
    result[static_cast<unsigned char>(c)] = true;
  return result;
}();

bool is_host(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return host_characters[static_cast<unsigned char>(c)];
  });
}

// A final coding of chunked behind codings that we do not have, as opposed to
// one whose length nobody can tell (RFC 9112, 6.1 and 6.3).
bool is_framed_coding(std::string_view codings) noexcept {
  constexpr std::string_view chunked = "chunked";
  if (codings.size() <= chunked.size())
    return false;
  auto before = codings.substr(0, codings.size() - chunked.size());
  if (!equals_ignoring_case(codings.substr(before.size()), chunked))
    return false;
  auto last = before.find_last_not_of(" \t");
  if (last == std::string_view::npos || before[last] != ',')
    return false;
  for (std::size_t at = 0; at + chunked.size() <= before.size(); ++at) {
    if (equals_ignoring_case(before.substr(at, chunked.size()), chunked))
      return false;
  }
  return true;
}

// A well-formed request line of a version that we do not speak. PRI is the
// first word of HTTP/2 and never a method (RFC 9113, 3.4).
bool has_other_version(std::string_view line) noexcept {
  auto version = line.substr(line.rfind(' ') + 1);
  return std::count(line.begin(), line.end(), ' ') == 2
         && !line.starts_with("PRI ") && version.size() == 8
         && version.starts_with("HTTP/") && is_decimal(version[5])
         && version[6] == '.' && is_decimal(version[7]) && version != "HTTP/1.0"
         && version != "HTTP/1.1";
}

request_error describe(error_code code, std::string_view head) noexcept {
  if (code == http::error::bad_version) {
    auto line = head.substr(0, head.find("\r\n"));
    if (has_other_version(line))
      return {505, "HTTP version is not supported."};
    return {400, "Malformed HTTP version."};
  }
  if (code == http::error::bad_method)
    return {400, "Malformed method."};
  if (code == http::error::bad_target)
    return {400, "Malformed request target."};
  if (code == http::error::bad_field)
    return {400, "Malformed header field name."};
  if (code == http::error::bad_value)
    return {400, "Malformed header field value."};
  if (code == http::error::bad_line_ending)
    return {400, "Malformed line ending."};
  if (code == http::error::bad_content_length
      || code == http::error::multiple_content_length)
    return {400, "Malformed Content-Length."};
  if (code == http::error::bad_transfer_encoding)
    return {400, "Malformed Transfer-Encoding."};
  if (code == http::error::bad_chunk
      || code == http::error::bad_chunk_extension)
    return {400, "Malformed chunk."};
  return {400, "Malformed request."};
}

} // namespace

// -- the message ------------------------------------------------------------

// One buffer holds, in this order: the head, the body with its transfer
// coding removed in place, a gap that decoding leaves, and what was received
// but not looked at yet.
struct request_reader::message {
  std::string bytes;
  std::size_t begin = 0;    // of the request
  std::size_t line = 0;     // begin of the header line being received
  std::size_t scan = 0;     // up to here that line has no LF
  std::size_t body = 0;     // end of the head; 0 until the head is complete
  std::size_t body_end = 0; // end of the body decoded so far
  std::size_t end = 0;      // end of what was parsed
  std::size_t length = 0;   // Content-Length
  http_request request;
  std::vector<http_field> fields;
  std::unique_ptr<parser> chunks; // only for a chunked body
  unsigned http_minor = 1;
  bool keep_alive = false;
  bool expect_continue = false;

  std::string_view head() const noexcept {
    return std::string_view{bytes}.substr(begin, body - begin);
  }

  void append(std::span<const char> more) {
    if (bytes.capacity() - bytes.size() < more.size())
      grow(bytes.size() + more.size());
    bytes.append(more.data(), more.size());
  }

  // Views into the buffer move along with it.
  void grow(std::size_t size) {
    std::string larger;
    larger.reserve(std::max(size, 2 * bytes.size()));
    larger.append(bytes);
    auto moved = [from = bytes.data(), to = larger.data(),
                  n = bytes.size()](std::string_view& text) {
      if (std::less_equal<>{}(from, text.data())
          && std::less_equal<>{}(text.data(), from + n))
        text = {to + (text.data() - from), text.size()};
    };
    moved(request.method);
    moved(request.target);
    moved(request.body);
    for (auto& field : fields) {
      moved(field.name);
      moved(field.value);
    }
    bytes.swap(larger);
  }

  void next() {
    begin = end;
    // Shrinking by a factor keeps a long row of requests from being copied
    // once for each of them.
    if (bytes.capacity() > kept_capacity
        && bytes.size() - begin < bytes.capacity() / 4) {
      // Not by assignment, which may keep the capacity.
      std::string smaller{bytes, begin};
      bytes.swap(smaller);
      begin = 0;
    }
    forget();
  }

  // Is as if it were new, but for its capacity.
  void clear() noexcept {
    bytes.clear();
    begin = 0;
    forget();
  }

  // Knows nothing of a request but where it begins.
  void forget() noexcept {
    line = scan = begin;
    body = body_end = end = length = 0;
    request = {};
    fields.clear();
    chunks.reset();
    http_minor = 1;
    keep_alive = expect_continue = false;
  }

  // Drops requests that were answered before more is received.
  void drop_answered() {
    bytes.erase(0, begin);
    line -= begin;
    scan -= begin;
    begin = 0;
  }
};

// -- the parser -------------------------------------------------------------

// Sees one complete head, and then, if the body is chunked, the body.
class request_reader::parser final : public http::basic_parser<true> {
public:
  parser(message& target, const request_limits& limits)
    : message_{target}, limits_{limits} {
    // The bounds are the reader's, to be the same however bytes arrive.
    header_limit(std::numeric_limits<std::uint32_t>::max());
    body_limit(boost::none);
  }

  parser(const parser&) = delete;
  parser& operator=(const parser&) = delete;
  parser(parser&&) = default;
  parser& operator=(parser&&) = delete;
  ~parser() override = default;

  // What was found here and not by Beast; status 0 if nothing.
  const request_error& refusal() const noexcept { return refusal_; }

  // Bytes of the current chunk still to come; 0 outside of chunk data.
  std::uint64_t chunk_left() const noexcept { return chunk_left_; }

  // Counts a chunk line, with extensions, or the last chunk with trailers.
  bool count_framing(std::size_t bytes) noexcept {
    surplus_ += bytes - std::min(bytes, plain_chunk_line);
    return surplus_ <= limits_.header_bytes;
  }

private:
  using string_view = boost::beast::string_view;

  void refuse(error_code& ec, unsigned status, std::string_view reason) {
    refusal_ = {status, reason};
    ec = http::error::bad_field;
  }

  void on_request_impl(http::verb, string_view method, string_view target,
                       int version, error_code& ec) override {
    message_.request.method = view(method);
    message_.http_minor = version == 11 ? 1 : 0;
    message_.request.target = origin_form(view(target));
    if (message_.request.target.empty())
      refuse(ec, 400, "Malformed request target.");
  }

  // The path and query of the target (RFC 9112, 3.2); empty if it has none.
  std::string_view origin_form(std::string_view target) {
    if (target.find('#') != std::string_view::npos)
      return {};
    if (target.front() == '/')
      return target;
    if (target == "*")
      return message_.request.method == "OPTIONS" ? target : std::string_view{};
    auto scheme = target.find("://");
    if (scheme == std::string_view::npos
        || !(equals_ignoring_case(target.substr(0, scheme), "http")
             || equals_ignoring_case(target.substr(0, scheme), "https")))
      return {};
    target.remove_prefix(scheme + 3);
    auto size = std::min(target.find_first_of("/?"), target.size());
    if (size == 0 || !is_host(target.substr(0, size)))
      return {};
    if (size == target.size())
      return "/";
    if (target[size] == '/')
      return target.substr(size);
    // An empty path before a query: the slash takes the place of the last
    // character of the host, which nobody reads.
    auto at = static_cast<std::size_t>(target.data() - message_.bytes.data());
    message_.bytes[at + size - 1] = '/';
    return target.substr(size - 1);
  }

  void on_field_impl(http::field name, string_view name_string,
                     string_view value_string, error_code& ec) override {
    if (in_body_) // a trailer
      return;
    if (message_.fields.size() == limits_.header_fields)
      return refuse(ec, 431, "Too many header fields.");
    auto value = view(value_string);
    message_.fields.push_back({view(name_string), value});
    switch (name) {
    case http::field::host:
      if (std::exchange(host_, true))
        return refuse(ec, 400, "More than one Host field.");
      if (!is_host(value))
        return refuse(ec, 400, "Malformed Host field.");
      return;
    case http::field::content_length:
      if (std::exchange(content_length_, true)
          || !std::all_of(value.begin(), value.end(), is_decimal))
        return refuse(ec, 400, "Malformed Content-Length.");
      return;
    case http::field::transfer_encoding:
      check_coding(value, ec);
      return;
    case http::field::expect:
      if (!equals_ignoring_case(value, "100-continue"))
        return refuse(ec, 417, "Expectation is not supported.");
      expect_continue_ = true;
      return;
    case http::field::connection:
      read_options(value_string);
      return;
    default:
      return;
    }
  }

  void check_coding(std::string_view codings, error_code& ec) {
    if (message_.http_minor == 0)
      return refuse(ec, 400, "Transfer-Encoding in HTTP/1.0.");
    if (std::exchange(transfer_encoding_, true))
      return refuse(ec, 400, "More than one Transfer-Encoding field.");
    if (equals_ignoring_case(codings, "chunked"))
      return;
    if (is_framed_coding(codings))
      return refuse(ec, 501, "Transfer coding is not supported.");
    refuse(ec, 400, "Malformed Transfer-Encoding.");
  }

  // Not left to Beast, which believes Proxy-Connection as well and lets
  // keep-alive win over close in HTTP/1.0.
  void read_options(string_view options) noexcept {
    for (auto option : http::opt_token_list{options}) {
      close_ = close_ || equals_ignoring_case(option, "close");
      keep_alive_ = keep_alive_ || equals_ignoring_case(option, "keep-alive");
    }
  }

  void on_header_impl(error_code& ec) override {
    in_body_ = true;
    auto modern = message_.http_minor == 1;
    if (modern && !host_)
      return refuse(ec, 400, "Host field is missing.");
    if (transfer_encoding_ && content_length_)
      return refuse(ec, 400, "Both Transfer-Encoding and Content-Length.");
    auto length = content_length().value_or(0);
    if (length > limits_.body_bytes)
      return refuse(ec, 413, "Request body is too large.");
    message_.length = static_cast<std::size_t>(length);
    message_.keep_alive = !close_ && (modern || keep_alive_);
    message_.expect_continue = modern && expect_continue_;
  }

  void on_chunk_header_impl(std::uint64_t size, string_view extensions,
                            error_code& ec) override {
    // Beast lets any byte stand in a quoted value, also an LF, which others
    // take for the end of the line.
    if (std::any_of(extensions.begin(), extensions.end(), is_control))
      return refuse(ec, 400, "Malformed chunk.");
    auto room = limits_.body_bytes - (message_.body_end - message_.body);
    if (size > room)
      return refuse(ec, 413, "Request body is too large.");
    chunk_left_ = size;
  }

  std::size_t on_chunk_body_impl(std::uint64_t, string_view data,
                                 error_code&) override {
    // The coded body is never shorter than the decoded one before it.
    std::memmove(message_.bytes.data() + message_.body_end, data.data(),
                 data.size());
    message_.body_end += data.size();
    chunk_left_ -= data.size();
    return data.size();
  }

  // A body of known length is not put through the parser.
  std::size_t on_body_impl(string_view data, error_code&) override {
    return data.size();
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>&,
                         error_code&) override {}
  void on_finish_impl(error_code&) override {}
  void on_response_impl(int, string_view, int, error_code&) override {}

  message& message_;
  const request_limits& limits_;
  request_error refusal_;
  std::uint64_t chunk_left_ = 0;
  std::size_t surplus_ = 0;
  bool in_body_ = false;
  bool host_ = false;
  bool content_length_ = false;
  bool transfer_encoding_ = false;
  bool expect_continue_ = false;
  bool close_ = false;
  bool keep_alive_ = false;
};

// -- spare messages ---------------------------------------------------------

// Of one thread. A message has three pieces of memory, and most requests come
// and go within one turn of their home.
class request_reader::spare_messages {
public:
  static spare_messages& of_thread() {
    thread_local spare_messages spare;
    return spare;
  }

  std::unique_ptr<message> take() {
    if (count_ == 0)
      return std::make_unique<message>();
    return std::move(kept_[--count_]);
  }

  void keep(std::unique_ptr<message> what) noexcept {
    if (count_ == most_spare || what->bytes.capacity() > kept_capacity)
      return;
    what->clear();
    kept_[count_++] = std::move(what);
  }

private:
  std::array<std::unique_ptr<message>, 128> kept_;
  std::size_t count_ = 0;
};

void request_reader::give_back::operator()(message* what) const noexcept {
  spare_messages::of_thread().keep(std::unique_ptr<message>{what});
}

// -- the reader -------------------------------------------------------------

request_reader::request_reader(const request_limits& limits) noexcept
  : limits_{&limits} {}

request_reader::request_reader(request_reader&& other) noexcept
  : limits_{other.limits_},
    message_{std::move(other.message_)},
    error_{other.error_},
    state_{other.state_},
    blank_line_{other.blank_line_} {
  other.reset();
}

request_reader& request_reader::operator=(request_reader&& other) noexcept {
  if (this != &other) {
    limits_ = other.limits_;
    message_ = std::move(other.message_);
    error_ = other.error_;
    state_ = other.state_;
    blank_line_ = other.blank_line_;
    other.reset();
  }
  return *this;
}

request_reader::~request_reader() = default;

read_state request_reader::feed(std::span<const char> bytes) noexcept {
  if (state_ == read_state::error || bytes.empty())
    return state_;
  if (state_ == read_state::complete
      && rest().size() + bytes.size() > limits_->pipelined_bytes) {
    fail(400, "Too much is sent ahead of the answer.");
    return state_;
  }
  try {
    if (!message_)
      message_.reset(spare_messages::of_thread().take().release());
    if (message_->begin > 0 && message_->body == 0)
      message_->drop_answered();
    message_->append(bytes);
  } catch (...) {
    fail(503, "Out of memory.");
    return state_;
  }
  if (state_ != read_state::complete)
    advance();
  return state_;
}

void request_reader::continue_sent() noexcept {
  if (state_ == read_state::expect_continue)
    state_ = read_state::body;
}

const http_request& request_reader::request() const noexcept {
  assert(state_ == read_state::complete);
  return message_->request;
}

unsigned request_reader::http_minor() const noexcept {
  return message_ ? message_->http_minor : 1;
}

bool request_reader::keep_alive() const noexcept {
  return message_ && message_->keep_alive;
}

std::string_view request_reader::rest() const noexcept {
  if (state_ != read_state::complete)
    return {};
  return std::string_view{message_->bytes}.substr(message_->end);
}

read_state request_reader::next() noexcept {
  if (state_ != read_state::complete)
    return state_;
  blank_line_ = false;
  if (rest().empty()) {
    reset();
    return state_;
  }
  try {
    message_->next();
  } catch (...) {
    fail(503, "Out of memory.");
    return state_;
  }
  advance();
  return state_;
}

void request_reader::reset() noexcept {
  message_.reset();
  error_ = {};
  state_ = read_state::idle;
  blank_line_ = false;
}

std::size_t request_reader::memory() const noexcept {
  if (!message_)
    return 0;
  return sizeof(message) + message_->bytes.capacity()
         + message_->fields.capacity() * sizeof(http_field)
         + (message_->chunks ? sizeof(parser) : 0);
}

void request_reader::advance() noexcept {
  // Beast throws if a length is too much for it, and memory may run out.
  try {
    read_message();
  } catch (...) {
    fail(503, "Out of memory.");
  }
}

void request_reader::read_message() {
  if (message_->body == 0 && !(find_head() && parse_head()))
    return;
  state_ = read_state::body;
  // Whoever sends a body unasked does not wait for a 100 (RFC 9110, 10.1.1).
  const bool waits = std::exchange(message_->expect_continue, false)
                     && message_->bytes.size() == message_->body;
  if (message_->chunks) {
    read_chunks();
  } else {
    read_body();
  }
  if (state_ == read_state::body && waits)
    state_ = read_state::expect_continue;
}

// Sees to what comes before a request line. False if there is none yet.
bool request_reader::begin_head() {
  auto& m = *message_;
  const auto& bytes = m.bytes;
  // One empty line in front is ignored (RFC 9112, 2.2).
  if (bytes[m.begin] == '\r' && !blank_line_) {
    if (bytes.size() - m.begin < 2)
      return false;
    if (bytes[m.begin + 1] != '\n') {
      fail(400, "Malformed line ending.");
      return false;
    }
    blank_line_ = true;
    m.begin += 2;
    m.line = m.scan = m.begin;
    if (m.begin == bytes.size()) {
      message_.reset();
      state_ = read_state::idle;
      return false;
    }
  }
  // TLS and other protocols show here, long before a line end.
  if (!(bytes[m.begin] > ' ' && bytes[m.begin] < 0x7F)) {
    fail(400, "Malformed method.");
    return false;
  }
  return true;
}

// Finds the empty line behind the head.
bool request_reader::find_head() {
  auto& m = *message_;
  state_ = read_state::header;
  if (m.scan == m.begin && !begin_head())
    return false;
  auto limit
    = m.begin + std::min(m.bytes.size() - m.begin, limits_->header_bytes);
  for (;;) {
    auto lf = m.bytes.find('\n', m.scan);
    if (lf >= limit)
      break;
    if (!check_line(lf))
      return false;
    if (lf == m.line + 1) {
      m.body = m.body_end = m.end = lf + 1;
      return true;
    }
    m.line = m.scan = lf + 1;
  }
  m.scan = limit;
  if (limit - m.begin == limits_->header_bytes) {
    if (m.line == m.begin) {
      fail(414, "Request target is too long.");
    } else {
      fail(431, "Header is too large.");
    }
  }
  return false;
}

// Lines end in CR LF and none is folded; all else about them is the parser's
// to judge, which sees the head only when it is complete.
bool request_reader::check_line(std::size_t lf) {
  const auto& m = *message_;
  if (lf == m.line || m.bytes[lf - 1] != '\r') {
    fail(400, "Malformed line ending.");
    return false;
  }
  if (m.bytes[m.line] == ' ' || m.bytes[m.line] == '\t') {
    fail(400, "Header field is folded.");
    return false;
  }
  return true;
}

bool request_reader::parse_head() {
  auto& m = *message_;
  m.fields.reserve(16);
  parser head{m, *limits_};
  error_code ec;
  auto size = head.put(boost::asio::buffer(m.head()), ec);
  if (head.refusal().status != 0) {
    fail(head.refusal().status, head.refusal().reason);
    return false;
  }
  if (ec) {
    auto problem = describe(ec, m.head());
    fail(problem.status, problem.reason);
    return false;
  }
  if (size != m.head().size()) {
    fail(400, "Malformed request.");
    return false;
  }
  if (head.chunked())
    m.chunks = std::make_unique<parser>(std::move(head));
  return true;
}

void request_reader::read_body() {
  auto& m = *message_;
  auto received = m.bytes.size() - m.body;
  if (received < m.length)
    return;
  m.body_end = m.end = m.body + m.length;
  finish();
}

void request_reader::read_chunks() {
  auto& m = *message_;
  while (read_chunk_part()) {
    if (m.chunks->is_done())
      return finish();
  }
  if (state_ == read_state::error)
    return;
  m.bytes.erase(m.body_end, m.end - m.body_end);
  m.end = m.body_end;
}

// Reads a chunk line, some data, or the last chunk with its trailers. False
// if that takes more bytes, or after an error.
bool request_reader::read_chunk_part() {
  auto& m = *message_;
  auto in_data = m.chunks->chunk_left() > 0;
  auto window = m.bytes.size() - m.end;
  if (window < (in_data ? 1 : shortest_chunk))
    return false;
  // Outside of data Beast is always shown the same bytes, so that what it
  // makes of them does not depend on how they arrived.
  const auto largest = std::max(limits_->header_bytes, shortest_chunk);
  if (!in_data)
    window = std::min(window, largest);
  error_code ec;
  auto size
    = m.chunks->put(boost::asio::buffer(m.bytes.data() + m.end, window), ec);
  m.end += size;
  auto problem = m.chunks->refusal();
  if (problem.status == 0 && ec == http::error::need_more) {
    if (in_data || window < largest)
      return false;
    problem = {400, "Chunk line or trailer section is too large."};
  } else if (problem.status == 0 && ec) {
    problem = describe(ec, m.head());
  } else if (problem.status == 0 && !in_data
             && !m.chunks->count_framing(size)) {
    problem = {400, "Chunk extensions are too large."};
  }
  if (problem.status != 0)
    fail(problem.status, problem.reason);
  return problem.status == 0;
}

void request_reader::finish() noexcept {
  auto& m = *message_;
  m.chunks.reset();
  m.request.body
    = std::string_view{m.bytes}.substr(m.body, m.body_end - m.body);
  m.request.fields = m.fields;
  state_ = read_state::complete;
}

void request_reader::fail(unsigned status, std::string_view reason) noexcept {
  message_.reset();
  error_ = {status, reason};
  state_ = read_state::error;
}

} // namespace thunderpush
