#include "api/admin_query.hpp"

#include "config/suggestion.hpp"
#include "encoding/percent.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <system_error>
#include <utility>
#include <vector>

namespace thunderpush {

namespace {

using names = std::span<const std::string_view>;

// Bytes of a value that are quoted in a message.
constexpr std::size_t longest_quotation = 64;

constexpr std::array<std::string_view, 6> actor_parameters{
  "kind", "name", "app", "sort", "limit", "cursor"};
constexpr std::array<std::string_view, 7> connection_parameters{
  "user", "channel", "app", "slow", "sort", "limit", "cursor"};
constexpr std::array<std::string_view, 5> prefix_parameters{
  "prefix", "app", "sort", "limit", "cursor"};
constexpr std::array<std::string_view, 5> closed_parameters{
  "user", "app", "code", "limit", "cursor"};
constexpr std::array<std::string_view, 6> trace_parameters{
  "user", "channel", "connection", "app", "seconds", "payload"};
constexpr std::array<std::string_view, 1> app_parameters{"app"};
constexpr std::array<std::string_view, 1> disconnect_parameters{"reconnect"};

constexpr std::array actor_orders{
  order_name{"id", actor_order::id},
  order_name{"mailbox", actor_order::mailbox},
  order_name{"mailbox_peak", actor_order::mailbox_peak},
  order_name{"oldest", actor_order::oldest},
  order_name{"handled", actor_order::handled},
  order_name{"busy", actor_order::busy},
  order_name{"restarts", actor_order::restarts},
  order_name{"memory", actor_order::memory},
  order_name{"age", actor_order::age},
};
constexpr std::array connection_orders{
  order_name{"id", actor_order::id},
  order_name{"queued_bytes", actor_order::queued_bytes},
  order_name{"queued_messages", actor_order::queued_messages},
  order_name{"oldest", actor_order::queue_age},
  order_name{"dropped", actor_order::dropped},
  order_name{"bytes_in", actor_order::bytes_in},
  order_name{"bytes_out", actor_order::bytes_out},
  order_name{"age", actor_order::age},
};
constexpr std::array channel_orders{
  order_name{"id", actor_order::id},
  order_name{"subscribers", actor_order::members},
  order_name{"handled", actor_order::handled},
  order_name{"age", actor_order::age},
};
constexpr std::array user_orders{
  order_name{"id", actor_order::id},
  order_name{"connections", actor_order::members},
  order_name{"handled", actor_order::handled},
  order_name{"age", actor_order::age},
};

// -- messages ----------------------------------------------------------------

std::string quoted(std::string_view text) {
  std::string out{'"'};
  out += text.substr(0, longest_quotation);
  out += text.size() > longest_quotation ? "...\"" : "\"";
  return out;
}

std::string one_of(names allowed, std::string_view given) {
  if (allowed.empty())
    return "none.";
  std::string out;
  for (const auto name : allowed)
    out.append(out.empty() ? "" : ", ").append(name);
  const std::vector<std::string> candidates(allowed.begin(), allowed.end());
  if (const auto meant = closest(given, candidates)) {
    out.append(". Did you mean ").append(*meant).append("?");
  } else {
    out += '.';
  }
  return out;
}

std::optional<std::uint64_t> parse_number(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end)
    return std::nullopt;
  return value;
}

struct cursor {
  std::string_view order;
  actor_rank place;
};

std::optional<cursor> parse_cursor(std::string_view text) noexcept {
  const auto first = text.find('-');
  const auto last = text.rfind('-');
  if (first == last) // neither there, or only one
    return std::nullopt;
  const auto value = parse_number(text.substr(first + 1, last - first - 1));
  const auto id = parse_number(text.substr(last + 1));
  if (!value || !id)
    return std::nullopt;
  const auto order = text.substr(0, first);
  if (order == "id" && *value != 0) // no page gives one
    return std::nullopt;
  return cursor{order, {*value, *id}};
}

// -- parameters --------------------------------------------------------------

// Reads the parameters of one query. The first mistake counts; after it,
// everything reads as if it were not there.
class parameter_reader {
public:
  parameter_reader(std::string_view query, names allowed) : allowed_(allowed) {
    while (!query.empty() && !error_) {
      const auto field = query.substr(0, query.find('&'));
      query.remove_prefix(std::min(query.size(), field.size() + 1));
      if (!field.empty())
        take(field);
    }
  }

