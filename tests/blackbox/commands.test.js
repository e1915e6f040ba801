// Commands of clients, beyond the specification's table.
import assert from "node:assert/strict";

import { eventually } from "./support/deadline.js";
import { expectAnswer, untilListed, untilOnline } from "./support/expect.js";
import { suite } from "./support/suite.js";

const KEY = "publickey";

for (const raw of [false, true]) {
  const transport = raw ? "raw WebSocket" : "SockJS";

  suite(`commands over ${transport}`, {}, (scenario) => {
    const open = (ctx) => (raw ? ctx.raw() : ctx.sockjs());
    const closeCode = (code) => (raw ? 4000 + (code % 1000) : code);

    scenario("white space before the word and between word and argument is free", async (ctx) => {
      const client = await open(ctx);
      client.user = ctx.name("user");
      const channel = ctx.name("channel");
      client.send(` \t\n CONNECT \t ${client.user}:${KEY}`, `\r\n SUBSCRIBE\n\n${channel}`);
      await untilListed(ctx.rest(), channel, [client.user]);
      await ctx.expectNothingElse(client);
    });

    scenario("white space at the end of the argument belongs to it", async (ctx) => {
      const client = await open(ctx);
      client.user = ctx.name("user");
      const [kept, dropped] = [ctx.name("channel"), ctx.name("channel")];
      client.send(`CONNECT ${client.user}:${KEY}`, `SUBSCRIBE ${kept}:${dropped} `);
      await ctx.settle(client);
      expectAnswer(await ctx.rest().channel(kept), 200, `{"users": ["${client.user}"]}\n`);
      expectAnswer(await ctx.rest().channel(dropped), 200, '{"users": []}\n');
    });

    scenario("an id keeps every character but the colon", async (ctx) => {
      for (const user of ["a b c", "żółw 🐢", '"quoted"', "a\\b", "tab\there", "/slashes//"]) {
        const client = await open(ctx);
        client.user = user;
        client.send(`CONNECT ${user}:${KEY}`);
        await untilOnline(ctx.rest(), user);
        await ctx.expectNothingElse(client);
      }
    });

    scenario("a wrong key closes with Invalid API key.", async (ctx) => {
      const client = await open(ctx);
      client.send("CONNECT u:wrong");
      assert.deepEqual(await client.nextClose(), {
        code: closeCode(9000),
        reason: "Invalid API key.",
      });
    });

    scenario("SUBSCRIBE before CONNECT closes with Subscribing before connecting.", async (ctx) => {
      for (const command of ["SUBSCRIBE c", "UNSUBSCRIBE c"]) {
        const client = await open(ctx);
        client.send(command);
        assert.deepEqual(await client.nextClose(), {
          code: closeCode(9001),
          reason: "Subscribing before connecting.",
        });
      }
    });

    scenario("what follows a command that closed is not done", async (ctx) => {
      const user = ctx.name("user");
      const client = await open(ctx);
      client.send("SUBSCRIBE c", `CONNECT ${user}:${KEY}`, "SUBSCRIBE c");
      assert.equal((await client.nextClose()).code, closeCode(9001));
      await client.closed();
      expectAnswer(await ctx.rest().user(user), 200, '{"online": false}\n');
    });

    scenario("CONNECT in one go with SUBSCRIBE, as thunderpush.js sends it", async (ctx) => {
      const client = await open(ctx);
      client.user = "undefined";
      const channel = ctx.name("channel");
      client.send(`CONNECT undefined:${KEY}`);
      client.send(`SUBSCRIBE ${channel}:${channel}x`);
      await untilListed(ctx.rest(), channel, ["undefined"]);
    });

    scenario("subscribe, unsubscribe, subscribe again: subscribed", async (ctx) => {
      const channel = ctx.name("channel");
      const client = await ctx.subscriber({ channels: [channel], raw });
      client.send(`UNSUBSCRIBE ${channel}`, `SUBSCRIBE ${channel}`);
      await ctx.settle(client);
      expectAnswer(await ctx.rest().publish(channel, "1"), 200, '{"count": 1}\n');
      assert.deepEqual(await client.nextMessage(), { payload: "1", channel });
      await ctx.expectNothingElse(client);
    });
  });
}

suite("SockJS messages that hold commands", {}, (scenario) => {
  scenario("an array holds several messages, in order", async (ctx) => {
    const client = await ctx.sockjs();
    client.user = ctx.name("user");
    const channel = ctx.name("channel");
    client.sendText(JSON.stringify([`CONNECT ${client.user}:${KEY}`, `SUBSCRIBE ${channel}`]));
    await untilListed(ctx.rest(), channel, [client.user]);
  });

  scenario("a bare JSON string is one message", async (ctx) => {
    const client = await ctx.sockjs();
    client.user = ctx.name("user");
    client.sendText(JSON.stringify(`CONNECT ${client.user}:${KEY}`));
    await untilOnline(ctx.rest(), client.user);
  });

  scenario("an empty message and an empty array do nothing", async (ctx) => {
    const client = await ctx.sockjs();
    client.sendText("");
    client.sendText("[]");
    client.sendText(" [ ] ");
    client.user = ctx.name("user");
    client.send(`CONNECT ${client.user}:${KEY}`);
    await ctx.settle(client);
    await ctx.expectNothingElse(client);
  });

  scenario("escapes in the JSON are decoded before the command is read", async (ctx) => {
    const client = await ctx.sockjs();
    client.user = "żółw🐢";
    client.sendText(`["\\u0043ONNECT \\u017c\\u00f3\\u0142w\\ud83d\\udc22:${KEY}"]`);
    await untilOnline(ctx.rest(), client.user);
    await ctx.expectNothingElse(client);
  });

  scenario("a lone surrogate in a user id harms nobody", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.sockjs();
    client.sendText(`["CONNECT x\\ud800y:${KEY}","SUBSCRIBE ${channel}"]`);
    const listed = await eventually("the client to be listed or closed", async () => {
      if (client.closing) return "closed";
      const answer = await ctx.rest().channel(channel);
      return answer.json.users.length === 1 && answer;
    });
    if (listed !== "closed") assert.equal(listed.status, 200);
    expectAnswer(await ctx.rest().users(), 200);
  });

  scenario("broken JSON closes the connection", async (ctx) => {
    for (const text of ["x", '"open', '["open', "CONNECT u:publickey", '["a",]', "['a']", '["a"] x', "[", "\u0000"]) {
      const client = await ctx.sockjs();
      client.sendText(text);
      await client.closed();
    }
  });
});
