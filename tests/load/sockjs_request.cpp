#include "tests/load/sockjs_request.hpp"

#include "tests/load/sockjs_body.hpp"

namespace thunderpush::load {

namespace {

std::string padded(std::uint64_t number, std::size_t width) {
  auto digits = std::to_string(number);
  if (digits.size() < width)
    digits.insert(0, width - digits.size(), '0');
  return digits;
}

std::string post(const endpoint& server, std::string_view path,
                 std::string_view type, std::string_view body) {
  std::string text{"POST "};
  text.append(path).append(" HTTP/1.1\r\nHost: ").append(to_string(server));
  if (!type.empty())
    text.append("\r\nContent-Type: ").append(type);
  text.append("\r\nContent-Length: ").append(std::to_string(body.size()));
  return text.append("\r\n\r\n").append(body);
}

} // namespace

std::string session_path(std::uint64_t n, std::string_view last) {
  return "/connect/" + padded(n % 1000, 3) + '/' + padded(n, 8) + '/'
         + std::string{last};
}

std::string to_json_array(const std::vector<std::string>& texts) {
  std::string array{"["};
  for (const auto& text : texts)
    array.append(array.size() > 1 ? ",\"" : "\"").append(text).append("\"");
  return array + ']';
}

std::string receive_request(const endpoint& server, session_transport how,
                            std::uint64_t n) {
  auto path = session_path(n, to_string(how));
  if (has_callback(how))
    path.append("?c=").append(sockjs_callback);
  if (how == session_transport::xhr || how == session_transport::xhr_streaming)
    return post(server, path, "", "");
  return "GET " + path + " HTTP/1.1\r\nHost: " + to_string(server) + "\r\n\r\n";
}

std::string send_request(const endpoint& server, session_transport how,
                         std::uint64_t n,
                         const std::vector<std::string>& messages) {
  const auto body = to_json_array(messages);
  if (how != session_transport::jsonp)
    return post(server, session_path(n, "xhr_send"), "text/plain", body);
  const auto path = session_path(n, "jsonp_send");
  if (n % 2 == 0)
    return post(server, path, "text/plain", body);
  return post(server, path, "application/x-www-form-urlencoded",
              "d=" + encode_form_value(body));
}

} // namespace thunderpush::load
