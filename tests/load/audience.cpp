#include "tests/load/audience.hpp"

#include <algorithm>
#include <utility>

namespace thunderpush::load {

namespace {

// Well below the server's listen backlog: a dropped SYN is repeated only after
// a second.
constexpr std::size_t handshakes_at_a_time = 256;

constexpr std::size_t progress_step = 1'000;

constexpr std::chrono::milliseconds afterwards{250};

} // namespace

std::string user_id(std::size_t n) {
  return "u" + std::to_string(n);
}

audience::audience(const scenario_run& run, std::string_view channel,
                   delivery_handler on_delivery)
  : audience(
    run, [name = std::string{channel}](std::size_t) { return name; },
    std::move(on_delivery)) {}

audience::audience(const scenario_run& run, channel_choice channels,
                   delivery_handler on_delivery)
  : run_(run),
    channels_(std::move(channels)),
    on_delivery_(std::move(on_delivery)),
    ready_(run.settings.clients, false) {
  push_client_events& self = *this;
  for (std::size_t i = 0; i < run.settings.clients; ++i)
    clients_.emplace_back(run.loop, self, run.settings.how, i);
}

std::vector<std::string> audience::users() const {
  std::vector<std::string> ids;
  for (const auto& client : clients_)
    ids.push_back(user_id(client.index()));
  return ids;
}

bool audience::connect() {
  const auto begin = clock::now();
  for (std::size_t i = 0; i < handshakes_at_a_time; ++i)
    connect_next();
  const bool in_time = run_.loop.run_until(
    [this] { return connected_ + failed_ == clients_.size(); });
  const std::chrono::duration<double> spent = clock::now() - begin;
  run_.findings.found("connected", std::uint64_t{connected_});
  run_.findings.found("connect_seconds", spent.count());
  run_.findings.expect(in_time, "every client connects",
                       std::to_string(connected_) + " of "
                         + std::to_string(clients_.size())
                         + " were connected when the time was over");
  return in_time && failed_ == 0;
}

void audience::prepare_to_stall(std::size_t count) {
  stalling_ = count;
  for (std::size_t i = 0; i < count; ++i)
    clients_[i].keep_buffers_small();
}

void audience::stall() {
  stalled_ = true;
  for (std::size_t i = 0; i < stalling_; ++i)
    clients_[i].stop_reading();
}

void audience::listen_until(const std::function<bool()>& complete) {
  auto seen = deliveries_;
  auto deadline = clock::now() + run_.settings.grace;
  while (!run_.loop.run_until(complete, deadline) && deliveries_ != seen) {
    seen = deliveries_;
    deadline = clock::now() + run_.settings.grace;
  }
  run_.loop.run_for(afterwards);
}

void audience::leave() {
  for (auto& client : clients_)
    client.abandon();
}

void audience::connect_next() {
  if (started_ == clients_.size())
    return;
  const auto index = started_++;
  clients_[index].connect(run_.settings.server, index);
}

void audience::on_ready(push_client& client) {
  client.command("CONNECT " + user_id(client.index()) + ":"
                 + run_.settings.who.key);
  if (const auto channels = channels_(client.index()); !channels.empty())
    client.command("SUBSCRIBE " + channels);
  ready_[client.index()] = true;
  if (++connected_ % progress_step == 0)
    progress(std::to_string(connected_) + " clients connected");
  connect_next();
}

void audience::on_delivery(push_client& client, const delivery& what) {
  ++deliveries_;
  on_delivery_(client.index(), what);
}

void audience::on_end(push_client& client, const connection_end& end) {
  if (stalled_ && client.index() < stalling_)
    return;
  auto detail = "client " + std::to_string(client.index()) + ": " + end.reason
                + ", close code " + std::to_string(end.code);
  if (ready_[client.index()]) {
    run_.findings.broke("every client stays connected", std::move(detail));
    return;
  }
  ++failed_;
  run_.findings.broke("every client connects", std::move(detail));
  connect_next();
}

} // namespace thunderpush::load
