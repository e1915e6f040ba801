// /channels/: lists of subscribers, messages to channels.
import assert from "node:assert/strict";

import { expectAnswer, untilListed } from "./support/expect.js";
import { suite } from "./support/suite.js";

suite("channels over the API", {}, (scenario) => {
  scenario("the list escapes all non-ASCII, pairs above U+FFFF", async (ctx) => {
    const channel = ctx.name("channel");
    await ctx.subscriber({ user: "żółw", channels: [channel] });
    expectAnswer(await ctx.rest().channel(channel), 200, '{"users": ["\\u017c\\u00f3\\u0142w"]}\n');
    const turtles = ctx.name("channel");
    await ctx.subscriber({ user: "🐢", channels: [turtles] });
    expectAnswer(await ctx.rest().channel(turtles), 200, '{"users": ["\\ud83d\\udc22"]}\n');
  });

  scenario("the list follows subscriptions as they come and go", async (ctx) => {
    const channel = ctx.name("channel");
    const clients = [];
    for (let i = 0; i < 4; ++i) {
      clients.push(await ctx.subscriber({ channels: [channel] }));
      await untilListed(ctx.rest(), channel, clients.map((client) => client.user));
    }
    clients[1].send(`UNSUBSCRIBE ${channel}`);
    await untilListed(ctx.rest(), channel, [0, 2, 3].map((i) => clients[i].user));
    clients[0].terminate();
    await untilListed(ctx.rest(), channel, [2, 3].map((i) => clients[i].user));
    await ctx.rest().disconnect(clients[2].user);
    expectAnswer(await ctx.rest().channel(channel), 200, `{"users": ["${clients[3].user}"]}\n`);
    await clients[3].close();
    await untilListed(ctx.rest(), channel, []);
  });

  scenario("names of channels differ in case", async (ctx) => {
    const channel = ctx.name("Channel");
    await ctx.subscriber({ channels: [channel] });
    expectAnswer(await ctx.rest().channel(channel.toLowerCase()), 200, '{"users": []}\n');
  });

  scenario("a channel name may be escaped in the path", async (ctx) => {
    const client = await ctx.subscriber({ channels: ["a=@,.;-_Z9"] });
    const list = `{"users": ["${client.user}"]}\n`;
    expectAnswer(await ctx.rest().get("/channels/a=@,.;-_Z9/"), 200, list);
    expectAnswer(await ctx.rest().get("/channels/%61%3D%40%2C%2E%3B%2D%5F%5A%39/"), 200, list);
  });

  scenario("a message reaches subscribers of its channel only", async (ctx) => {
    const [channel, other] = [ctx.name("channel"), ctx.name("channel")];
    const inside = await ctx.subscriber({ channels: [channel] });
    const outside = await ctx.subscriber({ channels: [other] });
    const nowhere = await ctx.subscriber();
    expectAnswer(await ctx.rest().publish(channel, "1"), 200, '{"count": 1}\n');
    assert.deepEqual(await inside.nextMessage(), { payload: "1", channel });
    await ctx.expectNothingElse(inside);
    await ctx.expectNothingElse(outside);
    await ctx.expectNothingElse(nowhere);
  });

  scenario("a message published before the subscription does not come later", async (ctx) => {
    const channel = ctx.name("channel");
    expectAnswer(await ctx.rest().publish(channel, '"early"'), 200, '{"count": 0}\n');
    const client = await ctx.subscriber({ channels: [channel] });
    await ctx.expectNothingElse(client);
  });

  scenario("fifty requests at once are all answered", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel] });
    const rest = ctx.rest();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => rest.publish(channel, String(i))),
    );
    for (const answer of answers) expectAnswer(answer, 200, '{"count": 1}\n');
    const seen = new Set();
    for (let i = 0; i < 50; ++i) seen.add((await client.nextMessage()).payload);
    assert.equal(seen.size, 50, "each message came once");
    await ctx.expectNothingElse(client);
  });
});
