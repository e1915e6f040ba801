#include "api/metrics.hpp"

#include "tests/api/admin_node.hpp"

#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;

namespace {

const applications apps{{{"main", "key"}, {"a\\b\"c\nd", "second"}}};

std::string text_of(const std::vector<totals_read>& homes,
                    const process_figures& process = {},
                    std::uint64_t dropped = 0,
                    std::string_view version = "2.0") {
  return metrics_text(version, apps, homes, process, dropped);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    all.push_back(line);
  return all;
}

bool has_line(const std::string& text, const std::string& wanted) {
  for (const auto& each : lines_of(text))
    if (each == wanted)
      return true;
  return false;
}

std::vector<totals_read> two_homes() {
  std::vector<totals_read> homes(2);
  homes[1].home = 1;
  return homes;
}

} // namespace

TEST_SUITE("metrics") {
  TEST_CASE("each family has a help and a type, once, before its samples") {
    const auto text = text_of(two_homes());
    CHECK(text.ends_with("\n"));
    std::set<std::string> families;
    std::string current;
    std::string type;
    for (const auto& line : lines_of(text)) {
      CAPTURE(line);
      std::istringstream words{line};
      std::string first, word, name;
      words >> first;
      if (first == "#") {
        words >> word >> name;
        if (word == "HELP") {
          CHECK(families.insert(name).second);
          current = name;
          CHECK(line.size() > ("# HELP " + name + " ").size());
        } else {
          CHECK(word == "TYPE");
          CHECK(name == current);
          words >> type;
          CHECK((type == "counter" || type == "gauge" || type == "histogram"));
        }
        continue;
      }
      // NAME[{LABELS}] VALUE
      const auto end = line.find_first_of("{ ");
      const auto sample = line.substr(0, end);
      CHECK(sample.starts_with(current));
      const auto suffix = sample.substr(current.size());
      if (type == "histogram")
        CHECK((suffix == "_bucket" || suffix == "_sum" || suffix == "_count"));
      else
        CHECK(suffix.empty());
      if (type == "counter")
        CHECK(current.ends_with("_total"));
      std::size_t read = 0;
      const auto value = line.substr(line.rfind(' ') + 1);
      CHECK(std::stod(value, &read) >= 0);
      CHECK(read == value.size());
    }
    CHECK(families.size() >= 20);
  }

  TEST_CASE("counters are sums over the homes") {
    auto homes = two_homes();
    homes[0].counters.publications = 3;
    homes[1].counters.publications = 4;
    homes[1].counters.deliveries = 50;
    homes[0].counters.connections_opened = 7;
    homes[0].counters.queued_bytes = 1;
    homes[1].counters.queued_bytes = 2;
    homes[1].counters.blocked = 9;
    homes[0].counters.slow_consumers = 8;
    homes[0].counters.refused_publications = 6;
    homes[1].counters.http_requests = 12;
    homes[1].counters.actor_failures = 13;
    homes[0].counters.writes = 14;
    homes[0].counters.written_bytes = 15;
    const auto text = text_of(homes, {}, 16);
    for (const char* line :
         {"thunderpush_messages_published_total 7",
          "thunderpush_deliveries_total 50",
          "thunderpush_connections_opened_total 7", "thunderpush_queue_bytes 3",
          "thunderpush_connections_blocked 9",
          "thunderpush_slow_consumers_total 8",
          "thunderpush_publications_refused_total 6",
          "thunderpush_http_requests_total 12",
          "thunderpush_actor_failures_total 13", "thunderpush_writes_total 14",
          "thunderpush_written_bytes_total 15",
          "thunderpush_log_dropped_total 16", "thunderpush_draining 0",
          "thunderpush_build_info{version=\"2.0\"} 1"}) {
      CAPTURE(line);
      CHECK(has_line(text, line));
    }
    homes[1].draining = true;
    CHECK(has_line(text_of(homes), "thunderpush_draining 1"));
  }

  TEST_CASE("what limits do is told by limit, rate and policy") {
    auto homes = two_homes();
    homes[0].counters.refused(admission::refusal::address);
    homes[1].counters.refused(admission::refusal::address);
    homes[1].counters.refused(admission::refusal::app);
    homes[0].counters.shed_connections = 3;
    homes[1].counters.dropped_by_disconnect = 4;
    homes[0].counters.dropped_as_oldest = 5;
    homes[1].counters.dropped_for_latest = 6;
    homes[0].counters.pauses = 7;
    homes[1].counters.throttled_publications = 8;
    homes[1].counters.throttled_requests = 9;
    homes[0].counters.refused_proxy_headers = 4;
    homes[1].counters.refused_proxy_headers = 6;
    homes[0].memory_used = 10;
    homes[1].memory_used = 11;
    homes[0].memory_budget = homes[1].memory_budget = 12;
    const auto text = text_of(homes);
    for (const char* line :
         {R"(thunderpush_connections_refused_total{limit="connections"} 0)",
          R"(thunderpush_connections_refused_total{limit="address"} 2)",
          R"(thunderpush_connections_refused_total{limit="memory"} 0)",
          R"(thunderpush_connections_refused_total{limit="app"} 1)",
          "thunderpush_shed_connections_total 3",
          R"(thunderpush_messages_dropped_total{policy="disconnect"} 4)",
          R"(thunderpush_messages_dropped_total{policy="drop_oldest"} 5)",
          R"(thunderpush_messages_dropped_total{policy="latest"} 6)",
          "thunderpush_proxy_headers_refused_total 10",
          R"(thunderpush_rate_limited_total{rate="message"} 7)",
          R"(thunderpush_rate_limited_total{rate="publish"} 8)",
          R"(thunderpush_rate_limited_total{rate="request"} 9)",
          "thunderpush_memory_used_bytes 21",
          "thunderpush_memory_budget_bytes 12"}) {
      CAPTURE(line);
      CHECK(has_line(text, line));
    }
  }

  TEST_CASE("clients are told by application and transport") {
    auto homes = two_homes();
    homes[0].clients = {{app_id{0}, "websocket", 3}, {app_id{1}, "jsonp", 1}};
    homes[1].clients = {{app_id{0}, "websocket", 4}};
    const auto text = text_of(homes);
    CHECK(has_line(
      text, "thunderpush_connections{app=\"main\",transport=\"websocket\"} 7"));
    // Three characters are escaped in labels.
    CHECK(has_line(text, "thunderpush_connections{app=\"a\\\\b\\\"c\\nd\","
                         "transport=\"jsonp\"} 1"));
  }

  TEST_CASE("departures are told by close code") {
    auto homes = two_homes();
    homes[0].gone = {{3008, 2}, {0, 5}};
    homes[1].gone = {{0, 6}};
    const auto text = text_of(homes);
    CHECK(has_line(text, "thunderpush_disconnects_total{code=\"0\"} 11"));
    CHECK(has_line(text, "thunderpush_disconnects_total{code=\"3008\"} 2"));
  }

  TEST_CASE("actors are told by kind") {
    auto homes = two_homes();
    homes[0].actors[static_cast<std::size_t>(actor_kind::channel)] = 2;
    homes[1].actors[static_cast<std::size_t>(actor_kind::channel)] = 5;
    const auto text = text_of(homes);
    CHECK(has_line(text, "thunderpush_actors{kind=\"channel\"} 7"));
    CHECK(has_line(text, "thunderpush_actors{kind=\"hub\"} 0"));
  }

  TEST_CASE("a histogram is cumulative and ends with all") {
    auto homes = two_homes();
    homes[0].delivery_times.add(10us);
    homes[0].delivery_times.add(15us);
    homes[1].delivery_times.add(3s);
    homes[1].delivery_times.add(1min);
    const auto text = text_of(homes);
    const std::string name = "thunderpush_delivery_seconds";
    CHECK(has_line(text, name + "_bucket{le=\"1e-05\"} 1"));
    CHECK(has_line(text, name + "_bucket{le=\"2e-05\"} 2"));
    CHECK(has_line(text, name + "_bucket{le=\"2\"} 2"));
    CHECK(has_line(text, name + "_bucket{le=\"5\"} 3"));
    CHECK(has_line(text, name + "_bucket{le=\"10\"} 3"));
    CHECK(has_line(text, name + "_bucket{le=\"+Inf\"} 4"));
    CHECK(has_line(text, name + "_count 4"));
    CHECK(has_line(text, name + "_sum 63.000025"));
  }

  TEST_CASE("no bucket has less than the one before it") {
    auto homes = two_homes();
    for (int i = 0; i < 1000; ++i)
      homes[0].delivery_times.add(i * i * 17us);
    std::map<std::string, std::uint64_t> last;
    std::size_t buckets = 0;
    for (const auto& line : lines_of(text_of(homes))) {
      const auto at = line.find("le=\"");
      if (at == std::string::npos)
        continue;
      ++buckets;
      const auto series = line.substr(0, at);
      const auto value = std::stoull(line.substr(line.rfind(' ') + 1));
      CHECK(value >= last[series]);
      last[series] = value;
    }
    CHECK(buckets == 3 * (histogram::bounds.size() + 1));
  }

  TEST_CASE("each home tells its lag and who waits") {
    auto homes = two_homes();
    homes[1].lag_ever.add(1ms);
    homes[1].ready = 7;
    const auto text = text_of(homes);
    CHECK(has_line(text, "thunderpush_home_lag_seconds_count{home=\"0\"} 0"));
    CHECK(has_line(text, "thunderpush_home_lag_seconds_count{home=\"1\"} 1"));
    CHECK(has_line(text, "thunderpush_home_lag_seconds_bucket{home=\"1\","
                         "le=\"0.001\"} 1"));
    CHECK(has_line(text, "thunderpush_home_ready_actors{home=\"1\"} 7"));
  }

  TEST_CASE("the process is told with the usual names") {
    const auto text
      = text_of(two_homes(), {1.5, 4096, 8192, 12, 1024, 1700000000.25});
    for (const char* line :
         {"process_cpu_seconds_total 1.5", "process_resident_memory_bytes 4096",
          "process_virtual_memory_bytes 8192", "process_open_fds 12",
          "process_max_fds 1024", "process_start_time_seconds 1700000000.25"}) {
      CAPTURE(line);
      CHECK(has_line(text, line));
    }
  }

  TEST_CASE("a version of any characters is escaped") {
    CHECK(has_line(text_of(two_homes(), {}, 0, "2\"0\\"),
                   "thunderpush_build_info{version=\"2\\\"0\\\\\"} 1"));
  }

  TEST_CASE_FIXTURE(admin_node, "no user and no channel is in the metrics") {
    const auto alice = client_on(0, "alice-the-user");
    alice.says("SUBSCRIBE news-the-channel");
    publish("news-the-channel", "hello-the-payload");
    client_on(1, "bob-the-user").leaves();
    const auto answer = answer_to("/metrics");
    CHECK(answer.status == 200);
    CHECK(answer.content_type == "text/plain; version=0.0.4; charset=utf-8");
    for (const char* word : {"alice", "news", "hello", "bob"})
      CHECK(answer.body.find(word) == std::string::npos);
    CHECK(has_line(answer.body, "thunderpush_connections{app=\"main\","
                                "transport=\"test\"} 1"));
    CHECK(has_line(answer.body, "thunderpush_build_info{version=\"1.2.3\"} 1"));
    CHECK(has_line(answer.body, "thunderpush_messages_published_total 1"));
    CHECK(has_line(answer.body, "thunderpush_disconnects_total{code=\"0\"} 1"));
  }

  TEST_CASE("what the system knows of the process is read") {
    const auto found = read_process_figures();
    CHECK(found.resident_bytes > 0);
    CHECK(found.virtual_bytes >= found.resident_bytes);
    CHECK(found.open_descriptors >= 3);
    CHECK(found.max_descriptors >= found.open_descriptors);
    CHECK(found.start_seconds > 1.5e9);
  }
}
