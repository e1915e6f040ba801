#include "tests/load/delivery_ledger.hpp"

#include <algorithm>

namespace thunderpush::load {

namespace {

std::string who(std::size_t client, std::size_t stream) {
  return "client " + std::to_string(client) + ", stream "
         + std::to_string(stream) + ": ";
}

} // namespace

delivery_ledger::delivery_ledger(report& findings, std::size_t clients,
                                 std::size_t streams)
  : findings_(findings),
    streams_(streams),
    sequences_(clients * streams, sequence{0}) {}

void delivery_ledger::note(std::size_t client, std::size_t stream,
                           std::uint64_t number) {
  auto& seen = sequences_[client * streams_ + stream];
  const auto expected = seen.next();
  const auto how = seen.note(number);
  if (how != arrival::duplicate)
    ++received_;
  switch (how) {
  case arrival::in_order:
    break;
  case arrival::after_gap:
    findings_.broke("messages arrive in order and without gaps",
                    who(client, stream) + "got " + std::to_string(number)
                      + " where " + std::to_string(expected) + " was expected");
    break;
  case arrival::late:
    ++late_;
    break;
  case arrival::duplicate:
    ++duplicates_;
    findings_.broke("no message arrives twice", who(client, stream) + "got "
                                                  + std::to_string(number)
                                                  + " again");
    break;
  }
}

void delivery_ledger::close(const std::vector<std::uint64_t>& published) {
  std::uint64_t lost = 0;
  for (std::size_t i = 0; i < sequences_.size(); ++i) {
    const auto& seen = sequences_[i];
    const auto all = published[i % streams_];
    const auto lost_here = seen.missing() + all - std::min(all, seen.next());
    lost += lost_here;
    findings_.expect(lost_here == 0, "no message is lost",
                     who(i / streams_, i % streams_) + std::to_string(lost_here)
                       + " of " + std::to_string(all) + " did not arrive");
    findings_.expect(seen.next() <= all, "only what was published arrives",
                     who(i / streams_, i % streams_) + "got "
                       + std::to_string(seen.next() - 1) + ", but only "
                       + std::to_string(all) + " were published");
  }
  findings_.found("received", received_);
  findings_.found("lost", lost);
  findings_.found("duplicates", duplicates_);
  findings_.found("late", late_);
}

} // namespace thunderpush::load
