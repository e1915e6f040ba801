#include "ctl/options.hpp"

#include "config/loggable.hpp"
#include "config/suggestion.hpp"
#include "config/value.hpp"
#include "ctl/command.hpp"

#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>

#include <algorithm>
#include <functional>
#include <iomanip>
#include <sstream>
#include <utility>

namespace thunderpush::ctl {

namespace {

namespace po = boost::program_options;

// -- the options --------------------------------------------------------------

// Puts a value where it belongs; false if it is not allowed.
using taker = std::function<bool(options&, std::string_view)>;

struct option_row {
  std::string name;
  std::string short_name;    // may be empty
  std::string value;         // as the help shows it; empty: a flag
  std::string_view commands; // whose it is; empty: of all
  std::string help;
  std::string allowed; // for the message if the value is not
  taker take;
};

taker flag(bool options::*field) {
  return [field](options& to, std::string_view) { return to.*field = true; };
}

taker text(std::optional<std::string> options::*field) {
  return [field](options& to, std::string_view value) {
    to.*field = std::string{value};
    return !value.empty() && !has_control_bytes(value);
  };
}

option_row text_row(std::string name, std::string value, std::string help,
                    std::optional<std::string> options::*field) {
  return {std::move(name),  {},
          std::move(value), {},
          std::move(help),  "a text without control characters",
          text(field)};
}

struct bounds {
  std::size_t min;
  std::size_t max;
};

option_row number_row(std::string name, std::string_view commands,
                      std::string help, std::size_t options::*field,
                      bounds allowed) {
  return {std::move(name),
          {},
          "N",
          commands,
          std::move(help),
          "a number from " + std::to_string(allowed.min) + " to "
            + std::to_string(allowed.max),
          [field, allowed](options& to, std::string_view value) {
            const auto number = parse_number(value);
            if (!number || *number < allowed.min || *number > allowed.max)
              return false;
            to.*field = static_cast<std::size_t>(*number);
            return true;
          }};
}

bool take_timeout(options& to, std::string_view value) {
  const auto duration = parse_duration(value);
  if (!duration || *duration < std::chrono::milliseconds{1}
      || *duration > std::chrono::hours{1})
    return false;
  to.timeout = *duration;
  return true;
}

bool take_color(options& to, std::string_view value) {
  using enum color_choice;
  to.color = value == "always" ? always : value == "never" ? never : automatic;
  return value == "always" || value == "never" || value == "auto";
}

bool take_admin_token(options& to, std::string_view value) {
  to.admin_token = std::string{value};
  return is_admin_token(value);
}

bool take_size(options& to, std::string_view value) {
  constexpr std::size_t smallest = 16; // holds the message's number
  constexpr std::size_t largest = std::size_t{1} << 20;
  const auto size = parse_size(value);
  if (!size || *size < smallest || *size > largest)
    return false;
  to.size = *size;
  return true;
}

constexpr std::size_t billion = 1'000'000'000;

std::vector<option_row> where_rows() {
  return {
    text_row("config", "FILE",
             "the server's configuration: addresses, keys, secrets",
             &options::config),
    text_row("url", "URL", "public listener (http://127.0.0.1:8080)",
             &options::url),
    text_row("admin", "URL", "admin endpoint (http://127.0.0.1:8081)",
             &options::admin),
    {"admin-token",
     {},
     "TOKEN",
     {},
     "visible to all users of the machine; better in\n"
     "THUNDERPUSH_ADMIN__TOKEN, or [admin] of FILE",
     "16 to 256 visible characters of ASCII",
     take_admin_token},
    text_row("app", "NAME", "which of several applications of FILE",
             &options::app),
    text_row("key", "KEY", "public key of the application", &options::key),
    text_row("secret", "SECRET",
             "its secret; visible to all users of the machine;\n"
             "better in THUNDERPUSH_APP__MAIN__SECRET, or in FILE",
             &options::secret),
  };
}

std::vector<option_row> how_rows() {
  return {
    {"json",
     {},
     {},
     {},
     "for programs: one line of JSON",
     {},
     flag(&options::json)},
    {"timeout",
     {},
     "TIME",
     {},
     "for each answer (5s)",
     "a duration from 1ms to 1h, such as 500ms or 5s",
     take_timeout},
    {"color",
     {},
     "WHEN",
     {},
     "auto, always or never; NO_COLOR is respected (auto)",
     "auto, always or never",
     take_color},
  };
}

std::vector<option_row> command_rows() {
  const bounds list{1, 1'000'000};
  return {
    number_row("limit", "channels, users", "list no more than N (1000)",
               &options::limit, list),
    number_row("count", "tail", "end after N messages", &options::count,
               {1, billion}),
    {"user",
     {},
     "NAME",
     "tail",
     "connect as this user (thunderpush-ctl-PID)",
     "a text without colon and control characters",
     [](options& to, std::string_view value) {
       to.user = std::string{value};
       return value.find(':') == std::string_view::npos
              && !has_control_bytes(value);
     }},
    {"once",
     {},
     {},
     "top",
     "print the tables once and end",
     {},
     flag(&options::once)},
    number_row("subscribers", "bench", "connections that receive (100)",
               &options::subscribers, {1, 20'000}),
    number_row("messages", "bench", "how many to publish (1000)",
               &options::messages, {1, 1'000'000}),
    {"size",
     {},
     "BYTES",
     "bench",
     "of each message (100)",
     "a size from 16B to 1MiB",
     take_size},
    number_row("publishers", "bench", "connections that publish (1)",
               &options::publishers, {1, 256}),
    {"yes",
     {},
     {},
     "bench",
     "also if the server is not this machine",
     {},
     flag(&options::yes)},
  };
}

const std::vector<option_row>& all_rows() {
  static const auto rows = [] {
    auto all = where_rows();
    for (auto& more : {how_rows(), command_rows()})
      all.insert(all.end(), more.begin(), more.end());
    return all;
  }();
  return rows;
}

// -- help ---------------------------------------------------------------------

constexpr std::size_t help_column = 26;

// "  --name VALUE            first line", and below it the others.
void describe(std::ostream& out, std::string_view what, std::string_view help) {
  std::string left = "  " + std::string{what};
  do {
    const auto end = std::min(help.find('\n'), help.size());
    out << std::left << std::setw(help_column) << left << help.substr(0, end)
        << '\n';
    help.remove_prefix(std::min(end + 1, help.size()));
    left.clear();
  } while (!help.empty());
}

void describe(std::ostream& out, const option_row& row, std::string_view help) {
  describe(out, "--" + row.name + (row.value.empty() ? "" : ' ' + row.value),
           help);
}

std::string usage_of(const command& one) {
  auto line = "usage: thunderpush-ctl " + std::string{one.name};
  if (!one.operands.empty())
    line += ' ' + std::string{one.operands};
  return line + " [options]\n";
}

std::string general_help() {
  std::ostringstream out;
  out << "usage: thunderpush-ctl COMMAND [options]\n"
         "\n"
         "For those who run or use a Thunderpush server.\n"
         "\n"
         "commands:\n";
  for (const auto& each : commands()) {
    const auto what = std::string{each.name} + ' ' + std::string{each.operands};
    describe(out, what, each.summary);
  }
  out << "\noptions:\n";
  for (const auto& row : all_rows()) {
    if (row.commands.empty())
      describe(out, row, row.help);
  }
  describe(out, "-h, --help",
           "this help; after a command, that of the command");
  describe(out, "-V, --version", "the version number");
  out << "\noptions of single commands:\n";
  for (const auto& row : all_rows()) {
    if (!row.commands.empty())
      describe(out, row, std::string{row.commands} + ": " + row.help);
  }
  out << "\n"
         "The server is found by --url and --admin, else by the configuration\n"
         "in --config and in THUNDERPUSH_... variables, else on 127.0.0.1.\n"
         "\n"
         "example:\n"
         "  thunderpush-ctl check --config /etc/thunderpush/thunderpush.conf\n"
         "\n"
         "exit status: 0 success; 1 the server refused or cannot be reached;\n"
         "2 usage\n";
  return out.str();
}

std::string help_of(const command& one) {
  std::ostringstream out;
  out << usage_of(one) << '\n' << one.details;
  std::string_view title = "\noptions:\n";
  for (const auto& row : all_rows()) {
    if (row.commands.find(one.name) == std::string_view::npos)
      continue;
    out << std::exchange(title, "");
    describe(out, row, row.help);
  }
  out << "\nexample:\n  " << one.example
      << "\n\nOptions of all commands: thunderpush-ctl --help\n";
  return out.str();
}

// -- parsing ------------------------------------------------------------------

early_exit usage_error(std::string_view usage, std::string_view message) {
  return {exit_code::usage,
          {},
          std::string{usage} + "thunderpush-ctl: " + std::string{message}
            + '\n'};
}

early_exit usage_error(std::string_view message) {
  return usage_error("usage: thunderpush-ctl COMMAND [options]; "
                     "thunderpush-ctl --help has more\n",
                     message);
}

po::options_description described_options() {
  po::options_description result;
  result.add_options()("help,h", "")("version,V", "");
  for (const auto& row : all_rows()) {
    if (row.value.empty()) {
      result.add_options()(row.name.c_str(), "");
    } else {
      result.add_options()(row.name.c_str(), po::value<std::string>(), "");
    }
  }
  return result;
}

// Repeats nothing that stands behind the name: that may be a secret.
std::string unknown_option(std::string_view given) {
  const auto is_long = given.starts_with("--");
  const auto name
    = is_long ? given.substr(0, given.find('=')) : given.substr(0, 2);
  std::vector<std::string> candidates;
  for (const auto& row : all_rows())
    candidates.push_back("--" + row.name);
  const auto guess = is_long ? closest(name, candidates) : std::nullopt;
  return "unknown option " + loggable(name)
         + (guess     ? "; did you mean " + *guess + "?"
            : is_long ? ""
                      : "; put -- before an operand that begins with -");
}

std::string unknown_command(std::string_view name) {
  std::vector<std::string> candidates;
  for (const auto& each : commands())
    candidates.emplace_back(each.name);
  const auto guess = closest(name, candidates);
  return "there is no command " + loggable(name)
         + (guess ? "; did you mean " + *guess + "?" : "");
}

// Takes what was given for the command; an answer ends the program.
std::optional<early_exit> take(const command& one, const po::option& given,
                               options& into) {
  const auto& rows = all_rows();
  const auto row
    = std::find_if(rows.begin(), rows.end(), [&](const option_row& each) {
        return each.name == given.string_key
               && (each.commands.empty()
                   || each.commands.find(one.name) != std::string_view::npos);
      });
  if (row == rows.end()) {
    return usage_error(usage_of(one), "--" + given.string_key
                                        + " is not an option of "
                                        + std::string{one.name});
  }
  if (row->take(into,
                given.value.empty() ? std::string{} : given.value.front()))
    return std::nullopt;
  return usage_error(usage_of(one),
                     "--" + row->name + ": expected " + row->allowed);
}

std::optional<early_exit> complaint(const command& one, const options& asked) {
  if (asked.operands.size() < one.min_operands) {
    return usage_error(usage_of(one), std::string{one.name} + " needs "
                                        + std::string{one.operands});
  }
  if (asked.operands.size() > one.max_operands) {
    return usage_error(usage_of(one),
                       std::string{one.name} + " takes "
                         + (one.operands.empty() ? std::string{"no operands"}
                                                 : std::string{one.operands})
                         + " and no more; put quotes around what has blanks");
  }
  return std::nullopt;
}

bool has(const std::vector<po::option>& given, std::string_view name) {
  return std::any_of(given.begin(), given.end(), [name](const po::option& one) {
    return one.position_key < 0 && one.string_key == name;
  });
}

std::variant<options, early_exit> read(const std::vector<po::option>& given,
                                       std::string_view version) {
  if (has(given, "version"))
    return early_exit{exit_code::success, std::string{version} + '\n', {}};
  options result;
  for (const auto& each : given) {
    if (each.position_key >= 0) {
      result.operands.insert(result.operands.end(), each.value.begin(),
                             each.value.end());
    }
  }
  if (result.operands.empty()) {
    return has(given, "help")
             ? early_exit{exit_code::success, general_help(), {}}
             : early_exit{exit_code::usage, {}, general_help()};
  }
  result.command = result.operands.front();
  result.operands.erase(result.operands.begin());
  const auto* const one = find_command(result.command);
  if (one == nullptr)
    return usage_error(unknown_command(result.command));
  if (has(given, "help"))
    return early_exit{exit_code::success, help_of(*one), {}};
  for (const auto& each : given) {
    if (each.unregistered) {
      return usage_error(usage_of(*one),
                         unknown_option(each.original_tokens.front()));
    }
    if (each.position_key >= 0)
      continue;
    if (auto answer = take(*one, each, result))
      return *std::move(answer);
  }
  if (auto answer = complaint(*one, result))
    return *std::move(answer);
  return result;
}

} // namespace

std::variant<options, early_exit>
parse_options(std::span<const std::string> arguments,
              std::string_view version) {
  const auto known = described_options();
  try {
    const auto parsed
      = po::command_line_parser{std::vector<std::string>{arguments.begin(),
                                                         arguments.end()}}
          .options(known)
          .allow_unregistered()
          .run();
    return read(parsed.options, version);
  } catch (const po::error& error) {
    return usage_error(one_line(error.what()));
  }
}

} // namespace thunderpush::ctl
