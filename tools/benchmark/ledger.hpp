#pragma once

#include "tests/load/sequence.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tools/benchmark/message_shape.hpp"
#include "tools/benchmark/schedule.hpp"

namespace thunderpush::benchmark {

/// What was published, who has got it, and in which order.
///
/// A channel has as many streams as publishers: all receivers get the messages
/// of one stream in the order of their numbers. Receivers and streams are told
/// apart by positions; those of a stream are within its channel.
class ledger {
public:
  /// What a delivery means.
  struct delivery {
    /// When the message was due.
    clock::time_point due;
    /// It was due in the measured time.
    bool measured = false;
    /// Nobody waits for it any more.
    bool complete = false;
  };

  /// What should not have been.
  struct faults {
    std::uint64_t lost = 0;
    std::uint64_t duplicates = 0;
    /// Overtaken by a later one of its stream.
    std::uint64_t out_of_order = 0;
    /// Never published, or to another channel.
    std::uint64_t foreign = 0;

    bool any() const { return lost + duplicates + out_of_order + foreign > 0; }
    bool operator==(const faults&) const = default;
  };

  ledger(std::size_t receivers, std::size_t channels,
         std::size_t streams_of_a_channel);

  /// Books a message that is about to be sent.
  message_number publish(std::size_t channel, std::size_t stream,
                         std::size_t receivers, clock::time_point due,
                         bool measured);

  /// Books a delivery.
  delivery deliver(std::size_t receiver, std::size_t channel,
                   message_number message);

  /// Messages that somebody waits for.
  std::uint64_t under_way() const { return published_.size() - complete_; }

  /// What has gone wrong if nothing arrives any more.
  faults found() const;

private:
  struct publication {
    clock::time_point due;
    std::uint32_t channel;
    std::uint32_t stream;
    std::uint32_t number; // within the stream
    std::uint32_t missing;
    bool measured;
  };

  std::size_t streams_;
  std::vector<std::uint32_t> next_numbers_; // by channel and stream
  std::vector<load::sequence> arrivals_;    // by receiver and stream
  std::vector<publication> published_;
  std::uint64_t complete_ = 0;
  faults faults_;
};

} // namespace thunderpush::benchmark
