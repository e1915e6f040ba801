#include "api/admin_query.hpp"

#include "config/suggestion.hpp"
#include "encoding/percent.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <map>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

namespace thunderpush {

namespace {

// In the order of `actor_order`.
constexpr std::array<std::string_view, 4> order_names{"id", "mailbox",
                                                      "handled", "age"};

constexpr std::array<std::string_view, 4> parameter_names{"kind", "sort",
                                                          "limit", "cursor"};

// Bytes of a value that are quoted in a message.
constexpr std::size_t longest_quotation = 64;

using names = std::span<const std::string_view>;
using parameters = std::map<std::string, std::string, std::less<>>;

// -- messages ----------------------------------------------------------------

std::string quoted(std::string_view text) {
  std::string out{'"'};
  out += text.substr(0, longest_quotation);
  out += text.size() > longest_quotation ? "...\"" : "\"";
  return out;
}

std::string one_of(names allowed, std::string_view given) {
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

query_error bad_value(std::string_view parameter, std::string_view value,
                      std::string_view why) {
  return {std::string{"The parameter "}
            .append(parameter)
            .append(" is ")
            .append(quoted(value))
            .append(why)};
}

query_error bad_choice(std::string_view parameter, std::string_view value,
                       names allowed) {
  return bad_value(parameter, value,
                   ". Allowed are: " + one_of(allowed, value));
}

query_error unknown_parameter(std::string_view name) {
  return {"There is no parameter " + quoted(name)
          + ". Allowed are: " + one_of(parameter_names, name)};
}

// -- values ------------------------------------------------------------------

std::string_view to_string(actor_order order) noexcept {
  return order_names[static_cast<std::size_t>(order)];
}

std::optional<actor_order> actor_order_from(std::string_view name) noexcept {
  const auto* const found
    = std::find(order_names.begin(), order_names.end(), name);
  if (found == order_names.end())
    return std::nullopt;
  return static_cast<actor_order>(found - order_names.begin());
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
  actor_order order{};
  actor_rank place;
};

std::optional<cursor> parse_cursor(std::string_view text) noexcept {
  const auto first = text.find('-');
  const auto last = text.rfind('-');
  if (first == last) // neither there, or only one
    return std::nullopt;
  const auto order = actor_order_from(text.substr(0, first));
  const auto value = parse_number(text.substr(first + 1, last - first - 1));
  const auto id = parse_number(text.substr(last + 1));
  if (!order || !value || !id)
    return std::nullopt;
  if (*order == actor_order::id && *value != 0)
    return std::nullopt; // no actor stands there
  return cursor{*order, {*value, *id}};
}

// -- parameters --------------------------------------------------------------

std::optional<query_error> read_field(std::string_view field,
                                      parameters& given) {
  const auto end = field.find('=');
  const auto name = field.substr(0, end);
  const auto known = std::find(parameter_names.begin(), parameter_names.end(),
                               decode_form_part(name).value_or(std::string{}));
  if (known == parameter_names.end())
    return unknown_parameter(name);
  auto value = decode_form_part(
    end == std::string_view::npos ? std::string_view{} : field.substr(end + 1));
  if (!value)
    return bad_value(*known, field.substr(end + 1), ". NUL is not allowed.");
  if (!given.emplace(*known, std::move(*value)).second) {
    return query_error{std::string{"The parameter "}.append(*known).append(
      " is given more than once. Allowed is once.")};
  }
  return std::nullopt;
}

std::optional<query_error> read_fields(std::string_view query,
                                       parameters& given) {
  while (!query.empty()) {
    const auto field = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), field.size() + 1));
    if (field.empty())
      continue;
    if (auto error = read_field(field, given))
      return error;
  }
  return std::nullopt;
}

std::optional<query_error> read_kind(std::string_view value,
                                     actors_query& query) {
  query.kind = actor_kind_from(value);
  if (!query.kind)
    return bad_choice("kind", value, actor_kind_names);
  return std::nullopt;
}

std::optional<query_error> read_sort(std::string_view value,
                                     actors_query& query) {
  const auto order = actor_order_from(value);
  if (!order)
    return bad_choice("sort", value, order_names);
  query.order = *order;
  return std::nullopt;
}

std::optional<query_error> read_limit(std::string_view value,
                                      actors_query& query) {
  const auto limit = parse_number(value);
  if (!limit || *limit < 1 || *limit > actors_query::max_limit) {
    return bad_value("limit", value,
                     ". Allowed are: 1 to "
                       + std::to_string(actors_query::max_limit) + '.');
  }
  query.limit = *limit;
  return std::nullopt;
}

// After `read_sort`: a cursor is a place in one order.
std::optional<query_error> read_cursor(std::string_view value,
                                       actors_query& query) {
  const auto parsed = parse_cursor(value);
  if (!parsed) {
    return bad_value("cursor", value,
                     R"(. Allowed is: the "next" of an earlier page.)");
  }
  if (parsed->order != query.order) {
    return bad_value("cursor", value,
                     std::string{", a place in a list with sort="}
                       .append(to_string(parsed->order))
                       .append(". Allowed is: a place in this one, with sort=")
                       .append(to_string(query.order))
                       .append("."));
  }
  query.after = parsed->place;
  return std::nullopt;
}

using reader = std::optional<query_error> (*)(std::string_view, actors_query&);

// In the order of `parameter_names`.
constexpr std::array<reader, parameter_names.size()> readers{
  read_kind, read_sort, read_limit, read_cursor};

} // namespace

std::variant<actors_query, query_error>
parse_actors_query(std::string_view query) {
  parameters given;
  if (auto error = read_fields(query, given))
    return std::move(*error);
  actors_query parsed;
  for (std::size_t i = 0; i < parameter_names.size(); ++i) {
    const auto found = given.find(parameter_names[i]);
    if (found == given.end())
      continue;
    if (auto error = readers[i](found->second, parsed))
      return std::move(*error);
  }
  return parsed;
}

std::string to_cursor(actor_order order, const actor_rank& place) {
  return std::string{to_string(order)}
    .append("-")
    .append(std::to_string(place.value))
    .append("-")
    .append(std::to_string(place.id));
}

} // namespace thunderpush
