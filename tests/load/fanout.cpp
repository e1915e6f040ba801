#include "tests/load/api_client.hpp"
#include "tests/load/audience.hpp"
#include "tests/load/delivery_ledger.hpp"
#include "tests/load/presence.hpp"
#include "tests/load/scenario.hpp"

namespace thunderpush::load {

namespace {

constexpr std::string_view channel = "c";

/// @returns how many messages the server took
std::uint64_t publish_all(const scenario_run& run, const rest_api& requests,
                          api_client& api) {
  const auto begin = clock::now();
  for (std::uint64_t n = 0; n < run.settings.publishes; ++n) {
    const auto answer = api.ask(
      requests.post_to_channel(channel, to_body({0, n, clock::now()})));
    if (answer.status != 200) {
      run.findings.broke("every publish is answered 200",
                         "message " + std::to_string(n) + ": "
                           + describe(answer));
      return n;
    }
    run.findings.expect(parse_count(answer.body) == run.settings.clients,
                        "every answer counts all subscribers",
                        "message " + std::to_string(n) + ": expected "
                          + std::to_string(run.settings.clients) + ", got "
                          + describe(answer));
  }
  const std::chrono::duration<double> spent = clock::now() - begin;
  run.findings.found("publish_seconds", spent.count());
  return run.settings.publishes;
}

} // namespace

void run_fanout(const scenario_run& run) {
  const auto& settings = run.settings;
  const rest_api requests{settings.server, settings.who};
  api_client api{run.loop, settings.server, settings.clients};
  presence present{run, requests, api};
  delivery_ledger ledger{run.findings, settings.clients, 1};
  audience subscribers{
    run, channel, [&run, &ledger](std::size_t client, const delivery& what) {
      if (what.channel == channel && what.message.stream == 0)
        ledger.note(client, 0, what.message.number);
      else
        run.findings.broke("only messages of the channel arrive",
                           "client " + std::to_string(client) + ": channel "
                             + std::string{what.channel});
    }};

  progress("connecting " + std::to_string(settings.clients) + " clients");
  if (!subscribers.connect())
    return;
  progress("waiting for all to be listed");
  if (!present.expect_members(channel, subscribers.users(), settings.timeout))
    return;

  progress("publishing");
  const auto begin = clock::now();
  const auto published = publish_all(run, requests, api);
  progress("waiting for the messages to arrive");
  const auto expected = published * settings.clients;
  std::chrono::duration<double> spent{};
  subscribers.listen_until([&ledger, &spent, begin, expected] {
    spent = clock::now() - begin;
    return ledger.received() >= expected;
  });
  run.findings.found("published", published);
  run.findings.found("throttled", api.throttled());
  run.findings.found("delivery_seconds", spent.count());
  run.findings.found("deliveries_per_second",
                     static_cast<double>(ledger.received()) / spent.count());
  ledger.close({published});

  progress("leaving");
  subscribers.leave();
  present.expect_members(channel, {}, 2 * settings.grace);
}

} // namespace thunderpush::load
