// A client that stops reading is disconnected and harms nobody.
import assert from "node:assert/strict";

import { eventually } from "./support/deadline.js";
import { expectAnswer, untilOnline } from "./support/expect.js";
import { suite } from "./support/suite.js";

const KEY = "publickey";
const BODY_BYTES = 60_000;
const ENOUGH = 600; // messages: far more than the kernel's buffers hold

async function expectSlowOneDropped(ctx, path, wrap) {
  const channel = ctx.name("channel");
  const slow = await ctx.rawWebSocket(path);
  slow.user = ctx.name("slow");
  slow.sendText(wrap(`CONNECT ${slow.user}:${KEY}`));
  slow.sendText(wrap(`SUBSCRIBE ${channel}`));
  await eventually("the slow client to be listed", async () => {
    return (await ctx.rest().channel(channel)).json.users.length === 1;
  });
  slow.connection.socket.pause();
  const healthy = await ctx.subscriber({ channels: [channel] });
  const rest = ctx.rest();

  let dropped = false;
  for (let number = 0; number < ENOUGH && !dropped; ++number) {
    const body = JSON.stringify(`${number}:${"x".repeat(BODY_BYTES)}`);
    await eventually("the publish to be accepted", async () => {
      const answer = await rest.publish(channel, body);
      if (answer.status === 429) return false;
      expectAnswer(answer, 200);
      return true;
    });
    const message = await healthy.nextMessage(`message ${number} of the healthy client`);
    assert.equal(message.payload, body, "the healthy client gets all, in order");
    if (number % 10 === 9) {
      dropped = !(await rest.user(slow.user)).json.online;
    }
  }
  await untilOnline(rest, slow.user, false);
  expectAnswer(await rest.channel(channel), 200, `{"users": ["${healthy.user}"]}\n`);
  expectAnswer(await rest.publish(channel, "1"), 200, '{"count": 1}\n');
  assert.deepEqual(await healthy.nextMessage(), { payload: "1", channel });
  slow.connection.buffer = Buffer.alloc(0);
  slow.connection.socket.removeAllListeners("data");
  slow.connection.socket.resume();
  await eventually("the slow client's connection to end", () => slow.connection.finished);
}

const PATHS = [
  ["raw", "/connect/websocket", (text) => text],
  ["SockJS", "/connect/000/slow/websocket", (text) => JSON.stringify([text])],
];

for (const [title, path, wrap] of PATHS) {
  suite(`a slow ${title} client`, { config: { limits: { queue_bytes: 262144 } } }, (scenario) => {
    scenario("is disconnected when its queue is full, a healthy one gets all", (ctx) =>
      expectSlowOneDropped(ctx, path, wrap),
    );
  });
}

suite("a slow client with a long queue", { config: { limits: { queue_bytes: 268435456, queue_age: "1s", write_timeout: "1s" } } }, (scenario) => {
  scenario("is disconnected when its oldest message is too old", (ctx) =>
    expectSlowOneDropped(ctx, PATHS[0][1], PATHS[0][2]),
  );
});
