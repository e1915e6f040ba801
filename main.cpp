#include "config/configuration.hpp"
#include "config/exit_status.hpp"
#include "config/log.hpp"

#include <cstdlib>
#include <exception>
#include <iostream>
#include <span>
#include <string>
#include <unistd.h>
#include <variant>
#include <vector>

#include "server.hpp"

namespace {

std::vector<std::string> environment_variables() {
  std::vector<std::string> variables;
  for (char** each = environ; *each != nullptr; ++each)
    variables.emplace_back(*each);
  return variables;
}

int leave(const thunderpush::early_exit& how) {
  std::cout << how.out << std::flush;
  std::cerr << how.err << std::flush;
  return how.status;
}

int run(std::span<const std::string> arguments) {
  const auto found = thunderpush::read_configuration(
    arguments, environment_variables(), THUNDERPUSH_VERSION,
    thunderpush::read_text_file);
  if (const auto* exit = std::get_if<thunderpush::early_exit>(&found))
    return leave(*exit);
  const auto& chosen = std::get<thunderpush::configuration>(found);
  thunderpush::start_logging(chosen.values.log.level);
  for (const auto& warning : chosen.warnings)
    thunderpush::log_warning("config", warning);
  return thunderpush::serve(chosen.values);
}

} // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    return run(arguments);
  } catch (const std::exception& error) {
    std::cerr << "thunderpush: internal error: " << error.what() << '\n';
    return thunderpush::exit_status::internal_error;
  }
}
