// Feeds arbitrary methods and targets to the router of the REST API, and
// arbitrary text to the percent decoders. The first line of the input is the
// method, the rest the target.

#include "actors/channel_name.hpp"
#include "api/rest_answers.hpp"
#include "api/route.hpp"
#include "encoding/json.hpp"
#include "encoding/percent.hpp"
#include "encoding/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

namespace {

using namespace thunderpush;

void require(bool holds) {
  if (!holds)
    std::abort();
}

// Escapes every byte, so that decoding must give the text back.
std::string escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 0xf];
  }
  return out;
}

void check_text(const std::string& text) {
  require(is_valid_utf8(text) && text.find('\0') == std::string::npos);
}

// What was decoded leads to the same place when it is encoded again.
void check_round_trip(std::string_view method, const rest_call& call) {
  std::string target = "/api/1.0.0/" + escaped(call.key) + "/";
  const bool is_channel = call.operation == rest_operation::list_channel
                          || call.operation == rest_operation::publish;
  target += is_channel ? "channels/" : "users/";
  if (call.operation != rest_operation::count_users)
    target += escaped(call.name) + "/";
  const route again = parse_route(method, target);
  const auto* same = std::get_if<rest_call>(&again);
  require(same != nullptr && same->operation == call.operation
          && same->key == call.key && same->name == call.name);
}

void check_route(std::string_view method, std::string_view target) {
  const route found = parse_route(method, target);
  if (const auto* error = std::get_if<route_error>(&found)) {
    const http_response response = error_answer(*error);
    require(response.status >= 400 && response.status < 500);
    require(!check_json(response.body));
    return;
  }
  const auto& call = std::get<rest_call>(found);
  check_text(call.key);
  check_text(call.name);
  if (call.operation == rest_operation::show_permissions) {
    require(call.key.empty() && call.name.empty());
    return;
  }
  require(!call.key.empty());
  require(call.name.empty() == (call.operation == rest_operation::count_users));
  if (is_channel_name(call.name))
    require(call.name.size() <= 64);
  check_round_trip(method, call);
}

void check_decoders(std::string_view text) {
  for (const auto decode : {decode_path_part, decode_form_part}) {
    const auto decoded = decode(text);
    require(!decoded
            || (decoded->size() <= text.size()
                && decoded->find('\0') == std::string::npos));
  }
  const bool has_nul = text.find('\0') != std::string_view::npos;
  const auto back = decode_path_part(escaped(text));
  require(has_nul ? !back : back == text);
  const auto value = find_form_value(text, "d");
  require(!value || text.find('d') != std::string_view::npos
          || text.find('%') != std::string_view::npos);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string input(data, data + size);
  const std::string_view all = input;
  const std::size_t line = all.find('\n');
  const std::string_view method = all.substr(0, line);
  const std::string_view target
    = line == std::string_view::npos ? all : all.substr(line + 1);
  check_route(method, target);
  check_route("GET", "/api/1.0.0/" + std::string(target));
  check_route("POST", "/api/1.0.0/key/channels/" + std::string(target) + "/");
  check_decoders(target);
  return 0;
}
