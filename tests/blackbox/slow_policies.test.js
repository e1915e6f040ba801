// What a client that does not keep up misses is decided by the namespace.
import assert from "node:assert/strict";

import { eventually } from "./support/deadline.js";
import { expectAnswer } from "./support/expect.js";
import { metrics } from "./support/metrics.js";
import {
  numberedBody,
  numberOf,
  publishInDetail,
  publishUntil,
  stalledClient,
} from "./support/stalled_client.js";
import { suite } from "./support/suite.js";

const CONFIG = {
  limits: { queue_bytes: 262144, queue_age: "60s" },
  "namespace.lossy": { prefix: "lossy-", slow_policy: "drop_oldest" },
  "namespace.now": { prefix: "now-", slow_policy: "latest" },
  "namespace.deep": { prefix: "lossy-but-not", slow_policy: "disconnect" },
};

/// The numbers that the client reads, up to the last.
async function readUpTo(client, last) {
  const numbers = [];
  client.connection.socket.resume();
  while (numbers.at(-1) !== last) {
    numbers.push(numberOf(await client.readText(`message ${last}`)));
  }
  return numbers;
}

/// The places where numbers are missing: [the last before, the first after].
function gapsIn(numbers) {
  return numbers
    .slice(1)
    .map((number, index) => [numbers[index], number])
    .filter(([before, after]) => after !== before + 1);
}

function expectRising(numbers) {
  for (const [before, after] of gapsIn(numbers)) assert.ok(after > before, `${after} after ${before}`);
}

async function stalledAndHealthy(ctx, channel) {
  const stalled = await stalledClient(ctx, [channel]);
  const healthy = await ctx.subscriber({ channels: [channel] });
  const arrives = async (number, body) => {
    const message = await healthy.nextMessage(`message ${number} of the healthy client`);
    assert.equal(message.payload, body, "the healthy client gets all, in order");
  };
  return { stalled, arrives };
}

suite("slow policies", { config: CONFIG }, (scenario) => {
  scenario("drop_oldest: a slow client misses the oldest, and gets the newest", async (ctx) => {
    const channel = ctx.name("lossy");
    const { stalled, arrives } = await stalledAndHealthy(ctx, channel);
    const dropped = await publishUntil(ctx, channel, (detail) => detail.dropped > 0, arrives);
    assert.deepEqual(dropped.detail, { count: 2, queued: 1, dropped: 1, slow: 0 });
    let last = dropped.number;
    for (let more = 0; more < 10; ++more) {
      const body = numberedBody(++last);
      const detail = await publishInDetail(ctx, channel, body);
      await arrives(last, body);
      assert.equal(detail.dropped, 1, "each new one takes the place of an old one");
    }
    const numbers = await readUpTo(stalled, last);
    expectRising(numbers);
    const [[before, after], ...others] = gapsIn(numbers);
    assert.deepEqual(others, [], "one piece is missing");
    assert.equal(after - before - 1, 11, "what was reported as dropped is missing");
    expectAnswer(await ctx.rest().user(stalled.user), 200, '{"online": true}\n');
    const counted = await metrics(ctx);
    assert.ok(counted.of('thunderpush_messages_dropped_total{policy="drop_oldest"}') >= 11);
  });

  scenario("latest: a slow client gets the newest message of each channel", async (ctx) => {
    const channel = ctx.name("now");
    const { stalled, arrives } = await stalledAndHealthy(ctx, channel);
    const dropped = await publishUntil(ctx, channel, (detail) => detail.dropped > 0, arrives);
    let last = dropped.number;
    for (let more = 0; more < 10; ++more) {
      const body = numberedBody(++last);
      const detail = await publishInDetail(ctx, channel, body);
      await arrives(last, body);
      assert.deepEqual(detail, { count: 2, queued: 1, dropped: 1, slow: 0 });
    }
    const numbers = await readUpTo(stalled, last);
    expectRising(numbers);
    assert.deepEqual(gapsIn(numbers), [[numbers.at(-2), last]], "only the newest has waited");
    expectAnswer(await ctx.rest().user(stalled.user), 200, '{"online": true}\n');
    const counted = await metrics(ctx);
    assert.ok(counted.of('thunderpush_messages_dropped_total{policy="latest"}') >= 11);
  });

  for (const prefix of ["lossy-but-not", "other"]) {
    scenario(`disconnect: a slow client of ${prefix} is closed`, async (ctx) => {
      const channel = ctx.name(prefix);
      const { stalled, arrives } = await stalledAndHealthy(ctx, channel);
      const closed = await publishUntil(ctx, channel, (detail) => detail.slow > 0, arrives);
      assert.deepEqual(closed.detail, { count: 2, queued: 0, dropped: 0, slow: 1 });
      await eventually("the slow client to be offline", async () => {
        return !(await ctx.rest().user(stalled.user)).json.online;
      });
      assert.deepEqual(
        await publishInDetail(ctx, channel, "1"),
        { count: 1, queued: 0, dropped: 0, slow: 0 },
      );
      const counted = await metrics(ctx);
      assert.ok(counted.of('thunderpush_messages_dropped_total{policy="disconnect"}') > 0);
    });
  }

  scenario("a message for the user is not dropped with the others", async (ctx) => {
    const channel = ctx.name("lossy");
    const { stalled, arrives } = await stalledAndHealthy(ctx, channel);
    await publishUntil(ctx, channel, (detail) => detail.queued > 0, arrives);
    expectAnswer(await ctx.rest().tell(stalled.user, '"-1:for you"'), 200, '{"count": 1}\n');
    await publishUntil(ctx, channel, (detail) => detail.dropped > 0, arrives);
    await publishInDetail(ctx, channel, numberedBody(1_000_000));
    const number = 1_000_000;
    const numbers = await readUpTo(stalled, number);
    assert.ok(numbers.includes(-1), "the message for the user has arrived");
  });
});
