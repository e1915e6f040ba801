#include "config/completions.hpp"

#include "config/named_section.hpp"
#include "config/option_table.hpp"

#include <algorithm>
#include <cctype>

namespace thunderpush {

namespace {

using words = std::vector<std::string>;

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

words words_in(std::string_view text) {
  words result(1);
  for (const auto c : text) {
    if (c != ' ' && c != ',') {
      result.back() += c;
    } else if (!result.back().empty()) {
      result.emplace_back();
    }
  }
  if (result.back().empty())
    result.pop_back();
  return result;
}

std::string joined(const words& all, std::string_view between) {
  std::string result;
  for (const auto& one : all)
    result += (result.empty() ? std::string{} : std::string{between}) + one;
  return result;
}

// What an argument can be completed to.
enum class argument_kind { none, file, setting, word, free };

struct argument {
  argument_kind kind = argument_kind::none;
  words choice; // of `word`
};

words log_levels() {
  return words_of(*find_option("log", "level"));
}

argument argument_of(const help_entry& one) {
  const auto& text = one.flags.front().argument;
  if (text.empty())
    return {argument_kind::none, {}};
  if (text == "FILE" || text == "PATH")
    return {argument_kind::file, {}};
  if (text == "SECTION.KEY=VALUE")
    return {argument_kind::setting, {}};
  if (text == "LEVEL")
    return {argument_kind::word, log_levels()};
  if (text.find('|') != std::string::npos) {
    auto choice = text;
    std::replace(choice.begin(), choice.end(), '|', ' ');
    return {argument_kind::word, words_in(choice)};
  }
  return {argument_kind::free, {}};
}

// `server.port`; the apps of a configuration have names of their own, and
// `main` is the usual one.
std::string setting_name(const option& one) {
  return example_section(one.section) + '.' + std::string{one.key};
}

bool takes_a_file(const option& one) {
  return one.key == "file" || one.key.ends_with("_file")
         || one.key.starts_with("tls_");
}

words setting_names() {
  words result;
  for (const auto& one : option_table())
    result.push_back(setting_name(one));
  return result;
}

words commands_of(const program_help& help) {
  words result;
  for (const auto& section : help.sections) {
    if (section.title != "commands")
      continue;
    for (const auto& one : section.entries) {
      const auto name = one.head.substr(0, one.head.find(' '));
      if (std::find(result.begin(), result.end(), name) == result.end())
        result.push_back(name);
    }
  }
  return result;
}

words flags_with(const program_help& help, argument_kind kind) {
  words result;
  for (const auto& one : help.options()) {
    if (argument_of(one).kind == kind) {
      for (const auto& flag : one.flags)
        result.push_back(flag.name);
    }
  }
  return result;
}

bool takes_settings(const program_help& help) {
  return !flags_with(help, argument_kind::setting).empty();
}

// `-x` or `--long` of an option; empty if it has none.
std::string flag_of(const help_entry& one, bool is_long) {
  const auto found = std::find_if(
    one.flags.begin(), one.flags.end(), [is_long](const help_flag& flag) {
      return flag.name.starts_with("--") == is_long;
    });
  return found == one.flags.end() ? std::string{} : found->name;
}

// In single quotes, for any of the three shells.
std::string quoted(std::string_view text) {
  std::string result = "'";
  for (const auto c : text)
    result += c == '\'' ? "'\\''" : std::string{c};
  return result + '\'';
}

std::string function_of(const program_help& help) {
  auto result = '_' + help.name;
  std::replace(result.begin(), result.end(), '-', '_');
  return result;
}

std::string bash_case(const words& patterns, std::string_view body) {
  return patterns.empty() ? std::string{}
                          : "    " + joined(patterns, "|") + ") "
                              + std::string{body} + " ;;\n";
}

std::string bash_setting_cases() {
  std::string result;
  for (const auto& one : option_table()) {
    auto name = setting_name(one);
    if (section_kind_of(one.section) != nullptr)
      name = std::string{one.section} + ".*." + std::string{one.key};
    if (takes_a_file(one)) {
      result += "    " + name + ") compopt -o filenames 2> /dev/null\n"
                + "      mapfile -t found < <(compgen -f -- \"$2\") ;;\n";
    } else if (const auto all = words_of(one); !all.empty()) {
      result += "    " + name + ") mapfile -t found < <(compgen -W \""
                + joined(all, " ") + "\" -- \"$2\") ;;\n";
    }
  }
  return result;
}

std::string bash_settings(const program_help& help) {
  if (!takes_settings(help))
    return {};
  return function_of(help)
         + "_value() { # option, begin of its value: fills found\n"
           "  case $1 in\n"
         + bash_setting_cases()
         + "  esac\n"
           "}\n\n"
         + function_of(help)
         + "_setting() { # begin of SECTION.KEY=VALUE: fills found\n"
           "  if [[ $1 == *=* ]]; then\n    "
         + function_of(help)
         + "_value \"${1%%=*}\" \"${1#*=}\"\n"
           "  else\n"
           "    compopt -o nospace 2> /dev/null\n"
           "    mapfile -t found < <(compgen -S = -W \""
         + joined(setting_names(), " ")
         + "\" -- \"$1\")\n"
           "  fi\n"
           "}\n\n";
}

std::string bash_arguments(const program_help& help) {
  auto result
    = bash_case(flags_with(help, argument_kind::file),
                "compopt -o filenames 2> /dev/null\n"
                "      mapfile -t found < <(compgen -f -- \"$value\")")
      + bash_case(flags_with(help, argument_kind::setting),
                  function_of(help) + "_setting \"$value\"");
  for (const auto& one : help.options()) {
    const auto takes = argument_of(one);
    if (takes.kind != argument_kind::word)
      continue;
    words names;
    for (const auto& flag : one.flags)
      names.push_back(flag.name);
    result
      += bash_case(names, "mapfile -t found < <(compgen -W \""
                            + joined(takes.choice, " ") + R"(" -- "$value"))");
  }
  return result + bash_case(flags_with(help, argument_kind::free), ":");
}

std::string zsh_text(std::string_view text) {
  std::string result;
  for (const auto c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\')
      result += '\\';
    result += c;
  }
  return result;
}

std::string zsh_action(const help_entry& one, const program_help& help) {
  const auto takes = argument_of(one);
  const auto name = ':' + zsh_text(one.flags.front().argument) + ':';
  switch (takes.kind) {
  case argument_kind::none:
    return {};
  case argument_kind::file:
    return name + "_files";
  case argument_kind::setting:
    return name + function_of(help) + "_setting";
  case argument_kind::word:
    return name + '(' + joined(takes.choice, " ") + ')';
  case argument_kind::free:
    break;
  }
  return name + ' ';
}

// '(-p --port)'{-p+,--port=}'[TCP port]:PORT: '
std::string zsh_option(const help_entry& one, const program_help& help) {
  const auto takes = argument_of(one);
  const auto is_repeatable = takes.kind == argument_kind::setting;
  words names;
  words spelled;
  for (const auto& flag : one.flags) {
    names.push_back(flag.name);
    const auto is_long = flag.name.starts_with("--");
    spelled.push_back(takes.kind == argument_kind::none
                        ? flag.name
                        : flag.name + (is_long ? "=" : "+"));
  }
  const auto exclusion
    = is_repeatable ? std::string{"'*'"} : "'(" + joined(names, " ") + ")'";
  const auto spellings
    = spelled.size() == 1 ? spelled.front() : '{' + joined(spelled, ",") + '}';
  return "    " + exclusion + spellings
         + quoted('[' + zsh_text(one.text) + ']' + zsh_action(one, help))
         + " \\\n";
}

std::string zsh_setting_cases() {
  std::string result;
  for (const auto& one : option_table()) {
    auto name = setting_name(one);
    if (section_kind_of(one.section) != nullptr)
      name = std::string{one.section} + ".*." + std::string{one.key};
    if (takes_a_file(one)) {
      result += "      " + name + ") _files ;;\n";
    } else if (const auto all = words_of(one); !all.empty()) {
      result += "      " + name + ") compadd -- " + joined(all, " ") + " ;;\n";
    }
  }
  return result;
}

std::string zsh_settings(const program_help& help) {
  if (!takes_settings(help))
    return {};
  return function_of(help)
         + "_setting() {\n"
           "  local name=${PREFIX%%=*}\n"
           "  if compset -P '*='; then\n"
           "    case $name in\n"
         + zsh_setting_cases()
         + "    esac\n"
           "  else\n"
           "    compadd -S '' -- "
         + joined(setting_names(), "= ")
         + "=\n"
           "  fi\n"
           "}\n\n";
}

std::string fish_line(const help_entry& one, const program_help& help) {
  auto result = "complete -c " + help.name;
  if (const auto name = flag_of(one, false); !name.empty())
    result += " -s " + name.substr(1);
  if (const auto name = flag_of(one, true); !name.empty())
    result += " -l " + name.substr(2);
  const auto takes = argument_of(one);
  switch (takes.kind) {
  case argument_kind::none:
    break;
  case argument_kind::file:
    result += " -r -F";
    break;
  case argument_kind::setting:
    result += " -x -a '(_" + help.name + "_settings)'";
    break;
  case argument_kind::word:
    result += " -x -a " + quoted(joined(takes.choice, " "));
    break;
  case argument_kind::free:
    result += " -x";
    break;
  }
  return result + " -d " + quoted(one.text) + '\n';
}

std::string fish_settings(const program_help& help) {
  if (!takes_settings(help))
    return {};
  auto result = "function _" + help.name + "_settings\n";
  for (const auto& one : option_table()) {
    const auto name = setting_name(one);
    words lines{name + "="};
    for (const auto& word : words_of(one))
      lines.push_back(lines.front() + word);
    result += "    printf '%s\\n' " + joined(lines, " ") + '\n';
  }
  return result + "end\n\n";
}

} // namespace

