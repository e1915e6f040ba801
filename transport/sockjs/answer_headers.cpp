#include "transport/sockjs/answer_headers.hpp"

#include "transport/http/response_writer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace thunderpush::sockjs {

namespace {

std::string_view find_cookie(std::string_view cookies,
                             std::string_view name) noexcept {
  while (!cookies.empty()) {
    auto pair = cookies.substr(0, cookies.find(';'));
    cookies.remove_prefix(std::min(pair.size() + 1, cookies.size()));
    pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('='))
      return pair.substr(name.size() + 1);
  }
  return {};
}

} // namespace

http_response uncached(http_response answer) {
  answer.fields.push_back(no_cache);
  return answer;
}

void answer_headers::allow_origin(const http_request& request) {
  origin_ = request.field("Origin");
  requested_headers_ = request.field("Access-Control-Request-Headers");
}

void answer_headers::return_cookie(const http_request& request) {
  const auto value = find_cookie(request.field("Cookie"), "JSESSIONID");
  cookie_ = "JSESSIONID=";
  cookie_.append(value.empty() ? "dummy" : value).append("; path=/");
}

http_response answer_headers::answer(unsigned status,
                                     std::string_view content_type,
                                     std::string body) const {
  http_response made{status, content_type, {}, std::move(body)};
  auto& fields = made.fields;
  if (origin_) {
    fields.push_back({"Vary", "Origin"});
    if (origin_->empty()) {
      fields.push_back({"Access-Control-Allow-Origin", "*"});
    } else {
      fields.push_back({"Access-Control-Allow-Origin", *origin_});
      fields.push_back({"Access-Control-Allow-Credentials", "true"});
    }
    if (!requested_headers_.empty())
      fields.push_back({"Access-Control-Allow-Headers", requested_headers_});
  }
  if (!cookie_.empty())
    fields.push_back({"Set-Cookie", cookie_});
  return made;
}

std::string frame_ancestors(const origin_list& permitted) {
  std::string policy{"frame-ancestors"};
  for (const auto& each : permitted.these)
    if (each != "null") // no frame can be told from another by it
      policy.append(" ").append(each);
  return policy.find(' ') == std::string::npos ? policy + " 'none'" : policy;
}

std::string a_year_from_now() {
  using namespace std::chrono;
  return http_date(floor<seconds>(system_clock::now()) + hours{24 * 365});
}

} // namespace thunderpush::sockjs
