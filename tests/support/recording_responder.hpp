#pragma once

#include "actors/http.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thunderpush {

/// A client's request as a test sees it: keeps what it is answered.
class recording_responder final : public http_responder {
public:
  // http_responder

  std::string client() const override { return "192.0.2.7:1234"; }

  void respond(http_response response) override {
    answers.push_back(std::move(response));
    if (const auto call = std::exchange(upon_answer, nullptr))
      call();
  }

  void hold(response_observer& who) override { observer_ = &who; }

  void begin(const http_response& head) override { heads.push_back(head); }

  void add(std::string_view part) override { added_ += part; }

  bool send() override {
    body += std::exchange(added_, {});
    return takes_all;
  }

  void end() override {
    send();
    ended = true;
  }

  void let_go() noexcept override { observer_ = nullptr; }

  // What the client does.

  /// It has taken what it was sent.
  void drains() { observer_->drained(); }

  /// It goes away.
  void goes() { std::exchange(observer_, nullptr)->lost(); }

  // What it has seen.

  bool answered() const { return !answers.empty(); }

  /// Whether somebody wants to know what becomes of it.
  bool is_held() const { return observer_ != nullptr; }

  std::vector<http_response> answers;
  std::vector<http_response> heads; ///< Of answers in parts.
  std::string body;                 ///< The parts that were sent.
  bool ended = false;
  bool takes_all = true;             ///< Of what it is sent.
  std::function<void()> upon_answer; ///< Called at the next answer.

private:
  response_observer* observer_ = nullptr;
  std::string added_;
};

} // namespace thunderpush
