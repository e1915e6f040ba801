#include "ctl/top_view.hpp"

#include "config/loggable.hpp"
#include "ctl/quantity.hpp"

#include <algorithm>
#include <cmath>

namespace thunderpush::ctl {

namespace {

constexpr std::array<std::string_view, 7> connection_sorts{
  "queued_bytes", "oldest", "dropped", "bytes_out", "bytes_in", "age", "id"};
constexpr std::array<std::string_view, 4> channel_sorts{"subscribers",
                                                        "handled", "age", "id"};

std::string number(const json_value& object, const char* name) {
  return grouped(count_of(object, name));
}

std::string bytes(const json_value& object, const char* name) {
  return bytes_text(count_of(object, name));
}

std::string age(const json_value& object) {
  return age_text(std::chrono::seconds{count_of(object, "age_seconds")});
}

// A member that may be null.
std::string milliseconds(const json_value& object, const char* name) {
  return member(object, name).IsNumber() ? decimal(number_of(object, name), 2)
                                         : "-";
}

std::string text_or_dash(const json_value& object, const char* name) {
  return member(object, name).IsString() ? text_of(object, name) : "-";
}

// "publications 12/s", or how many there were.
std::string rate(const json_value& stats, const top_rates& rates,
                 const char* name, std::string_view title) {
  const auto a_second = rates.of(name);
  return std::string{title} + ' '
         + (a_second
              ? grouped(static_cast<std::uint64_t>(std::llround(*a_second)))
                  + "/s"
              : number(stats, name));
}

table connections_table(const json_value& rows) {
  table result{{{"id", alignment::right},
                {"user"},
                {"app"},
                {"transport"},
                {"address"},
                {"state"},
                {"subs", alignment::right},
                {"queued", alignment::right},
                {"oldest ms", alignment::right},
                {"dropped", alignment::right},
                {"in", alignment::right},
                {"out", alignment::right},
                {"rtt ms", alignment::right},
                {"age", alignment::right}}};
  for (const auto& each : elements(rows, "connections")) {
    result.add({std::to_string(count_of(each, "id")), text_of(each, "user"),
                text_or_dash(each, "app"), text_of(each, "transport"),
                text_or_dash(each, "address"), text_of(each, "state"),
                number(each, "subscriptions"), bytes(each, "queued_bytes"),
                number(each, "oldest_ms"), number(each, "dropped"),
                bytes(each, "bytes_in"), bytes(each, "bytes_out"),
                milliseconds(each, "rtt_ms"), age(each)});
  }
  return result;
}

table channels_table(const json_value& rows) {
  table result{{{"channel"},
                {"app"},
                {"home", alignment::right},
                {"subscribers", alignment::right},
                {"under way", alignment::right},
                {"mailbox", alignment::right},
                {"handled", alignment::right},
                {"age", alignment::right}}};
  for (const auto& each : elements(rows, "channels")) {
    result.add({text_of(each, "name"), text_of(each, "app"),
                number(each, "home"), number(each, "subscribers"),
                bytes(each, "bytes_under_way"), number(each, "mailbox"),
                number(each, "handled"), age(each)});
  }
  return result;
}

} // namespace

std::span<const std::string_view> sort_keys(top_list list) {
  if (list == top_list::connections)
    return connection_sorts;
  return channel_sorts;
}

std::string_view top_choice::sort() const {
  return sort_keys(list)[sorts.at(static_cast<std::size_t>(list))];
}

void top_choice::next_list() {
  list = list == top_list::connections ? top_list::channels
                                       : top_list::connections;
}

void top_choice::next_sort() {
  auto& sort = sorts.at(static_cast<std::size_t>(list));
  sort = (sort + 1) % sort_keys(list).size();
}

std::string top_choice::path(std::size_t limit) const {
  const auto name = top_list_names.at(static_cast<std::size_t>(list));
  return '/' + std::string{name} + "?sort=" + std::string{sort()}
         + "&limit=" + std::to_string(limit);
}

void top_rates::take(const json_value& stats,
                     std::chrono::steady_clock::time_point at) {
  before_ = now_;
  now_ = {at, {}};
  for (std::size_t i = 0; i < names.size(); ++i)
    now_->counters.at(i) = count_of(stats, names.at(i));
}

std::optional<double> top_rates::of(const char* counter) const {
  if (!before_ || now_->at <= before_->at)
    return std::nullopt;
  const std::chrono::duration<double> elapsed = now_->at - before_->at;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::string_view{names.at(i)} != counter)
      continue;
    const auto now = now_->counters.at(i);
    const auto before = before_->counters.at(i);
    // A server that was restarted counts from the beginning.
    return static_cast<double>(now < before ? now : now - before)
           / elapsed.count();
  }
  return std::nullopt;
}

