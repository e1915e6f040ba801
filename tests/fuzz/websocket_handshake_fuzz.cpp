// The opening handshake and what it negotiates. The first line of the input is
// the method, each other one a field of the request, `NAME: VALUE`.

#include "actors/http.hpp"
#include "encoding/ascii.hpp"
#include "tests/fuzz/target.hpp"
#include "transport/http/entity_tag.hpp"
#include "transport/websocket/compression.hpp"
#include "transport/websocket/extensions.hpp"
#include "transport/websocket/handshake.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace {

using namespace thunderpush;
using namespace thunderpush::websocket;
using fuzz::require;

constexpr std::string_view extensions_field = "Sec-WebSocket-Extensions";

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= ' ' && c <= '~'; });
}

// The answer is an extension header as well: it offers itself, once.
void check_agreement(const compression_agreement& agreed) {
  require((agreed.how == compression::none) == agreed.answer.empty());
  if (agreed.answer.empty())
    return;
  require(is_plain(agreed.answer));
  const http_field field{extensions_field, agreed.answer};
  http_request answer;
  answer.fields = {&field, 1};
  const auto offers = parse_extensions(answer);
  require(offers && offers->size() == 1
          && offers->front().name == "permessage-deflate");
  const auto again = accept_compression(*offers);
  require(again.how == agreed.how && again.answer == agreed.answer);
}

// What is accepted has no parameter twice (RFC 7692, 7.1).
void check_parameters(const extension_offer& offer) {
  if (accept_compression({&offer, 1}).how == compression::none)
    return;
  require(equals_ignoring_case(offer.name, "permessage-deflate"));
  for (const auto& one : offer.parameters)
    require(std::count_if(offer.parameters.begin(), offer.parameters.end(),
                          [&one](const extension_parameter& other) {
                            return equals_ignoring_case(one.name, other.name);
                          })
            == 1);
}

void check_offers(const http_request& request) {
  const auto offers = parse_extensions(request);
  if (!offers)
    return;
  std::string text;
  for (const auto& each : *offers) {
    require(!each.name.empty());
    check_parameters(each);
    text.append(text.empty() ? "" : ", ").append(each.name);
    for (const auto& parameter : each.parameters) {
      require(!parameter.name.empty());
      text.append("; ").append(parameter.name);
      require(!parameter.value || !parameter.value->empty());
      if (parameter.value)
        text.append("=").append(*parameter.value);
    }
  }
  // Written again in one field it offers the same.
  const http_field field{extensions_field, text};
  http_request again;
  again.fields = {&field, 1};
  const auto same = parse_extensions(again);
  require(same && same->size() == offers->size());
  const auto one = accept_compression(*offers);
  const auto other = accept_compression(*same);
  require(one.how == other.how && one.answer == other.answer);
  check_agreement(one);
}

void check(const http_request& request) {
  const auto off = check_handshake(request);
  const auto on = check_handshake(request, compression_policy::on);
  require(off.index() == on.index());
  if (const auto* error = std::get_if<handshake_error>(&on)) {
    const auto answer = handshake_refusal(*error);
    require(answer.status == 400 || answer.status == 405
            || answer.status == 426);
    return;
  }
  const auto& accepted = std::get<handshake_accepted>(on);
  require(request.method == "GET" && accepted.accept_key.size() == 28);
  require(std::get<handshake_accepted>(off).agreed.how == compression::none);
  check_agreement(accepted.agreed);
  const auto head = switching_protocols(accepted);
  require(head.ends_with("\r\n\r\n"));
  require(head.find("\r\n\r\n") == head.size() - 4);
}

// A tag is named by itself, by `*` and in any list, and by no shorter text.
void check_tag(std::string_view text) {
  const auto tag = entity_tag(text);
  static_cast<void>(names_entity_tag(text, tag));
  require(names_entity_tag(tag, tag) && names_entity_tag("*", tag));
  require(names_entity_tag("\"other\", W/" + tag, tag));
  require(!names_entity_tag(tag.substr(0, tag.size() - 2) + '"', tag));
}

void run(std::string_view input) {
  fuzz::input_reader in{input};
  http_request request;
  request.method = in.line();
  std::vector<http_field> fields;
  while (!in.rest().empty()) {
    const auto line = in.line();
    const auto colon = line.find(": ");
    if (colon != std::string_view::npos)
      fields.push_back({line.substr(0, colon), line.substr(colon + 2)});
  }
  request.fields = fields;
  check(request);
  check_offers(request);
  check_tag(input);
}

const fuzz::registration made{"websocket_handshake", run};

} // namespace
