#pragma once

#include "tests/load/http_client.hpp"
#include "tests/load/report.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

namespace thunderpush::benchmark {

/// Connections that ask the same thing over and over, each again as soon as it
/// was answered.
class questions {
public:
  questions(load::event_loop& loop, const load::endpoint& server,
            std::size_t connections, std::string request,
            load::report& findings);

  questions(const questions&) = delete;
  questions& operator=(const questions&) = delete;

  void begin();

  /// No more questions.
  void end() { asking_ = false; }

  /// How many were answered.
  std::uint64_t answered() const { return answered_; }

private:
  void ask(load::http_client& connection);

  std::string request_;
  load::report& findings_;
  std::deque<load::http_client> connections_;
  bool asking_ = false;
  std::uint64_t answered_ = 0;
};

} // namespace thunderpush::benchmark
