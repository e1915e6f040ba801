#include "config/command_line.hpp"

#include "config/exit_status.hpp"
#include "config/loggable.hpp"
#include "config/named_section.hpp"
#include "config/suggestion.hpp"

#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace thunderpush {

namespace {

namespace po = boost::program_options;

constexpr std::string_view usage
  = "usage: thunderpush [-h] [-p PORT] [-H HOST] [-v] [-d] [-V]\n"
    "                   [--pid-path PATH] [--admin HOST:PORT]\n"
    "                   [--set SECTION.KEY=VALUE] clientkey apikey\n"
    "       thunderpush [options] --config FILE [--check-config]\n"
    "                   [--print-config]\n";

constexpr std::string_view help
  = "\n"
    "Pushes messages from application servers to browsers.\n"
    "\n"
    "arguments:\n"
    "  clientkey             public key of the one app\n"
    "  apikey                its secret; visible to all users of the machine,\n"
    "                        better kept in a file given with --config\n"
    "\n"
    "options:\n"
    "  -h, --help            show this help and exit\n"
    "  -p PORT, --port PORT  TCP port (8080)\n"
    "  -H HOST, --host HOST  address to bind (all interfaces; with --config\n"
    "                        127.0.0.1)\n"
    "  -v, --verbose         log debug messages\n"
    "  -d, --debug           accepted for compatibility, without effect\n"
    "  -V, --version         show the version number and exit\n"
    "  --pid-path PATH       PID file (/tmp/thunderpush.pid; with --config\n"
    "                        none)\n"
    "  --admin HOST:PORT     pages for operators, or off (off; with --config\n"
    "                        127.0.0.1:8081)\n"
    "  --config FILE         read the configuration from FILE\n"
    "  --set SECTION.KEY=VALUE\n"
    "                        set one option of the configuration, repeatable\n"
    "  --check-config        check the configuration and exit\n"
    "  --print-config        show the configuration in effect and exit\n"
    "\n"
    "Every option of the configuration is also read from the environment, as\n"
    "THUNDERPUSH_SECTION__KEY. The command line is stronger than the\n"
    "environment, and that is stronger than the file.\n"
    "\n"
    "exit status: 0 regular end; 1 start failed (address in use, PID file\n"
    "locked); 2 usage; 78 bad configuration; 70 internal error\n";

po::options_description described_options() {
  po::options_description result;
  const auto text = [] { return po::value<std::string>(); };
  result.add_options()("help,h", "")("port,p", text(), "")(
    "host,H", text(), "")("verbose,v", "")("debug,d", "")("version,V", "")(
    "pid-path", text(), "")("admin", text(), "")("config", text(), "")(
    "set", text(), "")("check-config", "")("print-config", "");
  return result;
}

// The original takes `--host=` as an empty host and `-p=80` as port 80, the
// library refuses the one and reads "=80" in the other.
std::vector<po::option> split_at_equals(std::vector<std::string>& arguments) {
  const std::string_view first = arguments.front();
  const auto is_long = first.starts_with("--") && first.size() > 3
                       && first.find('=') == first.size() - 1;
  const auto is_short
    = first.size() > 2 && first[0] == '-' && first[1] != '-' && first[2] == '=';
  if (!is_long && !is_short)
    return {};
  po::option result;
  result.string_key
    = is_long ? first.substr(2, first.size() - 3) : first.substr(0, 2);
  result.value.emplace_back(is_long ? "" : first.substr(3));
  result.original_tokens.push_back(arguments.front());
  arguments.erase(arguments.begin());
  return {result};
}

// The message repeats the name of the option and nothing that stands behind
// it: that may be a secret.
std::string unknown_option(const po::option& given,
                           const po::options_description& known) {
  std::string_view name = given.original_tokens.front();
  const auto is_long = name.starts_with("--");
  name = is_long ? name.substr(0, name.find('=')) : name.substr(0, 2);
  std::vector<std::string> candidates;
  if (is_long) {
    for (const auto& one : known.options())
      candidates.push_back("--" + one->long_name());
  }
  const auto guess = closest(name, candidates);
  return "unknown option " + loggable(name)
         + (guess ? "; did you mean " + *guess + "?" : "");
}

// Gathers what the options mean, one after another.
class command_line_reader {
public:
  command_line_reader(const po::options_description& known,
                      std::string_view version)
    : known_{known}, version_{version} {}

