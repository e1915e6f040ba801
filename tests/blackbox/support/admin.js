import assert from "node:assert/strict";

import { eventually } from "./deadline.js";
import { expectAnswer } from "./expect.js";
import { frameBytes, OPCODE } from "./raw_websocket.js";

const LONGEST = 1_000; // list of a test

/// The value of a successful GET of the scenario's admin endpoint.
export async function see(ctx, path) {
  const answer = await ctx.admin("GET", path);
  expectAnswer(answer, 200);
  return answer.json;
}

/// All entries of a list, page by page; `query` may be empty.
export async function walk(ctx, path, query = "") {
  const key = path === "/connections/closed" ? "closed" : path.slice(1);
  const found = [];
  for (let cursor = ""; cursor !== null; ) {
    const place = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await see(ctx, `${path}?${query}${place}`);
    found.push(...page[key]);
    assert.ok(found.length < LONGEST, `${path}?${query} comes to an end`);
    cursor = page.next;
  }
  return found;
}

/// The one connection of a user, as /connections has it.
export async function connectionOf(ctx, user, query = "") {
  const path = `/connections?user=${encodeURIComponent(user)}${query}`;
  const { connections } = await see(ctx, path);
  assert.equal(connections.length, 1, `connections of ${user}`);
  return connections[0];
}

/// A raw WebSocket client that is subscribed to `channel` and reads nothing
/// from here on.
export async function silentSubscriber(ctx, channel, app = "main") {
  const client = await ctx.rawWebSocket();
  client.user = ctx.name("silent");
  client.write(frameBytes(OPCODE.text, `CONNECT ${client.user}:${ctx.server.apps[app].key}`));
  client.write(frameBytes(OPCODE.text, `SUBSCRIBE ${channel}`));
  await eventually(`${client.user} to be listed`, async () => {
    return (await ctx.rest(app).channel(channel)).json.users.includes(client.user);
  });
  client.connection.socket.pause();
  return client;
}

/// Publishes to `channel` until `condition()` is true; `what` says of what.
export async function publishUntil(ctx, channel, what, condition) {
  const body = JSON.stringify("x".repeat(500_000));
  await eventually(what, async () => {
    if (await condition()) return true;
    const answer = await ctx.rest().publish(channel, body);
    assert.ok([200, 429].includes(answer.status), String(answer));
    return false;
  });
}
