// How often clients, applications and addresses may say something.
import assert from "node:assert/strict";

import { eventually } from "./support/deadline.js";
import { expectAnswer, expectCors, expectJsonError } from "./support/expect.js";
import { metrics } from "./support/metrics.js";
import { PollingClient } from "./support/polling_client.js";
import { suite } from "./support/suite.js";

const MANY = 12;

/// Commands that subscribe to channels of their own.
function subscriptions(channels) {
  return channels.map((channel) => `SUBSCRIBE ${channel}`);
}

suite("limits.message_rate", { config: { limits: { message_rate: 5 } } }, (scenario) => {
  async function untilSubscribed(ctx, channels) {
    for (const channel of channels) {
      await eventually(`${channel} to be subscribed to`, async () => {
        return (await ctx.rest().channel(channel)).json.users.length === 1;
      });
    }
  }

  async function pauses(ctx) {
    return (await metrics(ctx)).of('thunderpush_rate_limited_total{rate="message"}');
  }

  for (const kind of ["sockjs", "raw"]) {
    scenario(`a ${kind} client that says more waits, and loses nothing`, async (ctx) => {
      const channels = Array.from({ length: MANY }, () => ctx.name("channel"));
      const client = await ctx[kind]();
      const before = await pauses(ctx);
      client.send("CONNECT someone:publickey");
      for (const command of subscriptions(channels)) client.send(command);
      await untilSubscribed(ctx, channels);
      assert.ok((await pauses(ctx)) > before, "it had to wait");
      assert.equal(client.closing, null, "and was not closed");
      await ctx.rest().publish(channels[0], "1");
      assert.equal((await client.nextMessage()).payload, "1");
    });
  }

  scenario("many messages in one SockJS frame wait as well", async (ctx) => {
    const channels = Array.from({ length: MANY }, () => ctx.name("channel"));
    const client = await ctx.sockjs();
    client.send("CONNECT someone:publickey", ...subscriptions(channels));
    await untilSubscribed(ctx, channels);
    assert.equal(client.closing, null);
  });

  scenario("the answer to xhr_send waits until all is done", async (ctx) => {
    const channels = Array.from({ length: MANY }, () => ctx.name("channel"));
    const client = await ctx.polling();
    await client.send(["CONNECT someone:publickey", ...subscriptions(channels)]);
    for (const channel of channels) {
      expectAnswer(await ctx.rest().channel(channel), 200, '{"users": ["someone"]}\n');
    }
  });

  scenario("a client that leaves while it waits is gone", async (ctx) => {
    const client = await ctx.raw();
    const user = ctx.name("user");
    client.send(`CONNECT ${user}:publickey`);
    for (let i = 0; i < 100; ++i) client.send(`SUBSCRIBE ${user}`);
    await eventually("the user to be there", async () => {
      return (await ctx.rest().channel(user)).json.users.length === 1;
    });
    expectAnswer(await ctx.rest().disconnect(user), 204);
    expectAnswer(await ctx.rest().channel(user), 200, '{"users": []}\n');
    assert.equal((await client.closed()).code, 4002);
  });
});

suite("an application's publish_rate", { config: { "app.second": { publish_rate: 3 } } }, (scenario) => {
  function atOnce(ctx, app, count) {
    const rest = ctx.rest(app);
    const posts = Array.from({ length: count }, (_, index) =>
      index % 2 === 0 ? rest.publish("c", "1") : rest.tell("u", "1"),
    );
    return Promise.all(posts);
  }

  scenario("more is answered 429, and again 200 a little later", async (ctx) => {
    const answers = await atOnce(ctx, "second", 40);
    const refused = answers.filter((answer) => answer.status !== 200);
    assert.ok(answers.length - refused.length >= 3, "as many as in a second are accepted at once");
    assert.ok(refused.length > 0, "but not all");
    for (const answer of refused) {
      expectJsonError(answer, 429);
      expectCors(answer);
      assert.equal(answer.headers["retry-after"], "1");
    }
    const counted = await metrics(ctx);
    assert.equal(counted.of('thunderpush_rate_limited_total{rate="publish"}'), refused.length);
    for (const answer of await atOnce(ctx, "main", 40)) expectAnswer(answer, 200);
    expectAnswer(await ctx.rest("second").users(), 200, '{"count": 0}\n');
    await eventually("a publish to be accepted again", async () => {
      return (await ctx.rest("second").publish("c", "1")).status === 200;
    });
  });

  scenario("what is refused otherwise does not count", async (ctx) => {
    await eventually("the rate to be there again", async () => {
      return (await ctx.rest("second").publish("c", "1")).status === 200;
    });
    for (let i = 0; i < 10; ++i) {
      expectAnswer(await ctx.rest("second").publish("c", "nonsense"), 400);
    }
  });
});

suite("limits.request_rate_per_address", { config: { limits: { request_rate_per_address: 4 } } }, (scenario) => {
  /// A request to the greeting page, from an address.
  function ask(ctx, localAddress) {
    const client = new PollingClient(ctx.port, { path: "/connect" });
    return client.request("GET", "", { localAddress });
  }

  scenario("more is answered 429, whatever it asks for; others are served", async (ctx) => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(ctx, "127.0.0.1")));
    const refused = answers.filter((answer) => answer.status === 429);
    assert.ok(answers.length - refused.length >= 4);
    assert.ok(refused.length > 0);
    for (const answer of refused) assert.equal(answer.headers["retry-after"], "1");
    assert.equal((await ask(ctx, "127.0.0.2")).status, 200);
    const counted = await metrics(ctx);
    assert.equal(counted.of('thunderpush_rate_limited_total{rate="request"}'), refused.length);
    await eventually("the address to be served again", async () => {
      return (await ask(ctx, "127.0.0.1")).status === 200;
    });
  });
});
