#pragma once

#include "tests/load/endpoint.hpp"
#include "tests/load/rest_api.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <sys/types.h>
#include <variant>

#include "tools/benchmark/traffic.hpp"

namespace thunderpush::benchmark {

/// How a server is spoken to, see dialect.hpp.
enum class server_kind { sockjs, raw, plain };

/// What the command line asks for.
struct options {
  /// Stands before each line of progress.
  std::string label;
  server_kind kind = server_kind::sockjs;
  load::endpoint server;
  load::credentials who;
  /// The server's process.
  pid_t server_process = 0;
  /// What is measured.
  traffic::settings load;
  /// A second crowd, in an open loop, whose latencies are measured while the
  /// first makes the load.
  std::optional<traffic::settings> beside;
  /// Instead of all this: connections that ask questions.
  std::size_t questions = 0;
  /// How long nothing is done once all are connected.
  std::chrono::milliseconds settling{0};
  std::chrono::milliseconds warm_up{0};
  /// The measured time; 0: nothing is published.
  std::chrono::milliseconds duration{0};
};

/// Why there is nothing to be run: a mistake, or the help that was asked for.
struct early_end {
  int status;
  std::string text;
};

std::variant<options, early_end> parse_options(int count,
                                               const char* const* words);

} // namespace thunderpush::benchmark
