#include "transport/http/response_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace thunderpush {

namespace {

// Status line, our own fields and the empty line, at most.
constexpr std::size_t head_estimate = 224;

void append_number(std::string& out, std::uint64_t number, int base = 10) {
  std::array<char, 20> digits;
  auto end
    = std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
  out.append(digits.data(), end.ptr);
}

void append_two_digits(std::string& out, unsigned number) {
  out += static_cast<char>('0' + number / 10);
  out += static_cast<char>('0' + number % 10);
}

bool is_control(char c) noexcept {
  return (c >= 0 && c < ' ' && c != '\t') || c == 0x7F;
}

// tchar (RFC 9110, 5.6.2)
constexpr auto token_characters = [] {
  std::array<bool, 256> result{};
  constexpr std::string_view legal = "0123456789abcdefghijklmnopqrstuvwxyz"
                                     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "!#$%&'*+-.^_`|~";
  for (auto c : legal)
    result[static_cast<unsigned char>(c)] = true;
  return result;
}();

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return token_characters[static_cast<unsigned char>(c)];
  });
}

void append_field(std::string& out, std::string_view name,
                  std::string_view value) {
  if (!is_token(name))
    return;
  out.append(name).append(": ");
  auto begin = out.size();
  out.append(value);
  std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
                  is_control, ' ');
  out.append("\r\n");
}

// Of texts of this program, which cannot break out of their line.
void append_constant_field(std::string& out, std::string_view name,
                           std::string_view value) {
  out.append(name).append(value).append("\r\n");
}

bool is_interim(unsigned status) noexcept {
  return status >= 100 && status < 200;
}

bool has_no_body(unsigned status) noexcept {
  return is_interim(status) || status == 204 || status == 304;
}

struct phrase {
  unsigned status;
  std::string_view text;
};

constexpr std::array<phrase, 39> phrases{{
  {100, "Continue"},
  {101, "Switching Protocols"},
  {200, "OK"},
  {201, "Created"},
  {202, "Accepted"},
  {204, "No Content"},
  {206, "Partial Content"},
  {301, "Moved Permanently"},
  {302, "Found"},
  {303, "See Other"},
  {304, "Not Modified"},
  {307, "Temporary Redirect"},
  {308, "Permanent Redirect"},
  {400, "Bad Request"},
  {401, "Unauthorized"},
  {403, "Forbidden"},
  {404, "Not Found"},
  {405, "Method Not Allowed"},
  {406, "Not Acceptable"},
  {408, "Request Timeout"},
  {409, "Conflict"},
  {410, "Gone"},
  {411, "Length Required"},
  {412, "Precondition Failed"},
  {413, "Content Too Large"},
  {414, "URI Too Long"},
  {415, "Unsupported Media Type"},
  {417, "Expectation Failed"},
  {421, "Misdirected Request"},
  {422, "Unprocessable Content"},
  {426, "Upgrade Required"},
  {429, "Too Many Requests"},
  {431, "Request Header Fields Too Large"},
  {500, "Internal Server Error"},
  {501, "Not Implemented"},
  {502, "Bad Gateway"},
  {503, "Service Unavailable"},
  {504, "Gateway Timeout"},
  {505, "HTTP Version Not Supported"},
}};

} // namespace

std::string_view reason_phrase(unsigned status) noexcept {
  const auto* found
    = std::find_if(phrases.begin(), phrases.end(), [status](const phrase& row) {
        return row.status == status;
      });
  return found == phrases.end() ? "Unknown" : found->text;
}

std::string http_date(std::chrono::sys_seconds time) {
  // Written by hand because strftime depends on the locale.
  constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed",
                                                 "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr",
                                                    "May", "Jun", "Jul", "Aug",
                                                    "Sep", "Oct", "Nov", "Dec"};
  auto midnight = std::chrono::floor<std::chrono::days>(time);
  std::chrono::year_month_day date{midnight};
  std::chrono::hh_mm_ss clock{time - midnight};
  auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  std::string out;
  out.reserve(29);
  out.append(days[std::chrono::weekday{midnight}.c_encoding()]).append(", ");
  append_two_digits(out, static_cast<unsigned>(date.day()));
  out += ' ';
  out.append(months[static_cast<unsigned>(date.month()) - 1]);
  out += ' ';
  append_two_digits(out, year / 100);
  append_two_digits(out, year % 100);
  out += ' ';
  append_two_digits(out, static_cast<unsigned>(clock.hours().count()));
  out += ':';
  append_two_digits(out, static_cast<unsigned>(clock.minutes().count()));
  out += ':';
  append_two_digits(out, static_cast<unsigned>(clock.seconds().count()));
  return out.append(" GMT");
}

void response_writer::write(std::string& out,
                            const http_response& response) const {
  auto body = !has_no_body(response.status) && !context_.head_method;
  auto size = head_estimate + response.constant_fields.size()
              + (body ? response.body.size() : 0);
  for (const auto& field : response.fields)
    size += field.name.size() + field.value.size() + 4;
  if (out.capacity() - out.size() < size)
    out.reserve(std::max(out.size() + size, 2 * out.size()));
  append_head(out, response);
  if (!has_no_body(response.status)) {
    out.append("Content-Length: ");
    append_number(out, response.body.size());
    out.append("\r\n");
  }
  out.append("\r\n");
  if (body)
    out.append(response.body);
}

void response_writer::write_error(std::string& out, unsigned status,
                                  std::string_view message) const {
  http_response response;
  response.status = status;
  response.content_type = "application/json; charset=UTF-8";
  auto& body = response.body;
  body.append(R"({"message": ")");
  for (auto c : message) {
    if (c == '"' || c == '\\')
      body += '\\';
    body += c >= ' ' && c < 0x7F ? c : '?';
  }
  body.append(R"(", "status": )");
  append_number(body, status);
  body.append("}\n");
  write(out, response);
}

void response_writer::start_stream(std::string& out,
                                   const http_response& response) {
  // Only the end of the connection ends such a body (RFC 9112, 6.3).
  if (context_.http_minor == 0)
    context_.keep_alive = false;
  append_head(out, response);
  if (context_.http_minor != 0)
    out.append("Transfer-Encoding: chunked\r\n");
  out.append("\r\n");
}

void response_writer::append_chunk(std::string& out,
                                   std::string_view data) const {
  // An empty chunk would be the last one.
  if (data.empty() || context_.head_method)
    return;
  if (context_.http_minor == 0) {
    out.append(data);
    return;
  }
  append_number(out, data.size(), 16);
  out.append("\r\n").append(data).append("\r\n");
}

void response_writer::append_last_chunk(std::string& out) const {
  if (context_.http_minor != 0 && !context_.head_method)
    out.append("0\r\n\r\n");
}

void response_writer::append_head(std::string& out,
                                  const http_response& response) const {
  out.append("HTTP/1.1 ");
  append_number(out, response.status);
  out += ' ';
  out.append(reason_phrase(response.status));
  out.append("\r\nServer: Thunderpush\r\n");
  if (!context_.date.empty())
    append_constant_field(out, "Date: ", context_.date);
  if (!is_interim(response.status)) {
    if (!context_.keep_alive) {
      out.append("Connection: close\r\n");
    } else if (context_.http_minor == 0) {
      out.append("Connection: keep-alive\r\n");
    }
  }
  if (!response.content_type.empty())
    append_constant_field(out, "Content-Type: ", response.content_type);
  out.append(response.constant_fields);
  for (const auto& field : response.fields)
    append_field(out, field.name, field.value);
}

} // namespace thunderpush
