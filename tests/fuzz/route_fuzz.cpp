// Feeds arbitrary methods and targets to the router of the REST API, and
// arbitrary text to the percent decoders. The first line of the input is the
// method, the rest the target.

#include "actors/channel_name.hpp"
#include "api/rest_answers.hpp"
#include "api/route.hpp"
#include "encoding/json.hpp"
#include "encoding/percent.hpp"
#include "encoding/utf8.hpp"
#include "tests/fuzz/target.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace {

using namespace thunderpush;
using fuzz::require;

void check_text(const std::string& text) {
  require(is_valid_utf8(text) && text.find('\0') == std::string::npos);
}

// What was decoded leads to the same place when it is encoded again.
void check_round_trip(std::string_view method, const rest_call& call) {
  std::string target = "/api/1.0.0/" + fuzz::percent_escaped(call.key) + "/";
  const bool is_channel = call.operation == rest_operation::list_channel
                          || call.operation == rest_operation::publish;
  target += is_channel ? "channels/" : "users/";
  if (call.operation != rest_operation::count_users)
    target += fuzz::percent_escaped(call.name) + "/";
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
  const auto back = decode_path_part(fuzz::percent_escaped(text));
  require(has_nul ? !back : back == text);
  const auto value = find_form_value(text, "d");
  require(!value || text.find('d') != std::string_view::npos
          || text.find('%') != std::string_view::npos);
}

void run(std::string_view input) {
  fuzz::input_reader in{input};
  const auto method = in.line();
  const auto target = in.rest();
  check_route(method, target);
  check_route("GET", "/api/1.0.0/" + std::string(target));
  check_route("POST", "/api/1.0.0/key/channels/" + std::string(target) + "/");
  check_decoders(target);
}

const fuzz::registration made{"route", run};

} // namespace
