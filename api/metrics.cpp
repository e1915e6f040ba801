#include "api/metrics.hpp"

#include "actors/actor_kind.hpp"

#include <chrono>
#include <cstdio>
#include <map>
#include <utility>

namespace thunderpush {

namespace {

std::string decimal(double value) {
  char text[32];
  const auto size = std::snprintf(text, sizeof text, "%.12g", value);
  return std::string(text, static_cast<std::size_t>(size));
}

double seconds(histogram::duration what) {
  return std::chrono::duration<double>(what).count();
}

// Label values escape these three (exposition format, "Comments, help text, and
// type information").
std::string label(std::string_view name, std::string_view value) {
  std::string out{name};
  out += "=\"";
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"')
      out += '\\';
    out += c;
  }
  return out += '"';
}

// Writes families one after the other.
class exposition {
public:
  exposition& family(std::string_view name, std::string_view type,
                     std::string_view help) {
    name_ = name;
    out_.append("# HELP ").append(name).append(" ").append(help).append("\n");
    out_.append("# TYPE ").append(name).append(" ").append(type).append("\n");
    return *this;
  }

  exposition& counter(std::string_view name, std::string_view help) {
    return family(name, "counter", help);
  }

  exposition& gauge(std::string_view name, std::string_view help) {
    return family(name, "gauge", help);
  }

  exposition& sample(std::uint64_t value, const std::string& labels = {}) {
    return line("", labels, std::to_string(value));
  }

  exposition& sample(double value) { return line("", {}, decimal(value)); }

  exposition& series(const histogram& of, const std::string& labels = {}) {
    const auto with = labels.empty() ? labels : labels + ',';
    for (std::size_t i = 0; i < histogram::bounds.size(); ++i)
      line("_bucket",
           with + label("le", decimal(seconds(histogram::bounds[i]))),
           std::to_string(of.up_to(i)));
    line("_bucket", with + label("le", "+Inf"), std::to_string(of.count()));
    line("_sum", labels, decimal(seconds(of.sum())));
    return line("_count", labels, std::to_string(of.count()));
  }

  std::string take() { return std::move(out_); }

private:
  exposition& line(std::string_view suffix, const std::string& labels,
                   const std::string& value) {
    out_.append(name_).append(suffix);
    if (!labels.empty())
      out_.append("{").append(labels).append("}");
    out_.append(" ").append(value).append("\n");
    return *this;
  }

