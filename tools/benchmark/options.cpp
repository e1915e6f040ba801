#include "tools/benchmark/options.hpp"

#include <boost/program_options.hpp>

#include <cstdint>
#include <limits>
#include <sstream>

namespace thunderpush::benchmark {

namespace {

namespace po = boost::program_options;

constexpr int exit_usage = 2;

po::options_description description() {
  po::options_description all{
    "benchmark_client --pid PID --port PORT [options]\n\n"
    "Makes a load on a server of this machine and measures what it costs.\n"
    "Prints one JSON object; tools/bench makes a table of several.\n\nOptions"};
  auto add = all.add_options();
  add("help", "this text");
  add("label", po::value<std::string>()->default_value("benchmark"),
      "stands before each line of progress");
  add("server", po::value<std::string>()->default_value("sockjs"),
      "sockjs, raw or plain");
  add("port", po::value<std::uint16_t>()->required(), "on 127.0.0.1");
  add("pid", po::value<pid_t>()->required(), "process of the server");
  add("key", po::value<std::string>()->default_value("public"), "of the app");
  add("secret", po::value<std::string>()->default_value("secret"),
      "of the app");
  add("subscribers", po::value<std::size_t>()->default_value(1'000),
      "clients, each a user of its own");
  add("channels", po::value<std::size_t>()->default_value(1),
      "over which they are spread");
  add("publishers", po::value<std::size_t>()->default_value(4),
      "connections that publish");
  add("payload", po::value<std::size_t>()->default_value(128),
      "bytes of a message, at least 16");
  add("rate", po::value<double>(),
      "open loop: messages a second; otherwise a closed loop");
  add("under-way", po::value<std::size_t>()->default_value(0),
      "closed loop: most messages that are on their way to somebody; 0: as "
      "many as publishers");
  add("round", po::value<std::uint32_t>()->default_value(0),
      "milliseconds between two reads of a subscriber; 0: reads at once");
  add("beside", po::value<std::size_t>()->default_value(0),
      "so many further clients with a channel each, whose latencies are "
      "measured");
  add("beside-rate", po::value<double>()->default_value(200),
      "messages a second to them");
  add("questions", po::value<std::size_t>()->default_value(0),
      "connections that only ask; no subscribers then");
  add("settle", po::value<double>()->default_value(1),
      "seconds of rest after all are connected");
  add("warmup", po::value<double>()->default_value(1), "seconds");
  add("duration", po::value<double>()->default_value(4),
      "measured seconds; 0: only connect");
  return all;
}

std::chrono::milliseconds seconds_in(const po::variables_map& given,
                                     const char* name) {
  return std::chrono::round<std::chrono::milliseconds>(
    std::chrono::duration<double>{given[name].as<double>()});
}

std::size_t number_in(const po::variables_map& given, const char* name) {
  return given[name].as<std::size_t>();
}

traffic::settings load_in(const po::variables_map& given) {
  traffic::settings load;
  load.audience.subscribers = number_in(given, "subscribers");
  load.audience.channels = number_in(given, "channels");
  load.publishers = number_in(given, "publishers");
  load.payload = number_in(given, "payload");
  if (given.count("rate") > 0)
    load.rate = given["rate"].as<double>();
  load.most_under_way = number_in(given, "under-way");
  if (load.most_under_way == 0)
    load.most_under_way = load.publishers;
  load.round = std::chrono::milliseconds{given["round"].as<std::uint32_t>()};
  return load;
}

traffic::settings beside_in(const po::variables_map& given,
                            const traffic::settings& load) {
  constexpr std::size_t publishers = 8;
  traffic::settings beside;
  beside.audience.subscribers = number_in(given, "beside");
  beside.audience.channels = beside.audience.subscribers;
  beside.audience.first_client = load.audience.subscribers;
  beside.audience.first_channel = load.audience.channels;
  beside.publishers = publishers;
  beside.rate = given["beside-rate"].as<double>();
  return beside;
}

/// What is wrong, if anything.
std::string mistake_in(const options& out) {
  const auto& load = out.load;
  if (load.audience.subscribers == 0 || load.audience.channels == 0
      || load.publishers == 0)
    return "subscribers, channels and publishers must be more than 0";
  if (load.payload < smallest_payload)
    return "a payload has at least 16 bytes";
  if ((load.rate && *load.rate <= 0) || (out.beside && *out.beside->rate <= 0))
    return "a rate is more than 0";
  return {};
}

std::optional<server_kind> parse_kind(const std::string& text) {
  if (text == "sockjs")
    return server_kind::sockjs;
  if (text == "raw")
    return server_kind::raw;
  if (text == "plain")
    return server_kind::plain;
  return std::nullopt;
}

std::variant<options, early_end> read(const po::variables_map& given) {
  options out;
  const auto kind = parse_kind(given["server"].as<std::string>());
  if (!kind)
    return early_end{exit_usage, "a server is sockjs, raw or plain"};
  out.kind = *kind;
  out.label = given["label"].as<std::string>();
  out.server.port = given["port"].as<std::uint16_t>();
  out.who = {given["key"].as<std::string>(), given["secret"].as<std::string>()};
  out.server_process = given["pid"].as<pid_t>();
  out.load = load_in(given);
  if (number_in(given, "beside") > 0)
    out.beside = beside_in(given, out.load);
  out.questions = number_in(given, "questions");
  out.settling = seconds_in(given, "settle");
  out.warm_up = seconds_in(given, "warmup");
  out.duration = seconds_in(given, "duration");
  if (auto mistake = mistake_in(out); !mistake.empty())
    return early_end{exit_usage, std::move(mistake)};
  return out;
}

} // namespace

std::variant<options, early_end> parse_options(int count,
                                               const char* const* words) {
  const auto known = description();
  try {
    po::variables_map given;
    po::store(po::parse_command_line(count, words, known), given);
    if (given.count("help") > 0) {
      std::ostringstream text;
      text << known;
      return early_end{0, text.str()};
    }
    po::notify(given);
    return read(given);
  } catch (const po::error& error) {
    return early_end{exit_usage, error.what()};
  }
}

} // namespace thunderpush::benchmark
