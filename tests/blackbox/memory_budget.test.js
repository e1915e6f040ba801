// When what waits exceeds the budget, the longest queues go first.
import assert from "node:assert/strict";

import { eventually } from "./support/deadline.js";
import { expectAnswer } from "./support/expect.js";
import { metrics } from "./support/metrics.js";
import { numberedBody, stalledClient } from "./support/stalled_client.js";
import { suite } from "./support/suite.js";

const CONFIG = {
  server: { homes: 1 },
  limits: { memory_budget: 2097152, queue_bytes: 67108864, queue_age: "60s" },
};

suite("the memory budget", { config: CONFIG }, (scenario) => {
  scenario("is shown, with what is used of it", async (ctx) => {
    const counted = await metrics(ctx);
    assert.equal(counted.of("thunderpush_memory_budget_bytes"), 2097152);
    assert.ok(counted.of("thunderpush_memory_used_bytes") < 100_000);
  });

  scenario("a client that reads nothing is closed, those that read are not", async (ctx) => {
    const channel = ctx.name("channel");
    const stalled = await stalledClient(ctx, [channel]);
    const healthy = await ctx.subscriber({ channels: [channel] });
    let number = 0;
    await eventually("the stalled client to be closed", async () => {
      const body = numberedBody(number);
      const answer = await ctx.rest().publish(channel, body);
      if (answer.status === 200) {
        const message = await healthy.nextMessage(`message ${number}`);
        assert.equal(message.payload, body, "the healthy client gets all, in order");
        ++number;
      }
      return !(await ctx.rest().user(stalled.user)).json.online;
    });
    const counted = await metrics(ctx);
    assert.equal(counted.of("thunderpush_shed_connections_total"), 1);
    assert.equal(counted.of("thunderpush_slow_consumers_total"), 1);
    expectAnswer(await ctx.rest().user(healthy.user), 200, '{"online": true}\n');
    await eventually("messages to be accepted", async () => {
      return (await ctx.rest().publish(channel, "1")).status === 200;
    });
  });

  scenario("while it is exceeded no bodies and no clients are taken", async (ctx) => {
    // Bodies of which the last byte never comes.
    const bodies = [];
    const head = (bytes) =>
      `POST /api/1.0.0/publickey/channels/c/ HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes}\r\n\r\n`;
    for (let i = 0; i < 3; ++i) {
      const one = await ctx.rawHttp();
      one.write(head(1_000_000) + "x".repeat(999_999));
      bodies.push(one);
    }
    await eventually("the budget to be exceeded", async () => {
      return (await metrics(ctx)).of("thunderpush_memory_used_bytes") > 2097152;
    });
    const answer = await ctx.rest().publish("c", "1");
    expectAnswer(answer, 503, "Memory is short. Try again later.\n");
    assert.equal(answer.headers["retry-after"], "1");
    expectAnswer(await ctx.rest().users(), 200);
    const large = await ctx.rawHttp();
    large.write(head(500_000) + "x".repeat(1000));
    assert.equal((await large.readHead()).status, 503, "the rest of a body is not waited for");
    const session = await ctx.http("POST", "/connect/000/full/xhr");
    expectAnswer(session, 503, "Memory is short.\n");
    for (const one of bodies) one.reset();
    await eventually("messages to be accepted", async () => {
      return (await ctx.rest().publish("c", "1")).status === 200;
    });
    await ctx.subscriber();
  });
});