  std::string out_;
  std::string name_;
};

// What all homes have together.
struct sums {
  home_counters counters;
  std::array<std::size_t, actor_kind_names.size()> actors{};
  std::map<std::uint16_t, std::uint64_t> gone;
  std::map<std::pair<app_id, std::string_view>, std::size_t> clients;
  histogram delivery_times;
  std::size_t memory_used = 0;
  std::size_t memory_budget = 0;
  bool draining = false;
};

sums add_up(std::span<const totals_read> homes) {
  sums all;
  for (const auto& each : homes) {
    all.counters += each.counters;
    for (std::size_t i = 0; i < all.actors.size(); ++i)
      all.actors[i] += each.actors[i];
    for (const auto& [code, count] : each.gone)
      all.gone[code] += count;
    for (const auto& group : each.clients)
      all.clients[{group.app, group.transport}] += group.size;
    all.delivery_times += each.delivery_times;
    all.memory_used += each.memory_used;
    all.memory_budget = each.memory_budget;
    all.draining = all.draining || each.draining;
  }
  return all;
}

void write_clients(exposition& out, const sums& all, const applications& apps) {
  out.gauge("thunderpush_connections",
            "Clients that have said who they are, now.");
  for (const auto& [group, size] : all.clients)
    out.sample(size, label("app", apps.name(group.first)) + ','
                       + label("transport", group.second));
  out.counter("thunderpush_connections_opened_total", "Clients that came.")
    .sample(all.counters.connections_opened);
  out.counter("thunderpush_disconnects_total",
              "Clients that went, by close code; 0: the client went first.");
  for (const auto& [code, count] : all.gone)
    out.sample(count, label("code", std::to_string(code)));
  out
    .gauge("thunderpush_connections_blocked",
           "Clients that take no more for now.")
    .sample(all.counters.blocked);
  out
    .counter("thunderpush_slow_consumers_total",
             "Clients closed as they were too slow.")
    .sample(all.counters.slow_consumers);
  out
    .counter("thunderpush_shed_connections_total",
             "Of these, those closed as memory was short.")
    .sample(all.counters.shed_connections);
  out.counter("thunderpush_connections_refused_total",
              "Clients that were not let in, by the limit that was reached.");
  for (std::size_t i = 0; i < admission::refusal_names.size(); ++i)
    out.sample(all.counters.refused_clients[i],
               label("limit", admission::refusal_names[i]));
  out
    .counter("thunderpush_proxy_headers_refused_total",
             "Connections closed as no trusted proxy had said in time, and as "
             "the protocol asks for, whose they are.")
    .sample(all.counters.refused_proxy_headers)
    .counter("thunderpush_tls_handshake_failures_total",
             "Clients that TLS could not be agreed on with.")
    .sample(all.counters.tls_handshake_failures);
}

void write_limits(exposition& out, const sums& all) {
  const auto& counted = all.counters;
  out.counter("thunderpush_messages_dropped_total",
              "Messages that slow clients did not get, by what became of them: "
              "the policy of the channel.");
  out.sample(counted.dropped_by_disconnect, label("policy", "disconnect"));
  out.sample(counted.dropped_as_oldest, label("policy", "drop_oldest"));
  out.sample(counted.dropped_for_latest, label("policy", "latest"));
  out.counter("thunderpush_rate_limited_total",
              "Times that a rate was exceeded: clients that had to wait, "
              "publications and requests that were answered 429.");
  out.sample(counted.pauses, label("rate", "message"));
  out.sample(counted.throttled_publications, label("rate", "publish"));
  out.sample(counted.throttled_requests, label("rate", "request"));
  out
    .gauge("thunderpush_memory_budget_bytes",
           "What waits for clients or has arrived in part may use so much; 0: "
           "no limit.")
    .sample(std::uint64_t{all.memory_budget});
  out.gauge("thunderpush_memory_used_bytes", "What it uses.")
    .sample(std::uint64_t{all.memory_used});
}

void write_traffic(exposition& out, const sums& all) {
  const auto& counted = all.counters;
  out
    .counter("thunderpush_messages_published_total",
             "Publications that were accepted.")
    .sample(counted.publications);
  out
    .counter("thunderpush_publications_refused_total",
             "Publications that were refused, as too much was under way.")
    .sample(counted.refused_publications);
  out
    .counter("thunderpush_deliveries_total",
             "Publications handed to connections, each counted.")
    .sample(counted.deliveries);
  out
    .family("thunderpush_delivery_seconds", "histogram",
            "Time from the acceptance of a publication until it was written "
            "to a socket; one write in 16 is looked at.")
    .series(all.delivery_times);
  out
    .gauge("thunderpush_queue_bytes",
           "Bytes that wait to be written to clients.")
    .sample(counted.queued_bytes);
  out.counter("thunderpush_writes_total", "Times a client was written to.")
    .sample(counted.writes);
  out.counter("thunderpush_written_bytes_total", "Bytes written to clients.")
    .sample(counted.written_bytes);
  out.counter("thunderpush_http_requests_total", "Requests of the REST API.")
    .sample(counted.http_requests);
}

void write_actors(exposition& out, const sums& all,
                  std::span<const totals_read> homes) {
  out.gauge("thunderpush_actors", "Actors alive.");
  for (std::size_t i = 0; i < all.actors.size(); ++i)
    out.sample(all.actors[i], label("kind", actor_kind_names[i]));
  out.counter("thunderpush_actor_failures_total", "Handlers that threw.")
    .sample(all.counters.actor_failures);
  out.family("thunderpush_home_lag_seconds", "histogram",
             "How late the loop of a home looked at its clock.");
  for (const auto& each : homes)
    out.series(each.lag_ever, label("home", std::to_string(each.home)));
  out.gauge("thunderpush_home_ready_actors",
            "Actors of a home that wait for their turn.");
  for (const auto& each : homes)
    out.sample(each.ready, label("home", std::to_string(each.home)));
}

void write_process(exposition& out, const process_figures& process) {
  out
    .counter("process_cpu_seconds_total",
             "User and system time of the process.")
    .sample(process.cpu_seconds);
  out.gauge("process_resident_memory_bytes", "Resident memory.")
    .sample(process.resident_bytes);
  out.gauge("process_virtual_memory_bytes", "Virtual memory.")
    .sample(process.virtual_bytes);
  out.gauge("process_open_fds", "Open file descriptors.")
    .sample(process.open_descriptors);
  out.gauge("process_max_fds", "File descriptors that may be open.")
    .sample(process.max_descriptors);
  out
    .gauge("process_start_time_seconds",
           "When the process started, in seconds since the epoch.")
    .sample(process.start_seconds);
}

} // namespace

std::string metrics_text(std::string_view version, const applications& apps,
                         std::span<const totals_read> homes,
                         const process_figures& process,
                         std::uint64_t log_lines_dropped) {
  const auto all = add_up(homes);
  exposition out;
  out.gauge("thunderpush_build_info", "1, for the version in its label.")
    .sample(std::uint64_t{1}, label("version", version));
  write_clients(out, all, apps);
  write_traffic(out, all);
  write_limits(out, all);
  write_actors(out, all, homes);
  out.gauge("thunderpush_draining", "1 while clients are sent away.")
    .sample(std::uint64_t{all.draining ? 1U : 0U});
  out
    .counter("thunderpush_log_dropped_total",
             "Lines that the log had no room for.")
    .sample(log_lines_dropped);
  write_process(out, process);
  return out.take();
}

} // namespace thunderpush
