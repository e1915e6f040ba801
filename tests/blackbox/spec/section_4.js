// thunderpush.md, section 4: delivery.
import assert from "node:assert/strict";

import { expectAnswer } from "../support/expect.js";
import { section } from "./row.js";

const { rows, add } = section(4);
export { rows };

const TURTLE = '"żółw 🐢 \\u017c"';

add("Elements", "message to a channel: payload, then channel, no blanks", async (ctx) => {
  const channel = ctx.name("channel");
  const client = await ctx.subscriber({ channels: [channel] });
  await ctx.rest().publish(channel, "1");
  assert.equal(await client.nextFrame(), `a[{"payload":"1","channel":"${channel}"}]`);
});

add("Elements", "message to a user: payload only", async (ctx) => {
  const client = await ctx.subscriber();
  await ctx.rest().tell(client.user, "1");
  assert.equal(await client.nextFrame(), 'a[{"payload":"1"}]');
});

add("Rules", 'the body "Hello World!" to channel c gives exactly the frame of the specification', async (ctx) => {
  const client = await ctx.subscriber({ channels: ["c"] });
  await ctx.rest().publish("c", '"Hello World!"');
  assert.equal(
    await client.nextFrame(),
    'a[{"payload":"\\"Hello World!\\"","channel":"c"}]',
  );
});

add("Rules", "non-ASCII arrives, escaped or as UTF-8", async (ctx) => {
  const channel = ctx.name("channel");
  const client = await ctx.subscriber({ channels: [channel] });
  await ctx.rest().publish(channel, TURTLE);
  assert.deepEqual(await client.nextMessage(), { payload: TURTLE, channel });
});

add("Rules", "messages queued between polls share a frame", async (ctx) => {
  const channel = ctx.name("channel");
  const client = await ctx.poller({ channels: [channel] });
  for (const body of ["1", "2", "3"])
    expectAnswer(await ctx.rest().publish(channel, body), 200, '{"count": 1}\n');
  const element = (body) => `{"payload":"${body}","channel":"${channel}"}`;
  const { text } = await client.receive();
  assert.equal(text, `a[${["1", "2", "3"].map(element).join(",")}]\n`);
});

add("Rules", "order: for one connection, as the API answered", async (ctx) => {
  const channels = [ctx.name("channel"), ctx.name("channel"), ctx.name("channel")];
  const client = await ctx.subscriber({ channels });
  const rest = ctx.rest();
  const expected = [];
  for (let i = 0; i < 60; ++i) {
    const turn = i % 4;
    const body = String(i);
    const answer = turn === 3 ? await rest.tell(client.user, body) : await rest.publish(channels[turn], body);
    expectAnswer(answer, 200, '{"count": 1}\n');
    expected.push(turn === 3 ? { payload: body } : { payload: body, channel: channels[turn] });
  }
  const received = [];
  for (let i = 0; i < expected.length; ++i) received.push(await client.nextMessage(`message ${i}`));
  assert.deepEqual(received, expected);
});

add(
  "Rules",
  "messages counted and still queued for a polling client come before the close frame",
  async (ctx) => {
    const client = await ctx.poller();
    expectAnswer(await ctx.rest().tell(client.user, "1"), 200, '{"count": 1}\n');
    expectAnswer(await ctx.rest().disconnect(client.user), 204);
    assert.equal((await client.receive()).text, 'a[{"payload":"1"}]\n');
    assert.match((await client.receive()).text, /^c\[9002,/);
  },
);

add("Rules", "two connections of a user both get it; a subscribed connection gets it once", async (ctx) => {
  const user = ctx.name("user");
  const channel = ctx.name("channel");
  const first = await ctx.subscriber({ user, channels: [channel] });
  const second = await ctx.subscriber({ user, channels: [channel] });
  expectAnswer(await ctx.rest().tell(user, "1"), 200, '{"count": 2}\n');
  expectAnswer(await ctx.rest().publish(channel, "2"), 200, '{"count": 2}\n');
  for (const client of [first, second]) {
    assert.deepEqual(await client.nextMessage(), { payload: "1" });
    assert.deepEqual(await client.nextMessage(), { payload: "2", channel });
  }
  const marker = "3";
  await ctx.rest().tell(user, marker);
  for (const client of [first, second]) {
    assert.deepEqual(await client.nextMessage(), { payload: marker });
  }
});

add("Rules", "the count is the number of connections", async (ctx) => {
  const user = ctx.name("user");
  const channel = ctx.name("channel");
  for (let count = 1; count <= 3; ++count) {
    await ctx.subscriber({ user, channels: [channel] });
    expectAnswer(await ctx.rest().tell(user, "1"), 200, `{"count": ${count}}\n`);
    expectAnswer(await ctx.rest().publish(channel, "1"), 200, `{"count": ${count}}\n`);
  }
});

add("Rules", "after the 204 of a DELETE the user is offline, in no channel, not counted", async (ctx) => {
  for (let round = 0; round < 20; ++round) {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel] });
    const rest = ctx.rest();
    expectAnswer(await rest.disconnect(client.user), 204);
    expectAnswer(await rest.user(client.user), 200, '{"online": false}\n');
    expectAnswer(await rest.channel(channel), 200, '{"users": []}\n');
    expectAnswer(await rest.publish(channel, "1"), 200, '{"count": 0}\n');
    expectAnswer(await rest.tell(client.user, "1"), 200, '{"count": 0}\n');
    assert.equal((await client.nextClose()).code, 9002);
  }
});

add("Rules", "raw WebSocket: plain commands in, one object a message out", async (ctx) => {
  const channel = ctx.name("channel");
  const client = await ctx.subscriber({ channels: [channel], raw: true });
  expectAnswer(await ctx.rest().publish(channel, '"</a>"'), 200, '{"count": 1}\n');
  const message = await client.next();
  assert.ok(
    [`{"payload":"\\"</a>\\"","channel":"${channel}"}`, `{"payload":"\\"<\\/a>\\"","channel":"${channel}"}`].includes(message),
    message,
  );
  await ctx.rest().tell(client.user, '"Hello World!"');
  assert.equal(await client.next(), '{"payload":"\\"Hello World!\\""}');
});

add("DELETE", "DELETE of a user with several connections closes all of them", async (ctx) => {
  const user = ctx.name("user");
  const clients = [];
  for (let i = 0; i < 7; ++i) clients.push(await ctx.subscriber({ user, raw: i % 2 === 1 }));
  expectAnswer(await ctx.rest().disconnect(user), 204);
  expectAnswer(await ctx.rest().user(user), 200, '{"online": false}\n');
  for (const [i, client] of clients.entries()) {
    assert.equal((await client.nextClose()).code, i % 2 === 1 ? 4002 : 9002);
  }
});
