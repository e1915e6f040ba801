// What arrives, as which bytes, in which order.
import assert from "node:assert/strict";

import { expectAnswer } from "./support/expect.js";
import { requestText } from "./support/raw_http.js";
import { suite } from "./support/suite.js";

suite("the bytes of a message", {}, (scenario) => {
  scenario("body, character for character, with white space and escapes", async (ctx) => {
    const channel = ctx.name("channel");
    const sockjs = await ctx.subscriber({ channels: [channel] });
    const raw = await ctx.subscriber({ channels: [channel], raw: true });
    const bodies = [
      '"Hello World!"',
      " [1 , 2]\n",
      '{"a":"\\u00e9\\/\\n"}\r\n',
      '\t"\\\\\\""  ',
      '"</script><!-- \u2028 \u2029"',
      '"\u007f\u0080\u00a0\u200c\u200f\u202f\u2060\u206f\ufeff\ufff0\uffff"',
      '"\u{1F422}\u{10FFFF}"',
      "null",
      "0",
      '""',
      "[[[[]]]]",
    ];
    for (const body of bodies) {
      expectAnswer(await ctx.rest().publish(channel, body), 200, '{"count": 2}\n');
      assert.deepEqual(await sockjs.nextMessage(), { payload: body, channel });
      assert.deepEqual(await raw.nextMessage(), { payload: body, channel });
    }
  });

  scenario("characters that SockJS wants escaped are escaped in lower-case hex", async (ctx) => {
    const client = await ctx.subscriber();
    const special = ["\u200c", "\u200d", "\u200f", "\u2028", "\u2029", "\u202f", "\u2060", "\u206f", "\ufff0", "\uffff"];
    await ctx.rest().tell(client.user, `"${special.join("")}"`);
    const escaped = special.map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
    assert.equal(await client.nextFrame(), `a[{"payload":"\\"${escaped.join("")}\\""}]`);
  });

  scenario("line ends in the body take their short escapes", async (ctx) => {
    const client = await ctx.subscriber();
    await ctx.rest().tell(client.user, "[\n1\r\n]");
    assert.equal(await client.nextFrame(), 'a[{"payload":"[\\n1\\r\\n]"}]');
  });

  scenario("every frame length around 125, 65,535 and 131,072 bytes is right", async (ctx) => {
    const client = await ctx.subscriber({ raw: true });
    const envelope = '{"payload":""}'.length;
    for (const around of [126, 65_536, 131_072]) {
      for (let size = around - 3; size <= around + 3; ++size) {
        const body = "1".repeat(size - envelope);
        expectAnswer(await ctx.rest().tell(client.user, body), 200);
        const message = await client.next();
        assert.equal(message.length, size);
        assert.equal(message, `{"payload":"${body}"}`);
      }
    }
  });

  scenario("a body of 400,000 bytes arrives whole", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel] });
    const body = JSON.stringify("ż".repeat(200_000));
    expectAnswer(await ctx.rest().publish(channel, body), 200);
    assert.equal((await client.nextMessage()).payload, body);
  });
});

suite("the order of messages", {}, (scenario) => {
  scenario("300 messages one after the other", async (ctx) => {
    const channel = ctx.name("channel");
    const clients = [];
    for (let i = 0; i < 4; ++i) clients.push(await ctx.subscriber({ channels: [channel], raw: i % 2 === 1 }));
    for (let i = 0; i < 300; ++i) {
      expectAnswer(await ctx.rest().publish(channel, String(i)), 200, '{"count": 4}\n');
    }
    for (const client of clients) {
      for (let i = 0; i < 300; ++i) {
        assert.deepEqual(await client.nextMessage(), { payload: String(i), channel });
      }
    }
  });

  scenario("100 pipelined publishes arrive as they were sent", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel] });
    const { key, secret } = ctx.rest();
    const connection = await ctx.rawHttp();
    let text = "";
    for (let i = 0; i < 100; ++i) {
      const body = String(i);
      text += requestText("POST", `/api/1.0.0/${key}/channels/${channel}/`, {
        headers: [`X-Thunder-Secret-Key: ${secret}`, `Content-Length: ${body.length}`],
        body,
      });
    }
    connection.write(text);
    for (let i = 0; i < 100; ++i) {
      assert.equal((await connection.readResponse()).text, '{"count": 1}\n');
    }
    for (let i = 0; i < 100; ++i) {
      assert.deepEqual(await client.nextMessage(), { payload: String(i), channel });
    }
  });

  scenario("all subscribers of a channel see concurrent publishers in one order", async (ctx) => {
    const channel = ctx.name("channel");
    const clients = [];
    for (let i = 0; i < 8; ++i) clients.push(await ctx.subscriber({ channels: [channel] }));
    const rest = ctx.rest();
    const publisher = async (name) => {
      for (let i = 0; i < 50; ++i) {
        expectAnswer(await rest.publish(channel, JSON.stringify(`${name}.${i}`)), 200);
      }
    };
    await Promise.all(["a", "b", "c", "d"].map(publisher));
    const orders = [];
    for (const client of clients) {
      const order = [];
      for (let i = 0; i < 200; ++i) order.push(JSON.parse((await client.nextMessage()).payload));
      orders.push(order);
    }
    for (const order of orders) assert.deepEqual(order, orders[0], "one order for all");
    for (const name of ["a", "b", "c", "d"]) {
      const own = orders[0].filter((text) => text.startsWith(name));
      assert.deepEqual(own, Array.from({ length: 50 }, (_, i) => `${name}.${i}`));
    }
  });

  scenario("messages already counted come before the close frame of a DELETE", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel] });
    for (let i = 0; i < 50; ++i) await ctx.rest().publish(channel, String(i));
    await ctx.rest().disconnect(client.user);
    for (let i = 0; i < 50; ++i) {
      assert.deepEqual(await client.nextMessage(), { payload: String(i), channel });
    }
    assert.equal((await client.nextClose()).code, 9002);
  });

  scenario("a subscription that is done gets the next publish, one that has ended does not", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber();
    for (let i = 0; i < 30; ++i) {
      client.send(`SUBSCRIBE ${channel}`);
      await ctx.settle(client);
      expectAnswer(await ctx.rest().publish(channel, String(i)), 200, '{"count": 1}\n');
      assert.deepEqual(await client.nextMessage(), { payload: String(i), channel });
      client.send(`UNSUBSCRIBE ${channel}`);
      await ctx.settle(client);
      expectAnswer(await ctx.rest().publish(channel, '"no"'), 200, '{"count": 0}\n');
    }
    await ctx.expectNothingElse(client);
  });
});

suite("many receivers", {}, (scenario) => {
  scenario("200 subscribers all get 20 messages, in order", async (ctx) => {
    const channel = ctx.name("channel");
    const clients = await Promise.all(
      Array.from({ length: 200 }, (_, i) => ctx.subscriber({ channels: [channel], raw: i % 3 === 0 })),
    );
    for (let i = 0; i < 20; ++i) {
      expectAnswer(await ctx.rest().publish(channel, String(i)), 200, '{"count": 200}\n');
    }
    for (const client of clients) {
      for (let i = 0; i < 20; ++i) {
        assert.deepEqual(await client.nextMessage(), { payload: String(i), channel });
      }
    }
  });
});