  std::optional<std::string> text(std::string_view name) const {
    const auto found = given_.find(name);
    if (error_ || found == given_.end())
      return std::nullopt;
    return found->second;
  }

  std::optional<std::uint64_t> number(std::string_view name, std::uint64_t min,
                                      std::uint64_t max) {
    const auto value = text(name);
    if (!value)
      return std::nullopt;
    const auto parsed = parse_number(*value);
    if (parsed && *parsed >= min && *parsed <= max)
      return parsed;
    refuse(name, *value,
           ". Allowed are: " + std::to_string(min) + " to "
             + std::to_string(max) + '.');
    return std::nullopt;
  }

  std::optional<bool> flag(std::string_view name) {
    constexpr std::array<std::string_view, 2> words{"false", "true"};
    const auto at = choice(name, words);
    return at ? std::optional{*at == 1} : std::nullopt;
  }

  // The position of the value among those allowed.
  std::optional<std::size_t> choice(std::string_view name, names allowed) {
    const auto value = text(name);
    if (!value)
      return std::nullopt;
    const auto found = std::find(allowed.begin(), allowed.end(), *value);
    if (found != allowed.end())
      return static_cast<std::size_t>(found - allowed.begin());
    refuse(name, *value, ". Allowed are: " + one_of(allowed, *value));
    return std::nullopt;
  }

  std::optional<app_id> app(const applications& apps) {
    const auto value = text("app");
    if (!value)
      return std::nullopt;
    const auto found = apps.named(*value);
    if (!found)
      refuse("app", *value, ". There is no application of that name.");
    return found;
  }

  std::size_t limit() {
    return number("limit", 1, max_page_size).value_or(page_query{}.limit);
  }

  std::optional<actor_rank> after(std::string_view order) {
    const auto value = text("cursor");
    if (!value)
      return std::nullopt;
    const auto parsed = parse_cursor(*value);
    if (!parsed) {
      refuse("cursor", *value,
             R"(. Allowed is: the "next" of an earlier page.)");
      return std::nullopt;
    }
    if (parsed->order != order) {
      refuse("cursor", *value,
             std::string{", a place in another list. Allowed is: a place in "
                         "this one, with sort="}
               .append(order)
               .append("."));
      return std::nullopt;
    }
    return parsed->place;
  }

  void refuse(std::string message) {
    if (!error_)
      error_ = query_error{std::move(message)};
  }

  /// The query, unless something was wrong.
  template <class Query>
  parsed_query<Query> outcome(Query query) {
    if (error_)
      return std::move(*error_);
    return query;
  }

  std::optional<query_error> error() { return std::move(error_); }

private:
  void refuse(std::string_view name, std::string_view value, std::string why) {
    refuse(std::string{"The parameter "}
             .append(name)
             .append(" is ")
             .append(quoted(value))
             .append(why));
  }

  void take(std::string_view field) {
    const auto end = field.find('=');
    const auto given = field.substr(0, end);
    const auto known
      = std::find(allowed_.begin(), allowed_.end(),
                  decode_form_part(given).value_or(std::string{}));
    if (known == allowed_.end()) {
      refuse("There is no parameter " + quoted(given)
             + " here. Allowed are: " + one_of(allowed_, given));
      return;
    }
    const auto raw = end == std::string_view::npos ? std::string_view{}
                                                   : field.substr(end + 1);
    auto value = decode_form_part(raw);
    if (!value) {
      refuse(*known, raw, ". NUL is not allowed.");
    } else if (!given_.emplace(*known, std::move(*value)).second) {
      refuse(std::string{"The parameter "}.append(*known).append(
        " is given more than once. Allowed is once."));
    }
  }

