// A clock of the day that jumps, as when a machine wakes up or its time server
// is corrected.
import assert from "node:assert/strict";
import { test } from "node:test";

import { see } from "../blackbox/support/admin.js";
import { eventually } from "../blackbox/support/deadline.js";
import { metrics } from "../blackbox/support/metrics.js";
import { PublishLoop } from "../blackbox/support/publish_loop.js";
import { withOwnServer } from "../blackbox/support/suite.js";
import { WrongClock } from "./support/wrong_clock.js";

const HOUR = 3_600;
const YEAR = 365 * 24 * HOUR;
/// How wrong it is, from one jump to the next.
const JUMPS = {
  "an hour forward": HOUR,
  "an hour back": 0,
  "a year forward": YEAR,
  "two years back": -YEAR,
  "a year forward again": 0,
};
const LONGEST = 600; // seconds: more than any of this takes

/// That an age in seconds is of this test and not of its clock.
function expectShort(seconds, what) {
  assert.ok(seconds >= 0 && seconds < LONGEST, `${what}: ${seconds}`);
}

/// That a moment is now, by the server's clock.
function expectNow(text, clock, what) {
  const off = Math.abs(Date.parse(text) - clock.now());
  assert.ok(off < 60_000, `${what} is ${text}, at ${new Date(clock.now()).toISOString()}`);
}

/// Jumps, and waits until the server has noticed.
async function jump(ctx, clock, seconds) {
  clock.set(seconds);
  await eventually("the server's clock to jump", async () => {
    expectNow((await ctx.http("GET", "/connect/info")).headers.date, clock, "Date");
  });
}

async function expectPlausibleFigures(ctx) {
  assert.deepEqual(await see(ctx, "/health"), { status: "ok", homes: 2 });
  expectShort((await see(ctx, "/stats")).uptime_seconds, "uptime_seconds");
  const figures = await metrics(ctx);
  for (const sum of [
    "thunderpush_delivery_seconds_sum",
    'thunderpush_home_lag_seconds_sum{home="0"}',
    'thunderpush_home_lag_seconds_sum{home="1"}',
  ]) {
    expectShort(figures.of(sum), sum);
  }
  const { connections } = await see(ctx, "/connections");
  assert.ok(connections.length > 0);
  for (const each of connections) expectShort(each.age_seconds, `age of ${each.user}`);
}

/// A client that leaves now is the newest of those that went, with a time that
/// the operator's clock shows.
async function expectDepartureNow(ctx, clock) {
  const client = await ctx.subscriber();
  await client.close();
  const [newest] = await eventually("the departure to be listed", async () => {
    const { closed } = await see(ctx, "/connections/closed?limit=1");
    return closed[0]?.user === client.user ? closed : false;
  });
  expectNow(newest.closed_at, clock, "the departure");
  expectShort(newest.age_seconds, "how long it was there");
}

test("connections, heartbeats, deliveries and figures go on when the clock jumps", async (t) => {
  const clock = new WrongClock();
  const config = {
    server: { heartbeat: "1s", pong_timeout: "900ms" },
    sockjs: { disconnect_delay: "2s" },
    log: { level: "info" },
  };
  await withOwnServer({ environment: clock.environment, config }, async (ctx) => {
    const raw = await ctx.subscriber({ raw: true, channels: ["news"] });
    const poller = await ctx.poller({ channels: ["news"] });
    const loop = await PublishLoop.start(ctx);
    for (const [title, offset] of Object.entries(JUMPS)) {
      await t.test(title, async () => {
        const poll = poller.receive("xhr");
        await jump(ctx, clock, offset);
        const { pings } = raw;
        await loop.further();
        assert.equal((await poll).text, "h\n", "the poll that was held ends with a heartbeat");
        await eventually("a heartbeat", () => raw.pings > pings);
        await loop.further();
        await expectPlausibleFigures(ctx);
        await expectDepartureNow(ctx, clock);
      });
    }
    const answer = await ctx.rest().publish("news", "1");
    assert.deepEqual(answer.json, { count: 2 });
    assert.deepEqual(await raw.nextMessage(), { payload: "1", channel: "news" });
    assert.equal((await poller.receive("xhr")).text, 'a[{"payload":"1","channel":"news"}]\n');
    await loop.stop();
    assert.doesNotMatch(ctx.server.stderr, / (warning|error) /);
  });
});
