#pragma once

#include "api/admin.hpp"
#include "tests/support/deterministic_node.hpp"
#include "tests/support/recording_responder.hpp"

#include <doctest/doctest.h>
#include <rapidjson/document.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pages/pages.hpp"

namespace thunderpush {

/// A process that does what the test says.
class scripted_process final : public process_control {
public:
  std::vector<setting> settings_in_effect() const override { return settings; }

  void reload(std::function<void(reload_outcome)> done) override {
    reloads.push_back(std::move(done));
  }

  std::vector<std::string>
  reasons_not_ready(std::size_t connections) const override {
    seen_connections = connections;
    return reasons;
  }

  std::vector<setting> settings;
  std::vector<std::string> reasons;
  std::vector<std::function<void(reload_outcome)>> reloads; ///< Under way.
  mutable std::size_t seen_connections = 0;
};

/// An actor of any kind and name that does nothing.
class bystander final : public pinned<bystander, accepts<continue_walk>> {
public:
  bystander(caf::actor_config& config, thunderpush::home& where,
            actor_kind kind, std::string name)
    : pinned(config, where, kind), name_(std::move(name)) {}

  std::string_view label() const noexcept override { return name_; }
  void on(const continue_walk&) {}

private:
  std::string name_;
};

/// A deterministic node with the admin endpoint on its first home.
class admin_node : public deterministic_node {
public:
  using answer_box = std::shared_ptr<recording_responder>;
  using ids = std::vector<std::uint64_t>;

  explicit admin_node(const limit_settings& limits = {},
                      const std::string& token = {})
    : deterministic_node(limits),
      desk_(node().at(0).spawn<admin>(
        node().shared(),
        admin_setup{"1.2.3", admin_description(),
                    admin_access{token, "127.0.0.1"}, process})) {
    keep_.push_back(desk_.ref().address());
    run();
  }

  admin& desk() { return desk_; }

  /// Asks and goes on.
  answer_box asks_for(std::string_view target, std::string_view method = "GET",
                      std::string_view body = {}) {
    auto box = std::make_shared<recording_responder>();
    asks_for(target, method, box, body);
    return box;
  }

  void asks_for(std::string_view target, std::string_view method,
                const answer_box& box, std::string_view body = {}) {
    const std::vector<http_field> fields{{"Host", "localhost:9090"}};
    http_request request;
    request.method = method;
    request.target = target;
    request.body = body;
    request.fields = fields;
    desk_.handle(request, box);
  }

  /// Asks, lets everything settle and returns the one answer.
  http_response answer_to(std::string_view target,
                          std::string_view method = "GET",
                          std::string_view body = {}) {
    const auto box = asks_for(target, method, body);
    run();
    REQUIRE(box->answers.size() == 1);
    return box->answers.front();
  }

  rapidjson::Document json(std::string_view target,
                           std::string_view method = "GET",
                           std::string_view body = {}) {
    const auto response = answer_to(target, method, body);
    CAPTURE(response.body);
    CHECK(response.status == 200);
    rapidjson::Document parsed;
    parsed.Parse(response.body);
    REQUIRE_FALSE(parsed.HasParseError());
    return parsed;
  }

  std::uint64_t spawn(std::size_t home, actor_kind kind,
                      std::string name = {}) {
    auto& made = node().at(home).spawn<bystander>(kind, std::move(name));
    keep_.push_back(made.ref().address());
    extras_.push_back(made.ref());
    return made.id();
  }

  /// Gives the latest bystander so many messages to handle.
  void occupy(int messages) {
    for (int i = 0; i < messages; ++i)
      extras_.back().tell(continue_walk{});
    run();
  }

  void end_latest() {
    extras_.back().retire();
    extras_.pop_back();
    run();
  }

  /// Runs the admin's home and no other.
  void run_first_home() {
    while (node().at(0).poll()) {
    }
  }

  void advance_first_home(std::chrono::milliseconds by) {
    for (; by.count() > 0; by -= timer_wheel::tick) {
      manual_clock::time += timer_wheel::tick;
      node().at(0).tick();
      run_first_home();
    }
  }

  scripted_process process;

private:
  admin& desk_;
  std::vector<caf::strong_actor_ptr> keep_;
  std::vector<actor_ref<bystander::interface>> extras_;
};

} // namespace thunderpush