  names allowed_;
  std::map<std::string, std::string, std::less<>> given_;
  std::optional<query_error> error_;
};

// Where one application is meant, and only one can be.
app_id the_app(parameter_reader& from, const applications& apps) {
  if (const auto chosen = from.app(apps))
    return *chosen;
  std::optional<app_id> only;
  for (std::size_t i = 0; i < apps.size(); ++i) {
    const app_id each{static_cast<std::uint16_t>(i)};
    if (apps.contains(each)) {
      if (only)
        from.refuse("There is more than one application: say app=NAME.");
      only = each;
    }
  }
  return only.value_or(app_id{});
}

} // namespace

const listing actor_listing{"actors", actor_parameters, actor_orders, {}};
const listing connection_listing{"connections", connection_parameters,
                                 connection_orders, actor_kind::connection};
const listing channel_listing{"channels", prefix_parameters, channel_orders,
                              actor_kind::channel};
const listing user_listing{"users", prefix_parameters, user_orders,
                           actor_kind::session};

parsed_query<page_query> parse_page_query(const listing& list,
                                          std::string_view query,
                                          const applications& apps) {
  parameter_reader from{query, list.parameters};
  page_query parsed;
  auto& which = parsed.which;
  which.kind = list.kind;
  if (const auto kind = from.choice("kind", actor_kind_names))
    which.kind = static_cast<actor_kind>(*kind);
  which.name = from.text("name");
  if (auto user = from.text("user"))
    which.name = std::move(user);
  which.prefix = from.text("prefix");
  which.channel = from.text("channel");
  which.app = from.app(apps);
  which.slow = from.flag("slow").value_or(false);
  std::vector<std::string_view> words;
  for (const auto& each : list.orders)
    words.push_back(each.name);
  parsed.order = list.orders[from.choice("sort", words).value_or(0)];
  parsed.limit = from.limit();
  parsed.after = from.after(parsed.order.name);
  return from.outcome(std::move(parsed));
}

parsed_query<closed_query> parse_closed_query(std::string_view query,
                                              const applications& apps) {
  parameter_reader from{query, closed_parameters};
  closed_query parsed;
  parsed.which.user = from.text("user");
  parsed.which.app = from.app(apps);
  if (const auto code = from.number("code", 0, 65535))
    parsed.which.code = static_cast<std::uint16_t>(*code);
  parsed.limit = from.limit();
  parsed.after = from.after(closed_order);
  return from.outcome(std::move(parsed));
}

parsed_query<trace_query> parse_trace_query(std::string_view query,
                                            const applications& apps) {
  parameter_reader from{query, trace_parameters};
  trace_query parsed;
  auto user = from.text("user");
  auto channel = from.text("channel");
  parsed.about.connection = from.number("connection", 0, UINT64_MAX);
  const auto subjects = int{user.has_value()} + int{channel.has_value()}
                        + int{from.text("connection").has_value()};
  if (subjects != 1)
    from.refuse("Say what is to be traced: one of user=, channel= and "
                "connection=.");
  if (user)
    parsed.about.user = user_id{the_app(from, apps), std::move(*user)};
  if (channel)
    parsed.about.channel = channel_id{the_app(from, apps), std::move(*channel)};
  if (const auto seconds = from.number("seconds", 1, 600))
    parsed.time = std::chrono::seconds{*seconds};
  parsed.with_payload = from.flag("payload").value_or(false);
  return from.outcome(std::move(parsed));
}

parsed_query<app_query> parse_app_query(std::string_view query,
                                        const applications& apps) {
  parameter_reader from{query, app_parameters};
  return from.outcome(app_query{the_app(from, apps)});
}

parsed_query<disconnect_query> parse_disconnect_query(std::string_view query) {
  parameter_reader from{query, disconnect_parameters};
  return from.outcome(disconnect_query{from.flag("reconnect").value_or(true)});
}

std::optional<query_error> refuse_parameters(std::string_view query) {
  parameter_reader from{query, {}};
  return from.error();
}

std::string to_cursor(std::string_view order, const actor_rank& place) {
  return std::string{order}
    .append("-")
    .append(std::to_string(place.value))
    .append("-")
    .append(std::to_string(place.id));
}

} // namespace thunderpush
