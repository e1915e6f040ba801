// Compressed messages of clients (RFC 7692): never larger than the limit,
// always the same, and what we compress is what comes out. The first byte of
// the input chooses the limit, seldom far above what is inflated at a time; the
// rest is a payload.

#include "tests/fuzz/target.hpp"
#include "transport/websocket/deflate.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace thunderpush::websocket;
using thunderpush::fuzz::require;

using outcome = inflater::outcome;

void check_round_trip(std::string_view message, window_bits window) {
  deflater& with = deflater::of_thread(window);
  const auto payload = with.compress(message);
  if (!payload)
    return;
  require(payload->size() < message.size());
  std::vector<char> again;
  require(inflater::of_thread().inflate(*payload, message.size(), again)
          == outcome::done);
  require(std::string_view(again.data(), again.size()) == message);
  std::vector<char> cut;
  require(inflater::of_thread().inflate(*payload, message.size() - 1, cut)
          == outcome::too_big);
}

std::size_t limit_of(std::uint8_t byte) {
  constexpr unsigned often = 252;
  return byte < often ? std::size_t{byte} * 16 : std::size_t{byte} * 256;
}

void run(std::string_view input) {
  thunderpush::fuzz::input_reader in{input};
  const auto limit = limit_of(in.byte());
  const auto payload = in.rest();
  std::vector<char> message;
  const auto found = inflater::of_thread().inflate(payload, limit, message);
  require(message.size() <= limit && message.capacity() <= 2 * limit + 1);

  // A fresh one says the same: nothing is left of the last message.
  inflater fresh;
  std::vector<char> same;
  require(fresh.inflate(payload, limit, same) == found && same == message);

  if (found == outcome::done) {
    std::vector<char> exact;
    require(fresh.inflate(payload, message.size(), exact) == outcome::done
            && exact == message);
    check_round_trip({message.data(), message.size()}, window_bits::full);
  }
  check_round_trip(payload, window_bits::full);
  check_round_trip(payload, window_bits::narrow);
}

const thunderpush::fuzz::registration made{"websocket_deflate", run};

} // namespace
