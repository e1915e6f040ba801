// Users with several connections; presence.
import assert from "node:assert/strict";

import { eventually } from "./support/deadline.js";
import { expectAnswer, untilListed, untilOnline } from "./support/expect.js";
import { suite } from "./support/suite.js";

suite("sessions", {}, (scenario) => {
  scenario("each connection of a user has subscriptions of its own", async (ctx) => {
    const user = ctx.name("user");
    const [a, b] = [ctx.name("channel"), ctx.name("channel")];
    const first = await ctx.subscriber({ user, channels: [a] });
    const second = await ctx.subscriber({ user, channels: [b] });
    expectAnswer(await ctx.rest().publish(a, "1"), 200, '{"count": 1}\n');
    expectAnswer(await ctx.rest().publish(b, "2"), 200, '{"count": 1}\n');
    assert.deepEqual(await first.nextMessage(), { payload: "1", channel: a });
    assert.deepEqual(await second.nextMessage(), { payload: "2", channel: b });
    expectAnswer(await ctx.rest().tell(user, "3"), 200, '{"count": 2}\n');
    assert.deepEqual(await first.nextMessage(), { payload: "3" });
    assert.deepEqual(await second.nextMessage(), { payload: "3" });
  });

  scenario("a user stays online until the last connection ends, in whatever way", async (ctx) => {
    const user = ctx.name("user");
    const rest = ctx.rest();
    const ends = [
      (client) => client.close(),
      (client) => client.terminate(),
      (client) => client.reset(),
    ];
    const clients = [];
    for (let i = 0; i < 6; ++i) clients.push(await ctx.subscriber({ user, raw: i >= 3 }));
    for (let left = 5; left >= 0; --left) {
      ends[left % 3](clients[left]);
      await eventually(`${left} connections to be left`, async () => {
        expectAnswer(await rest.tell(user, "1"), 200, `{"count": ${left}}\n`);
      });
      expectAnswer(await rest.user(user), 200, `{"online": ${left > 0}}\n`);
    }
  });

  scenario("a TCP reset ends presence and subscriptions", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel] });
    client.reset();
    await untilOnline(ctx.rest(), client.user, false);
    await untilListed(ctx.rest(), channel, []);
    expectAnswer(await ctx.rest().publish(channel, "1"), 200, '{"count": 0}\n');
  });

  scenario("a TCP end without a WebSocket close ends presence", async (ctx) => {
    const client = await ctx.subscriber();
    client.socket._socket.end();
    await untilOnline(ctx.rest(), client.user, false);
  });

  scenario("DELETE closes every connection, SockJS and raw, each with its code", async (ctx) => {
    const user = ctx.name("user");
    const reason = "Server closed the connection (intentionally).";
    const clients = [];
    for (let i = 0; i < 10; ++i) clients.push(await ctx.subscriber({ user, raw: i % 2 === 0 }));
    expectAnswer(await ctx.rest().disconnect(user), 204, "");
    expectAnswer(await ctx.rest().user(user), 200, '{"online": false}\n');
    for (const [i, client] of clients.entries()) {
      assert.deepEqual(await client.nextClose(), { code: i % 2 === 0 ? 4002 : 9002, reason });
      await client.closed();
    }
  });

  scenario("60 users that come and are cut off at once leave nobody behind", async (ctx) => {
    const rest = ctx.rest("census");
    const channel = ctx.name("channel");
    const clients = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        ctx.subscriber({ app: "census", user: `crowd-${i % 20}`, channels: [channel], raw: i % 2 === 0 }),
      ),
    );
    expectAnswer(await rest.users(), 200, '{"count": 20}\n');
    assert.equal((await rest.channel(channel)).json.users.length, 60);
    for (const client of clients) client.reset();
    await untilListed(rest, channel, []);
    await eventually("everybody to be gone", async () => {
      expectAnswer(await rest.users(), 200, '{"count": 0}\n');
    });
  });

  scenario("connections that end in the middle of their commands leave nobody behind", async (ctx) => {
    const rest = ctx.rest("census");
    const { key } = rest;
    for (let i = 0; i < 40; ++i) {
      const client = await ctx.sockjs();
      client.send(`CONNECT brief-${i}:${key}`, "SUBSCRIBE brief", "SUBSCRIBE briefer:briefest");
      client.reset();
    }
    await eventually("everybody to be gone", async () => {
      expectAnswer(await rest.users(), 200, '{"count": 0}\n');
      expectAnswer(await rest.channel("brief"), 200, '{"users": []}\n');
      expectAnswer(await rest.channel("briefest"), 200, '{"users": []}\n');
    });
  });
});
