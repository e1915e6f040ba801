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
class service_client final
  : public pinned<service_client, accepts<>, endpoint> {
public:
  service_client(caf::actor_config& config, thunderpush::home& where,
                 const limit_settings& limits,
                 std::unique_ptr<client_link> link, test_service& host);

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
  explicit test_service(home& where);

  endpoint& open(std::unique_ptr<client_link> link, visitor who) final;

  virtual void opened(service_client&) {}
  virtual void received(service_client&, std::string_view) {}
  virtual void left(service_client&) {}

protected:
  home& home_;

private:
  const limit_settings limits_;
};

/// Sends every message back.
class echo_service final : public test_service {
public:
  using test_service::test_service;
  void received(service_client& from, std::string_view message) override;
};

/// Closes every client as soon as it is there.
class close_service final : public test_service {
public:
  using test_service::test_service;
  void opened(service_client& who) override;
};

/// Answers a number N from 1 to 19 with 2^N times the letter x.
class amplify_service final : public test_service {
public:
  using test_service::test_service;
  void received(service_client& from, std::string_view message) override;
};

/// Says `tick!` to all clients each second.
class ticker_service final : public test_service, private timer {
public:
  using test_service::test_service;
  void opened(service_client& who) override;
  void left(service_client& who) override;

private:
  void expired() override;

  std::set<service_client*> clients_;
};

/// Sends every message to all clients, on all homes.
class broadcast_service final : public test_service {
public:
  using group = std::vector<broadcast_service*>;

  /// `all` is complete before the first client comes.
  broadcast_service(home& where, const group& all)
    : test_service(where), all_(all) {}

  void opened(service_client& who) override;
  void left(service_client& who) override;
  void received(service_client& from, std::string_view message) override;

private:
  const group& all_;
  std::set<service_client*> clients_;
};

} // namespace thunderpush