std::vector<std::string> words_of(const option& which) {
  // Who takes any word takes no particular ones.
  auto scratch = scratch_settings();
  if (which.confidential || which.assign(scratch, "no-such-word"))
    return {};
  const std::string_view allowed = which.allowed;
  words result;
  auto candidates = words_in(allowed.substr(0, allowed.find('(')));
  if (which.default_text)
    candidates.emplace_back(*which.default_text);
  for (auto& one : candidates) {
    const auto is_new
      = std::find(result.begin(), result.end(), one) == result.end();
    if (is_new && !one.empty() && is_letter(one.front())
        && which.assign(scratch, one))
      result.push_back(std::move(one));
  }
  return result;
}

std::string bash_completion(const program_help& help) {
  words names;
  for (const auto& one : help.options()) {
    for (const auto& flag : one.flags)
      names.push_back(flag.name);
  }
  const auto function = function_of(help);
  return "# bash completion for " + help.name + "\n\n" + bash_settings(help)
         + function
         + "() {\n"
           "  local current previous option value typed\n"
           "  local -a line found=()\n"
           "  # Readline splits words at = and :, blanks alone count here.\n"
           "  typed=${COMP_LINE:0:COMP_POINT}\n"
           "  read -ra line <<< \"$typed\"\n"
           "  [[ $typed == *[[:space:]] ]] && line+=(\"\")\n"
           "  current=${line[${#line[@]}-1]}\n"
           "  previous=${line[${#line[@]}-2]}\n"
           "  option=$previous value=$current\n"
           "  if [[ $current == --*=* ]]; then\n"
           "    option=${current%%=*} value=${current#*=}\n"
           "  fi\n"
           "  case $option in\n"
         + bash_arguments(help)
         + "    *)\n"
           "      if [[ $current == -* ]]; then\n"
           "        mapfile -t found < <(compgen -W \""
         + joined(names, " ")
         + "\" -- \"$current\")\n"
           "      else\n"
           "        mapfile -t found < <(compgen -W \""
         + joined(commands_of(help), " ")
         + "\" -- \"$current\")\n"
           "      fi ;;\n"
           "  esac\n"
           "  # Readline replaces what stands behind the last = or : only.\n"
           "  local before=${value%\"${value##*[=:]}\"}\n"
           "  COMPREPLY=(\"${found[@]#\"$before\"}\")\n"
           "}\n"
           "complete -F "
         + function + ' ' + help.name + '\n';
}

std::string zsh_completion(const program_help& help) {
  std::string options;
  for (const auto& one : help.options())
    options += zsh_option(one, help);
  const auto commands = commands_of(help);
  return "#compdef " + help.name + "\n\n" + zsh_settings(help)
         + "_arguments -s \\\n" + options
         + (commands.empty() ? "    '*:argument: '\n"
                             : "    '1:command:(" + joined(commands, " ")
                                 + ")' '*:argument: '\n");
}

std::string fish_completion(const program_help& help) {
  std::string result = "# fish completion for " + help.name + "\n\n"
                       + fish_settings(help) + "complete -c " + help.name
                       + " -f\n";
  for (const auto& one : help.options())
    result += fish_line(one, help);
  for (const auto& section : help.sections) {
    if (section.title != "commands")
      continue;
    for (const auto& one : section.entries) {
      result += "complete -c " + help.name + " -n __fish_use_subcommand -a "
                + quoted(one.head.substr(0, one.head.find(' '))) + " -d "
                + quoted(one.text) + '\n';
    }
  }
  return result;
}

} // namespace thunderpush
