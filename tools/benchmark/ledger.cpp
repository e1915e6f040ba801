#include "tools/benchmark/ledger.hpp"

namespace thunderpush::benchmark {

ledger::ledger(std::size_t receivers, std::size_t channels,
               std::size_t streams_of_a_channel)
  : streams_(streams_of_a_channel),
    next_numbers_(channels * streams_),
    arrivals_(receivers * streams_, load::sequence{0}) {}

message_number ledger::publish(std::size_t channel, std::size_t stream,
                               std::size_t receivers, clock::time_point due,
                               bool measured) {
  auto& number = next_numbers_[channel * streams_ + stream];
  published_.push_back({due, static_cast<std::uint32_t>(channel),
                        static_cast<std::uint32_t>(stream), number,
                        static_cast<std::uint32_t>(receivers), measured});
  ++number;
  if (receivers == 0)
    ++complete_;
  return static_cast<message_number>(published_.size() - 1);
}

ledger::delivery ledger::deliver(std::size_t receiver, std::size_t channel,
                                 message_number message) {
  if (message >= published_.size() || published_[message].channel != channel) {
    ++faults_.foreign;
    return {};
  }
  auto& what = published_[message];
  auto& seen = arrivals_[receiver * streams_ + what.stream];
  switch (seen.note(what.number)) {
  case load::arrival::duplicate:
    ++faults_.duplicates;
    return {};
  case load::arrival::late:
    ++faults_.out_of_order;
    break;
  case load::arrival::in_order:
  case load::arrival::after_gap: // lost, or to come out of order
    break;
  }
  const bool complete = --what.missing == 0;
  if (complete)
    ++complete_;
  return {what.due, what.measured, complete};
}

ledger::faults ledger::found() const {
  auto all = faults_;
  for (const auto& each : published_)
    all.lost += each.missing;
  return all;
}

} // namespace thunderpush::benchmark
