#pragma once

#include "tests/load/report.hpp"
#include "tests/load/sequence.hpp"

#include <cstdint>
#include <vector>

namespace thunderpush::load {

/// Books what each client has got of streams that all start at 0 and that every
/// client must get completely, in order and once.
class delivery_ledger {
public:
  delivery_ledger(report& findings, std::size_t clients, std::size_t streams);

  /// Books a delivery; what is not in order is a broken expectation.
  void note(std::size_t client, std::size_t stream, std::uint64_t number);

  /// Different messages that arrived, summed over the clients.
  std::uint64_t received() const { return received_; }

  /// Every client must by now have so many messages of each stream. Adds the
  /// figures `received`, `lost`, `duplicates`, `late` to the report.
  void close(const std::vector<std::uint64_t>& published);

private:
  report& findings_;
  std::size_t streams_;
  std::vector<sequence> sequences_;
  std::uint64_t received_ = 0;
  std::uint64_t duplicates_ = 0;
  std::uint64_t late_ = 0;
};

} // namespace thunderpush::load
