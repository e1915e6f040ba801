#include "config/configuration.hpp"
#include "config/exit_status.hpp"
#include "config/log.hpp"
#include "transport/tls/context.hpp"

#include <cstdlib>
#include <exception>
#include <iostream>
#include <span>
#include <string>
#include <unistd.h>
#include <utility>
#include <variant>
#include <vector>

#include "daemon/server.hpp"
#include "identity/jwt_verifier.hpp"

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
  const auto read = [arguments] {
    return thunderpush::read_configuration(
      arguments, environment_variables(), THUNDERPUSH_VERSION,
      thunderpush::read_text_file, thunderpush::token_key_fault,
      thunderpush::tls::fault_of);
  };
  auto found = read();
  if (const auto* exit = std::get_if<thunderpush::early_exit>(&found))
    return leave(*exit);
  auto& chosen = std::get<thunderpush::configuration>(found);
  if (const auto error = thunderpush::start_logging(chosen.values.log)) {
    std::cerr << "thunderpush: " << *error << '\n';
    return thunderpush::exit_status::start_failed;
  }
  for (const auto& warning : chosen.warnings)
    thunderpush::log_warning("config", warning);
  return thunderpush::serve(std::move(chosen), read);
}

int status_of(int argc, char** argv) {
  try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    return run(arguments);
  } catch (const std::exception& error) {
    std::cerr << "thunderpush: internal error: " << error.what() << '\n';
    return thunderpush::exit_status::internal_error;
  }
}

} // namespace

int main(int argc, char** argv) {
  const auto status = status_of(argc, argv);
  thunderpush::stop_logging();
  return status;
}