  // Takes the next option or argument; an answer ends the program.
  std::optional<early_exit> take(const po::option& given) {
    if (given.position_key >= 0) {
      positionals_.insert(positionals_.end(), given.value.begin(),
                          given.value.end());
      return std::nullopt;
    }
    if (given.unregistered) {
      if (!unknown_)
        unknown_ = unknown_option(given, known_);
      return std::nullopt;
    }
    const auto& name = given.string_key;
    if (name == "help") {
      return early_exit{
        exit_status::success, std::string{usage} + std::string{help}, {}};
    }
    if (name == "version")
      return early_exit{exit_status::success, std::string{version_} + '\n', {}};
    if (given.value.empty()) {
      take_flag(name);
      return std::nullopt;
    }
    return take_value(name, given.value.front());
  }

  std::variant<command_line, early_exit> finish() && {
    // As the original: what is missing is reported before what is unknown.
    if (positionals_.size() == 1)
      return usage_error("the following argument is required: apikey");
    if (unknown_)
      return usage_error(*unknown_);
    if (positionals_.size() > 2)
      return usage_error("there are more arguments than clientkey and apikey");
    if (positionals_.size() == 2) {
      if (result_.config_file) {
        return usage_error(
          "clientkey and apikey cannot be combined with --config: put them "
          "into the file, as key and secret of a section [app.main]");
      }
      result_.has_key_pair = true;
      for (std::size_t i = 0; i < 2; ++i) {
        if (auto error = assign(i == 0 ? "clientkey" : "apikey", "app.main",
                                i == 0 ? "key" : "secret", positionals_[i]))
          return *std::move(error);
      }
    }
    return std::move(result_);
  }

private:
  void take_flag(std::string_view name) {
    if (name == "verbose") {
      result_.given.values.push_back({"log", "level", "debug", source});
    } else if (name == "check-config") {
      result_.check_config = true;
    } else if (name == "print-config") {
      result_.print_config = true;
    }
  }

  std::optional<early_exit> take_value(std::string_view name,
                                       const std::string& value) {
    if (name == "config") {
      result_.config_file = value;
      return std::nullopt;
    }
    if (name == "port")
      return assign("-p/--port", "server", "port", value);
    if (name == "host")
      return assign("-H/--host", "server", "host", value);
    if (name == "pid-path")
      return assign("--pid-path", "server", "pid_file", value);
    if (name == "admin")
      return assign("--admin", "admin", "listen", value);
    return take_set(value);
  }

  // SECTION.KEY=VALUE; a section with a name has a dot of its own.
  std::optional<early_exit> take_set(std::string_view text) {
    const auto equals = text.find('=');
    const auto name = text.substr(0, equals);
    const auto dot = name.rfind('.');
    if (equals == std::string_view::npos || dot == std::string_view::npos) {
      return usage_error("argument --set: expected SECTION.KEY=VALUE, such as "
                         "server.port=8080");
    }
    return assign("--set", name.substr(0, dot), name.substr(dot + 1),
                  text.substr(equals + 1));
  }

  std::optional<early_exit> assign(std::string_view argument,
                                   std::string_view section,
                                   std::string_view key,
                                   std::string_view value) {
    const auto* known = find_option(section, key);
    const auto reason
      = known == nullptr ? unknown_key(section, key) : complaint(*known, value);
    if (reason)
      return usage_error("argument " + std::string{argument} + ": " + *reason);
    if (!section_name(section).empty())
      result_.given.sections.push_back({std::string{section}, source});
    result_.given.values.push_back(
      {std::string{section}, std::string{key}, std::string{value}, source});
    return std::nullopt;
  }

  static constexpr auto source = "command line";

  const po::options_description& known_;
  std::string_view version_;
  std::vector<std::string> positionals_;
  std::optional<std::string> unknown_;
  command_line result_;
};

} // namespace

std::variant<command_line, early_exit>
parse_command_line(std::span<const std::string> arguments,
                   std::string_view version) {
  const auto known = described_options();
  try {
    const auto parsed
      = po::command_line_parser{std::vector<std::string>{arguments.begin(),
                                                         arguments.end()}}
          .options(known)
          .extra_style_parser(split_at_equals)
          .allow_unregistered()
          .run();
    command_line_reader reader{known, version};
    for (const auto& one : parsed.options) {
      if (auto answer = reader.take(one))
        return *std::move(answer);
    }
    return std::move(reader).finish();
  } catch (const po::error& failure) {
    return usage_error(one_line(failure.what()));
  }
}

early_exit usage_error(std::string_view message) {
  return {exit_status::usage,
          {},
          std::string{usage} + "thunderpush: error: " + std::string{message}
            + '\n'};
}

} // namespace thunderpush
