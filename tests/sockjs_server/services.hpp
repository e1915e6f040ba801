#pragma once

#include "actors/endpoint.hpp"
#include "actors/home.hpp"
#include "actors/pinned_actor.hpp"
#include "config/settings.hpp"

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush {

class test_service;

/// A client of a test service. Messages are strings, both ways.
class visitor final : public pinned<visitor, accepts<>, endpoint> {
public:
  visitor(caf::actor_config& config, thunderpush::home& where,
          const limit_settings& limits, std::unique_ptr<client_link> link,
          test_service& host);

  bool handle(std::string_view message) override;

  /// Sends a message.
  void say(std::string_view text);

private:
  void opened() override;
  void leave() override;

  test_service& host_;
  const bool raw_; // a message is sent as it is, not as a JSON string
};

/// What a service does with its clients, on one home.
class test_service : public endpoint_factory {
public:
  explicit test_service(home& where) : home_(where) {}

  endpoint& open(std::unique_ptr<client_link> link) final;

  virtual void opened(visitor&) {}
  virtual void received(visitor&, std::string_view) {}
  virtual void left(visitor&) {}

protected:
  home& home_;

private:
  limit_settings limits_;
};

/// Sends every message back.
class echo_service final : public test_service {
public:
  using test_service::test_service;
  void received(visitor& from, std::string_view message) override;
};

/// Closes every client as soon as it is there.
class close_service final : public test_service {
public:
  using test_service::test_service;
  void opened(visitor& who) override;
};

/// Answers a number N from 1 to 19 with 2^N times the letter x.
class amplify_service final : public test_service {
public:
  using test_service::test_service;
  void received(visitor& from, std::string_view message) override;
};

/// Says `tick!` to all clients each second.
class ticker_service final : public test_service, private timer {
public:
  using test_service::test_service;
  void opened(visitor& who) override;
  void left(visitor& who) override;

private:
  void expired() override;

  std::set<visitor*> clients_;
};

/// Sends every message to all clients, on all homes.
class broadcast_service final : public test_service {
public:
  using group = std::vector<broadcast_service*>;

  /// `all` is complete before the first client comes.
  broadcast_service(home& where, const group& all)
    : test_service(where), all_(all) {}

  void opened(visitor& who) override;
  void left(visitor& who) override;
  void received(visitor& from, std::string_view message) override;

private:
  const group& all_;
  std::set<visitor*> clients_;
};

} // namespace thunderpush
