// Clients behind a proxy that delays, dribbles, cuts and swallows.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { see } from "../blackbox/support/admin.js";
import { eventually } from "../blackbox/support/deadline.js";
import { untilListed } from "../blackbox/support/expect.js";
import { APPS } from "../blackbox/support/server.js";
import { withOwnServer } from "../blackbox/support/suite.js";
import { ChaosProxy } from "./support/chaos_proxy.js";
import { Follower, SOCKETS } from "./support/follower.js";
import { PollingFollower } from "./support/polling_follower.js";

const { key } = APPS.main;
const CHANNEL = "news";
const SEEDS = [1, 2, 3];
const RETURNS = 3; // of each client
const LAST = 10; // numbers that are published in peace

const config = { log: { level: "info" }, sockjs: { disconnect_delay: "1s" } };
/// Who is not cut off is not taken for gone either, on the busiest machine.
const patient = { ...config, sockjs: { disconnect_delay: "1m" } };

const ofSocket = (socket) => (options) => new Follower({ ...options, socket });
const KINDS = Object.fromEntries(
  Object.entries(SOCKETS).map(([kind, socket]) => [kind, ofSocket(socket)]),
);
const BY_WEBSOCKET = {
  "a raw WebSocket": KINDS["a raw WebSocket"],
  "SockJS by websocket": KINDS["SockJS by websocket"],
};
/// Not sockjs-client by HTTP, which in Node.js does not notice that an answer
/// was cut off.
const KINDS_THAT_NOTICE = {
  ...BY_WEBSOCKET,
  polling: (options) => new PollingFollower(options),
};
/// After how many bytes connections are cut: not within what SockJS asks first.
const CUT_AFTER = { polling: [200, 2_500], default: [900, 3_000] };

/// A client for each kind and seed, each behind a proxy of its own; `body` runs
/// with clients, proxies and publish(), which publishes the next number.
async function behindProxies(ctx, kinds, treatment, body) {
  const proxies = [];
  const clients = [];
  try {
    for (const [kind, make] of Object.entries(kinds)) {
      for (const seed of SEEDS) {
        const proxy = await ChaosProxy.start(ctx.port, { seed, ...treatment(kind) });
        proxies.push(proxy);
        const user = `${kind}, seed ${seed}`;
        clients.push(make({ port: proxy.port, key, user, channel: CHANNEL }));
      }
    }
    const rest = ctx.rest();
    let next = 0;
    const publish = async () => {
      const answer = await rest.publish(CHANNEL, String(next++));
      assert.equal(answer.status, 200, String(answer));
      return next - 1;
    };
    await body({ proxies, clients, publish });
  } finally {
    await Promise.all(clients.map((each) => each.close()));
    await Promise.all(proxies.map((each) => each.close()));
  }
}

describe("through a proxy", () => {
  test("that delays and dribbles, each message arrives once and in order", async () => {
    await withOwnServer({ config: patient }, async (ctx) => {
      const treatment = () => ({ delay: 5, dribble: 0.5 });
      await behindProxies(ctx, KINDS, treatment, async ({ clients, publish }) => {
        await untilListed(ctx.rest(), CHANNEL, clients.map(({ user }) => user));
        let number;
        do number = await publish();
        while (number < 99);
        const all = Array.from({ length: number + 1 }, (_, each) => each);
        for (const each of clients) {
          await each.until(number);
          assert.deepEqual(each.connections, [all], each.user);
        }
      });
    });
  });

  test("that also cuts, nothing is lost while connected, and nothing comes twice", async (t) => {
    await withOwnServer({ config }, async (ctx) => {
      const treatment = (kind) => ({
        delay: 5,
        dribble: 0.3,
        cutAfter: CUT_AFTER[kind] ?? CUT_AFTER.default,
      });
      await behindProxies(ctx, KINDS_THAT_NOTICE, treatment, async (all) => {
        const { proxies, clients, publish } = all;
        const returns = ({ connections }) =>
          connections.filter((numbers) => numbers.length > 1).length - 1;
        await eventually(`everybody to have come back ${RETURNS} times`, async () => {
          await publish();
          for (const each of clients) {
            assert.ok(returns(each) >= RETURNS, `${each.user}: ${returns(each)}`);
          }
        });
        for (const each of proxies) each.calm();
        await untilListed(ctx.rest(), CHANNEL, clients.map(({ user }) => user));
        let number;
        for (let i = 0; i < LAST; ++i) number = await publish();
        for (const each of clients) {
          await each.until(number);
          assert.deepEqual(each.faults(), []);
          const expected = Array.from({ length: LAST }, (_, i) => number - LAST + 1 + i);
          assert.deepEqual(each.numbers.slice(-LAST), expected, each.user);
        }
        const cuts = proxies.reduce((sum, each) => sum + each.cuts, 0);
        const received = clients.reduce((sum, each) => sum + each.numbers.length, 0);
        t.diagnostic(`${cuts} cuts, ${number + 1} published, ${received} received`);
      });
      await eventually("no client to be left", async () => {
        assert.equal((await see(ctx, "/stats")).connections, 0);
      });
    });
  });

  test("that swallows everything, a WebSocket is closed with 3012 and comes back", async () => {
    const impatient = { ...config, server: { heartbeat: "1s", pong_timeout: "500ms" } };
    await withOwnServer({ config: impatient }, async (ctx) => {
      const treatment = () => ({});
      await behindProxies(ctx, BY_WEBSOCKET, treatment, async ({ proxies, clients, publish }) => {
        const users = clients.map(({ user }) => user);
        await untilListed(ctx.rest(), CHANNEL, users);
        for (const each of proxies) each.swallow();
        await eventually("all to be closed for want of a pong", async () => {
          const { closed } = await see(ctx, "/connections/closed");
          assert.deepEqual(
            closed.map(({ user, code }) => `${user}: ${code}`).sort(),
            users.map((user) => `${user}: 3012`).sort(),
          );
        });
        for (const each of proxies) each.cutAll();
        await untilListed(ctx.rest(), CHANNEL, users);
        const number = await publish();
        for (const each of clients) {
          await each.until(number);
          assert.deepEqual(each.connections, [[], [number]], each.user);
        }
      });
    });
  });
});
