#include "tests/load/response_reader.hpp"

#include "tests/load/http_response.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace thunderpush::load {

namespace {

constexpr std::string_view line_end = "\r\n";

std::optional<std::size_t> whole_number(std::string_view text, int base) {
  std::size_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc{} || stop != end)
    return std::nullopt;
  return value;
}

} // namespace

std::string response_reader::take(std::string_view bytes) {
  rest_.append(bytes);
  std::string body;
  while (phase_ != phase::complete && phase_ != phase::malformed
         && step(body)) {
  }
  return body;
}

bool response_reader::step(std::string& body) {
  switch (phase_) {
  case phase::head:
    return read_head();
  case phase::sized_body:
    return read_part(body, phase::complete);
  case phase::chunk_size:
    return read_chunk_size();
  case phase::chunk:
    return read_part(body, phase::chunk_end);
  case phase::chunk_end:
  case phase::trailer:
    return skip_line_end();
  case phase::complete:
  case phase::malformed:
    break;
  }
  return false;
}

bool response_reader::read_head() {
  const auto head = parse_response_head(rest_);
  if (!head)
    return false;
  status_ = head->status;
  keep_alive_ = head->field("Connection") != "close";
  const auto length = head->field("Content-Length");
  const auto coding = head->field("Transfer-Encoding");
  if (status_ == 0 || (coding && (length || *coding != "chunked"))) {
    phase_ = phase::malformed;
  } else if (status_ == 204 || status_ == 304) {
    phase_ = phase::complete;
  } else if (coding) {
    phase_ = phase::chunk_size;
  } else if (const auto size = whole_number(length.value_or(""), 10)) {
    left_ = *size;
    phase_ = left_ == 0 ? phase::complete : phase::sized_body;
  } else {
    phase_ = phase::malformed;
  }
  rest_.erase(0, head->size);
  return true;
}

bool response_reader::read_chunk_size() {
  const auto end = rest_.find(line_end);
  if (end == std::string::npos)
    return false;
  const auto size = whole_number(std::string_view{rest_}.substr(0, end), 16);
  if (!size) {
    phase_ = phase::malformed;
    return true;
  }
  left_ = *size;
  phase_ = left_ == 0 ? phase::trailer : phase::chunk;
  rest_.erase(0, end + line_end.size());
  return true;
}

bool response_reader::read_part(std::string& body, phase next) {
  const auto size = std::min(left_, rest_.size());
  body.append(rest_, 0, size);
  rest_.erase(0, size);
  left_ -= size;
  if (left_ > 0)
    return false;
  phase_ = next;
  return true;
}

// The server sends no trailer fields: the last chunk is followed by its end.
bool response_reader::skip_line_end() {
  if (rest_.size() < line_end.size())
    return false;
  if (!rest_.starts_with(line_end))
    phase_ = phase::malformed;
  else
    phase_ = phase_ == phase::trailer ? phase::complete : phase::chunk_size;
  if (phase_ != phase::malformed)
    rest_.erase(0, line_end.size());
  return true;
}

} // namespace thunderpush::load
