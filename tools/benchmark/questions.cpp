#include "tools/benchmark/questions.hpp"

#include <utility>

namespace thunderpush::benchmark {

questions::questions(load::event_loop& loop, const load::endpoint& server,
                     std::size_t connections, std::string request,
                     load::report& findings)
  : request_(std::move(request)), findings_(findings) {
  for (std::size_t i = 0; i < connections; ++i)
    connections_.emplace_back(loop, server, i);
}

void questions::begin() {
  asking_ = true;
  for (auto& each : connections_)
    ask(each);
}

void questions::ask(load::http_client& connection) {
  connection.send(
    request_, [this, &connection](const load::http_response& response) {
      if (response.status == 200)
        ++answered_;
      else
        findings_.broke("every question is answered", describe(response));
      if (asking_ && response.status != 0)
        ask(connection);
    });
}

} // namespace thunderpush::benchmark
