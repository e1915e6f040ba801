// The raw WebSocket /connect/websocket: no SockJS framing.
import assert from "node:assert/strict";

import { expectAnswer, untilOnline } from "./support/expect.js";
import { suite } from "./support/suite.js";

suite("the raw WebSocket", {}, (scenario) => {
  scenario("no greeting: the first message out is the first message published", async (ctx) => {
    const client = await ctx.raw();
    client.user = ctx.name("user");
    client.send(`CONNECT ${client.user}:publickey`);
    await untilOnline(ctx.rest(), client.user);
    await ctx.rest().tell(client.user, '"first"');
    assert.equal(await client.next(), '{"payload":"\\"first\\""}');
  });

  scenario("each message is a text message of its own", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel], raw: true });
    for (let i = 0; i < 20; ++i) await ctx.rest().publish(channel, String(i));
    for (let i = 0; i < 20; ++i) {
      assert.equal(await client.next(), `{"payload":"${i}","channel":"${channel}"}`);
    }
  });

  scenario("JSON is no command here", async (ctx) => {
    const client = await ctx.raw();
    const user = ctx.name("user");
    client.send(`["CONNECT ${user}:publickey"]`, '"CONNECT x:publickey"', "{}", "[", "");
    client.user = ctx.name("user");
    client.send(`CONNECT ${client.user}:publickey`);
    await ctx.settle(client);
    expectAnswer(await ctx.rest().user(user), 200, '{"online": false}\n');
    await ctx.expectNothingElse(client);
  });

  scenario("close codes are 4000 and the code's last digits, with the reason", async (ctx) => {
    const wrongKey = await ctx.raw();
    wrongKey.send("CONNECT u:wrong");
    assert.deepEqual(await wrongKey.closed(), { code: 4000, reason: "Invalid API key." });

    const early = await ctx.raw();
    early.send("SUBSCRIBE c");
    assert.deepEqual(await early.closed(), { code: 4001, reason: "Subscribing before connecting." });

    const deleted = await ctx.subscriber({ raw: true });
    expectAnswer(await ctx.rest().disconnect(deleted.user), 204, "");
    assert.deepEqual(await deleted.closed(), {
      code: 4002,
      reason: "Server closed the connection (intentionally).",
    });
    for (const client of [wrongKey, early, deleted]) {
      assert.deepEqual(client.messages, [], "no message before the close");
    }
  });
});
