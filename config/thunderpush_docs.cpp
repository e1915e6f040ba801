// Writes what goes along with the programs: manual pages and completions.
//
//   thunderpush-docs man daemon           thunderpush(1)
//   thunderpush-docs man configuration    thunderpush.conf(5)
//   thunderpush-docs man program < HELP   of another program, by its --help
//                                         and that of each of its commands
//   thunderpush-docs completion bash|zsh|fish [program < HELP]

#include "config/command_line.hpp"
#include "config/completions.hpp"
#include "config/early_exit.hpp"
#include "config/man_pages.hpp"
#include "config/program_help.hpp"

#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace {

using namespace thunderpush;

constexpr edition current{THUNDERPUSH_DATE, THUNDERPUSH_VERSION};

program_help daemon_help() {
  const std::vector<std::string> arguments{"--help"};
  return parse_help(
    std::get<early_exit>(parse_command_line(arguments, THUNDERPUSH_VERSION))
      .out);
}

program_help help_from_input() {
  return parse_help(std::string{std::istreambuf_iterator<char>{std::cin}, {}});
}

using page = std::function<std::string(edition)>;
using completion = std::function<std::string(const program_help&)>;

int run(const std::vector<std::string>& words) {
  const std::map<std::string, page> pages{
    {"daemon", [](edition of) { return daemon_page(daemon_help(), of); }},
    {"configuration", configuration_page},
    {"program", [](edition of) { return program_page(help_from_input(), of); }},
  };
  const std::map<std::string, completion> completions{
    {"bash", bash_completion},
    {"zsh", zsh_completion},
    {"fish", fish_completion}};
  if (words.size() == 2 && words[0] == "man") {
    if (const auto made = pages.find(words[1]); made != pages.end()) {
      std::cout << made->second(current);
      return 0;
    }
  }
  const auto of_other = words.size() == 3 && words[2] == "program";
  if ((words.size() == 2 || of_other) && words[0] == "completion") {
    const auto made = completions.find(words[1]);
    if (made != completions.end()) {
      std::cout << made->second(of_other ? help_from_input() : daemon_help());
      return 0;
    }
  }
  std::cerr << "usage: thunderpush-docs man daemon|configuration|program\n"
               "       thunderpush-docs completion bash|zsh|fish [program]\n";
  return 2;
}

} // namespace

int main(int argc, char** argv) {
  return run(std::vector<std::string>(argv + 1, argv + argc));
}
