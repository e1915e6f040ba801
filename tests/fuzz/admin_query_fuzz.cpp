// The queries of the admin endpoint. The first byte of the input chooses what
// is asked for, the rest is the query.

#include "actors/applications.hpp"
#include "api/admin_answers.hpp"
#include "api/admin_query.hpp"
#include "encoding/json.hpp"
#include "tests/fuzz/target.hpp"

#include <array>
#include <string>
#include <string_view>
#include <variant>

namespace {

using namespace thunderpush;
using fuzz::require;

const applications apps{{{"main", "public", true}, {"chat", "other", true}}};

template <class Query>
const Query* query_of(const parsed_query<Query>& parsed) {
  const auto* error = std::get_if<query_error>(&parsed);
  if (error == nullptr)
    return &std::get<Query>(parsed);
  require(!error->message.empty() && error->message.size() < 400);
  const auto answer = error_answer(*error);
  require(answer.status == 400 && !check_json(answer.body));
  return nullptr;
}

void check_page(const listing& list, std::string_view text) {
  const auto parsed = parse_page_query(list, text, apps);
  const auto* page = query_of(parsed);
  if (page == nullptr)
    return;
  require(page->limit >= 1 && page->limit <= max_page_size);
  require(!list.kind || page->which.kind == list.kind);
  bool is_known = false;
  for (const auto& each : list.orders)
    is_known = is_known || each.name == page->order.name;
  require(is_known);
  if (!page->after)
    return;
  // A cursor leads to the place that it was made of.
  const auto cursor = to_cursor(page->order.name, *page->after);
  const auto again
    = parse_page_query(list,
                       "sort=" + std::string{page->order.name}
                         + "&cursor=" + fuzz::percent_escaped(cursor),
                       apps);
  const auto* same = query_of(again);
  require(same != nullptr && same->after
          && same->after->value == page->after->value
          && same->after->id == page->after->id);
}

void check_closed(std::string_view text) {
  const auto parsed = parse_closed_query(text, apps);
  if (const auto* page = query_of(parsed))
    require(page->limit >= 1 && page->limit <= max_page_size);
}

void check_trace(std::string_view text) {
  const auto parsed = parse_trace_query(text, apps);
  const auto* trace = query_of(parsed);
  if (trace == nullptr)
    return;
  const auto& about = trace->about;
  require(int{about.user.has_value()} + int{about.channel.has_value()}
            + int{about.connection.has_value()}
          == 1);
  require(trace->time.count() >= 1 && trace->time.count() <= 600);
}

void run(std::string_view input) {
  constexpr std::array<const listing*, 4> lists{
    &actor_listing, &connection_listing, &channel_listing, &user_listing};
  fuzz::input_reader in{input};
  const std::size_t what = in.byte() % 8;
  const auto text = in.rest();
  switch (what) {
  case 4:
    check_closed(text);
    break;
  case 5:
    check_trace(text);
    break;
  case 6:
    query_of(parse_app_query(text, apps));
    query_of(parse_disconnect_query(text));
    break;
  case 7:
    require(refuse_parameters("") == std::nullopt);
    require(refuse_parameters(text).has_value()
            == (text.find_first_not_of('&') != std::string_view::npos));
    break;
  default:
    check_page(*lists[what], text);
  }
}

const fuzz::registration made{"admin_query", run};

} // namespace