std::vector<std::string> server_lines(const json_value& stats,
                                      const top_rates& rates) {
  const std::chrono::seconds uptime{count_of(stats, "uptime_seconds")};
  return {"thunderpush " + one_line(text_of(stats, "version")) + ", up "
            + age_text(uptime) + ": connections " + number(stats, "connections")
            + ", users " + number(stats, "sessions") + ", channels "
            + number(stats, "channels") + ", blocked "
            + number(stats, "blocked") + ", queued "
            + bytes(stats, "queued_bytes"),
          rate(stats, rates, "publications", "publications") + ", "
            + rate(stats, rates, "deliveries", "deliveries") + ", "
            + rate(stats, rates, "http_requests", "requests") + ", refused "
            + number(stats, "refused_publications") + ", slow consumers "
            + number(stats, "slow_consumers") + ", failures "
            + number(stats, "actor_failures")};
}

table homes_table(const json_value& homes) {
  table result{{{"home", alignment::right},
                {"actors", alignment::right},
                {"connections", alignment::right},
                {"ready", alignment::right},
                {"blocked", alignment::right},
                {"queued", alignment::right},
                {"lag p50 ms", alignment::right},
                {"p99", alignment::right},
                {"turn p50 ms", alignment::right},
                {"p99", alignment::right},
                {"messages/write", alignment::right}}};
  constexpr int digits = 2;
  for (const auto& each : elements(homes, "homes")) {
    const auto& lag = member(each, "lag");
    const auto& turn = member(each, "turn");
    result.add(
      {number(each, "home"), number(each, "actors"),
       number(each, "connections"), number(each, "ready"),
       number(each, "blocked"), bytes(each, "queued_bytes"),
       decimal(number_of(lag, "p50_ms"), digits),
       decimal(number_of(lag, "p99_ms"), digits),
       decimal(number_of(turn, "p50_ms"), digits),
       decimal(number_of(turn, "p99_ms"), digits),
       decimal(number_of(member(each, "flush"), "messages_per_write"), 1)});
  }
  return result;
}

table list_table(top_list list, const json_value& rows) {
  return list == top_list::connections ? connections_table(rows)
                                       : channels_table(rows);
}

std::vector<std::string> top_lines(const top_state& state,
                                   const top_screen& screen,
                                   const palette& colors) {
  const auto& [figures, rates, choice, trouble] = state;
  std::vector<std::string> lines;
  const auto add = [&](const std::vector<std::string>& more, bool has_title) {
    for (const auto& line : more) {
      const auto text = fitted(line, screen.columns);
      lines.push_back(has_title && &line == more.data() ? colors.bold(text)
                                                        : text);
    }
  };
  if (!trouble.empty())
    lines.push_back(colors.red(fitted(one_line(trouble), screen.columns)));
  add(server_lines(figures.stats, rates), false);
  lines.emplace_back();
  add(homes_table(figures.homes).lines(screen.columns), true);
  lines.emplace_back();
  add(list_table(choice.list, figures.rows).lines(screen.columns), true);

  // The last line tells the keys.
  lines.resize(std::max<std::size_t>(screen.rows, 1) - 1);
  const auto name = top_list_names.at(static_cast<std::size_t>(choice.list));
  lines.push_back(
    colors.bold(fitted(std::string{name} + " by " + std::string{choice.sort()}
                         + "    q quit    s sort    Tab connections/channels",
                       screen.columns)));
  return lines;
}

} // namespace thunderpush::ctl
