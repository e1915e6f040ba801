#include "tests/load/sockjs_body.hpp"

#include <charconv>
#include <utility>

namespace thunderpush::load {

namespace {

constexpr std::size_t xhr_prelude = 2048;
constexpr std::size_t least_htmlfile_prelude = 1024;

/// What stands around a frame.
struct wrapping {
  std::string begin;
  std::string end;
};

wrapping wrapping_of(session_transport how, const std::string& callback) {
  switch (how) {
  case session_transport::eventsource:
    return {"data: ", "\r\n\r\n"};
  case session_transport::htmlfile:
    return {"<script>\np(\"", "\");\n</script>\r\n"};
  case session_transport::jsonp:
    return {"/**/" + callback + "(\"", "\");\r\n"};
  default:
    return {"", "\n"};
  }
}

std::optional<unsigned> hexadecimal(std::string_view digits, std::size_t size) {
  unsigned value = 0;
  if (digits.size() < size)
    return std::nullopt;
  const auto* end = digits.data() + size;
  if (std::from_chars(digits.data(), end, value, 16).ptr != end)
    return std::nullopt;
  return value;
}

/// @returns false for what is not a character of its own
bool append_utf8(std::string& out, unsigned character) {
  if (character >= 0xd800 && character < 0xe000)
    return false;
  if (character < 0x80) {
    out += static_cast<char>(character);
    return true;
  }
  if (character < 0x800) {
    out += static_cast<char>(0xc0 | character >> 6);
  } else {
    out += static_cast<char>(0xe0 | character >> 12);
    out += static_cast<char>(0x80 | (character >> 6 & 0x3f));
  }
  out += static_cast<char>(0x80 | (character & 0x3f));
  return true;
}

std::optional<char> short_escape(char letter) {
  switch (letter) {
  case '"':
  case '\\':
  case '/':
    return letter;
  case 'b':
    return '\b';
  case 'f':
    return '\f';
  case 'n':
    return '\n';
  case 'r':
    return '\r';
  case 't':
    return '\t';
  default:
    return std::nullopt;
  }
}

} // namespace

sockjs_body::sockjs_body(session_transport how, std::string callback)
  : how_(how), callback_(std::move(callback)) {}

std::optional<std::string> sockjs_body::next() {
  if (malformed_ || (!prelude_taken_ && !take_prelude()))
    return std::nullopt;
  return take_frame();
}

bool sockjs_body::may_end() const {
  if (malformed_ || !prelude_taken_ || !rest_.empty())
    return false;
  return !is_polling(how_) || frames_ == 1;
}

bool sockjs_body::take_prelude() {
  std::size_t size = 0;
  switch (how_) {
  case session_transport::xhr_streaming: {
    size = xhr_prelude + 1;
    const auto expected = std::string(xhr_prelude, 'h') + '\n';
    malformed_ = !expected.starts_with(rest_.substr(0, size));
    break;
  }
  case session_transport::eventsource: {
    constexpr std::string_view expected = "\r\n";
    size = expected.size();
    malformed_ = !expected.starts_with(rest_.substr(0, size));
    break;
  }
  case session_transport::htmlfile: {
    const auto end = rest_.find("\r\n\r\n");
    if (end == std::string::npos)
      return false;
    size = end + 4;
    malformed_ = !rest_.starts_with("<!doctype html>\n<html><head>\n")
                 || rest_.find(" var c = parent." + callback_ + ";\n") > end
                 || rest_.find("function p(d) {c.message(d);};\n") > end
                 || end <= least_htmlfile_prelude;
    break;
  }
  default:
    break;
  }
  if (malformed_ || rest_.size() < size)
    return false;
  rest_.erase(0, size);
  prelude_taken_ = true;
  return true;
}

std::optional<std::string> sockjs_body::take_frame() {
  if (rest_.empty())
    return std::nullopt;
  const auto [begin, end] = wrapping_of(how_, callback_);
  if (!begin.starts_with(rest_.substr(0, begin.size()))) {
    malformed_ = true;
    return std::nullopt;
  }
  const auto stop = rest_.find(end, begin.size());
  if (stop == std::string::npos)
    return std::nullopt;
  auto frame = decoded(rest_.substr(begin.size(), stop - begin.size()));
  rest_.erase(0, stop + end.size());
  ++frames_;
  malformed_ = !frame || frame->empty() || (is_polling(how_) && frames_ > 1);
  return malformed_ ? std::nullopt : frame;
}

std::optional<std::string> sockjs_body::decoded(std::string text) {
  if (has_callback(how_))
    return decode_json_string(text);
  if (how_ == session_transport::eventsource)
    return decode_percent(text);
  return text;
}

std::optional<std::string> decode_json_string(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '\\') {
      if (c == '"' || static_cast<unsigned char>(c) < 0x20)
        return std::nullopt;
      out += c;
      continue;
    }
    const char letter = text.empty() ? '\0' : text.front();
    text.remove_prefix(text.empty() ? 0 : 1);
    if (letter == 'u') {
      const auto character = hexadecimal(text, 4);
      if (!character || !append_utf8(out, *character))
        return std::nullopt;
      text.remove_prefix(4);
    } else if (const auto meant = short_escape(letter)) {
      out += *meant;
    } else {
      return std::nullopt;
    }
  }
  return out;
}

std::optional<std::string> decode_percent(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t size = 1;
    if (text.front() == '%') {
      const auto byte = hexadecimal(text.substr(1), 2);
      if (!byte)
        return std::nullopt;
      out += static_cast<char>(*byte);
      size = 3;
    } else {
      out += text.front();
    }
    text.remove_prefix(size);
  }
  return out;
}

std::string encode_form_value(std::string_view text) {
  constexpr std::string_view plain
    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ') {
      out += '+';
    } else if (plain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += hex[byte >> 4];
      out += hex[byte & 0xf];
    }
  }
  return out;
}

} // namespace thunderpush::load
