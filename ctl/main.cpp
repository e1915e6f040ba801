#include "config/loggable.hpp"
#include "config/text_file.hpp"
#include "ctl/command.hpp"
#include "ctl/json.hpp"
#include "ctl/terminal.hpp"

#include <exception>
#include <iostream>
#include <span>
#include <string>
#include <unistd.h>
#include <variant>
#include <vector>

namespace {

using namespace thunderpush::ctl;

std::vector<std::string> environment_variables() {
  std::vector<std::string> variables;
  for (char** each = environ; *each != nullptr; ++each)
    variables.emplace_back(*each);
  return variables;
}

int report(const failure& why, bool as_json) {
  if (as_json) {
    std::cerr << R"({"error":)" << json_text(std::string_view{why.message})
              << "}\n";
  } else {
    std::cerr << "thunderpush-ctl: " << why.message << '\n';
  }
  return why.status;
}

result<int> run(const options& asked) {
  const auto server
    = find_target(asked, environment_variables(), thunderpush::read_text_file);
  if (const auto* error = std::get_if<failure>(&server))
    return *error;
  const invocation call{asked, std::get<target>(server),
                        choose_palette(asked.color)};
  auto outcome = find_command(asked.command)->run(call);
  std::cout.flush();
  if (!std::cout)
    return failure{"standard output cannot be written"};
  return outcome;
}

int run(std::span<const std::string> arguments) {
  const auto parsed = parse_options(arguments, THUNDERPUSH_VERSION);
  if (const auto* exit = std::get_if<thunderpush::early_exit>(&parsed)) {
    std::cout << exit->out << std::flush;
    std::cerr << exit->err << std::flush;
    return exit->status;
  }
  const auto& asked = std::get<options>(parsed);
  const auto outcome = run(asked);
  if (const auto* error = std::get_if<failure>(&outcome))
    return report(*error, asked.json);
  return std::get<int>(outcome);
}

} // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    return run(arguments);
  } catch (const std::exception& error) {
    return report({std::string{"internal error: "} + error.what()}, false);
  }
}
