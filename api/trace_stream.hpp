#pragma once

#include "actors/home.hpp"
#include "actors/http.hpp"
#include "actors/messages.hpp"
#include "actors/timer_wheel.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace thunderpush {

/// The answer to a client that looks on: server-sent events (HTML, 9.2), one of
/// type `trace` for each report, and one of type `end`. What the client does
/// not take in time is left out and counted. Lives on one home.
class trace_stream final : private response_observer, private timer {
public:
  /// Begins the answer. It ends after `time`, or when the client goes: then
  /// `over` is called, which destroys it.
  trace_stream(home& where, std::shared_ptr<http_responder> to,
               std::chrono::seconds time, std::function<void()> over);
  trace_stream(const trace_stream&) = delete;
  trace_stream& operator=(const trace_stream&) = delete;
  ~trace_stream() override;

  void add(trace_noted event);

private:
  void drained() override;
  void lost() override;
  void expired() override;
  void send(std::string_view type, std::string_view data);

  const std::shared_ptr<http_responder> to_;
  const std::function<void()> over_;
  std::uint64_t missed_ = 0;
  bool waiting_ = false; // for the client to take what was sent
  bool lost_ = false;
};

} // namespace thunderpush
