#pragma once

#include "ctl/latencies.hpp"
#include "tests/load/http_client.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "tools/benchmark/crowd.hpp"
#include "tools/benchmark/ledger.hpp"

namespace thunderpush::benchmark {

/// A crowd and those who publish to it.
///
/// If there are at least as many channels as publishers, each channel is
/// published to by one of them; else all publish to each.
class traffic final {
public:
  struct settings {
    crowd::settings audience;
    std::size_t publishers = 1;
    /// Size of a body in bytes.
    std::size_t payload = 128;
    /// An open loop: so many messages a second, whatever becomes of them. Else
    /// a closed one: each publisher sends when its last request was answered
    /// and fewer than `most_under_way` messages are on their way to somebody.
    std::optional<double> rate;
    std::size_t most_under_way = 1;
    /// How often each subscriber is read; 0: whenever something has come. Read
    /// in rounds there are no latencies.
    std::chrono::milliseconds round{0};
  };

  /// What has happened so far.
  struct counts {
    std::uint64_t deliveries = 0;
    std::uint64_t publishes = 0;
  };

  traffic(load::event_loop& loop, const load::endpoint& server,
          const dialect& speaks, const settings& how, load::report& findings);

  traffic(const traffic&) = delete;
  traffic& operator=(const traffic&) = delete;

  /// @returns whether all are subscribed
  bool connect(const std::function<void(std::size_t)>& on_progress) {
    return audience_.connect(on_progress);
  }

  /// Publishing begins.
  void begin();

  /// Whether messages that are due from now on are measured.
  void measure(bool whether) { measuring_ = whether; }

  /// Publishing ends; what is on its way still arrives.
  void end() { publishing_ = false; }

  /// Publishes what is due and reads those whose turn it is.
  /// @returns when it wants to be called again
  clock::time_point step();

  /// Everything was answered and has arrived.
  bool settled() const;

  const counts& counted() const { return counts_; }

  /// From when a message was due to when it had arrived, of those measured.
  const ctl::latencies& latencies() const { return latencies_; }

  /// What was lost, doubled or overtaken, which the findings are told, too.
  ledger::faults check() const;

  void leave() { audience_.leave(); }

private:
  struct publisher {
    publisher(load::event_loop& loop, const load::endpoint& server,
              std::uint64_t source, std::size_t first_channel)
      : connection(loop, server, source), next_channel(first_channel) {}

    load::http_client connection;
    std::size_t next_channel;
    bool busy = false;
    std::deque<clock::time_point> due; // open loop: what waits for its turn
  };

  void publish_due(clock::time_point now);
  void publish_more(clock::time_point now);
  void publish(std::size_t position, clock::time_point due);
  void answered(std::size_t position, const load::http_response& response);
  std::size_t take_channel(std::size_t position);
  void on_text(std::size_t subscriber, std::string_view text);
  /// @returns whether all of the text was as it should be
  bool read_messages(std::size_t subscriber, std::string_view text,
                     clock::time_point now);
  void deliver(std::size_t subscriber, message_number message,
               clock::time_point now);

  load::event_loop& loop_;
  load::endpoint server_;
  const dialect& speaks_;
  settings how_;
  load::report& findings_;
  std::size_t streams_; // of a channel
  crowd audience_;
  ledger ledger_;
  std::vector<message_shape> shapes_; // by channel
  std::deque<publisher> publishers_;
  std::deque<std::size_t> idle_; // closed loop
  std::optional<schedule> schedule_;
  std::uint64_t scheduled_ = 0;
  bool publishing_ = false;
  bool measuring_ = false;
  std::size_t busy_ = 0;
  counts counts_;
  ctl::latencies latencies_;
};

} // namespace thunderpush::benchmark
