#include "tests/load/api_client.hpp"
#include "tests/load/audience.hpp"
#include "tests/load/delivery_ledger.hpp"
#include "tests/load/presence.hpp"
#include "tests/load/scenario.hpp"

namespace thunderpush::load {

namespace {

/// Sends one message to each user; the user's number is the stream.
/// @returns false if a request failed
bool address_each(const scenario_run& run, const rest_api& requests,
                  api_client& api, std::uint64_t round) {
  for (std::size_t i = 0; i < run.settings.clients; ++i) {
    const auto answer = api.ask(requests.post_to_user(
      user_id(i),
      to_body({static_cast<std::uint32_t>(i), round, clock::now()})));
    if (answer.status != 200) {
      run.findings.broke("every publish is answered 200",
                         "user " + user_id(i) + ": " + describe(answer));
      return false;
    }
    run.findings.expect(parse_count(answer.body) == 1,
                        "every answer counts the user's one connection",
                        "user " + user_id(i) + ": got " + describe(answer));
  }
  return true;
}

} // namespace

void run_users(const scenario_run& run) {
  const auto& settings = run.settings;
  const rest_api requests{settings.server, settings.who};
  api_client api{run.loop, settings.server, settings.clients};
  presence present{run, requests, api};
  delivery_ledger ledger{run.findings, settings.clients, 1};
  audience users{
    run, "", [&run, &ledger](std::size_t client, const delivery& what) {
      if (what.channel.empty() && what.message.stream == client)
        ledger.note(client, 0, what.message.number);
      else
        run.findings.broke("every user gets only its own messages",
                           "user " + user_id(client) + " got a message for "
                             + user_id(what.message.stream));
    }};

  progress("connecting " + std::to_string(settings.clients) + " users");
  if (!users.connect())
    return;
  progress("waiting for all to be counted");
  if (!present.expect_users(settings.clients, settings.timeout))
    return;

  progress("publishing to each of them");
  const auto expected = settings.rounds * settings.clients;
  const auto begin = clock::now();
  for (std::uint64_t round = 0; round < settings.rounds; ++round)
    if (!address_each(run, requests, api, round))
      return;
  const std::chrono::duration<double> spent = clock::now() - begin;
  users.listen_until(
    [&ledger, expected] { return ledger.received() >= expected; });
  run.findings.found("published", expected);
  run.findings.found("throttled", api.throttled());
  run.findings.found("publishes_per_second",
                     static_cast<double>(expected) / spent.count());
  ledger.close({settings.rounds});

  progress("leaving");
  users.leave();
  present.expect_users(0, 2 * settings.grace);
}

} // namespace thunderpush::load
