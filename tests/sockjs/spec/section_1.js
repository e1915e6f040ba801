// sockjs.md, section 1: model and settings.
import assert from "node:assert/strict";

import { deadline, eventually } from "../../blackbox/support/deadline.js";
import { expectAbsent, expectStatus } from "../support/expect.js";
import { scriptUrlOf } from "../support/pages.js";
import { EVENTSOURCE, XHR, XHR_STREAMING } from "../support/transports.js";
import { section } from "./statement.js";

const { statements, add } = section("1");
export { statements };

const DEFAULT_LIMIT = 131_072;
const DEFAULT_HEARTBEAT_MS = 25_000;
const DEFAULT_DISCONNECT_MS = 5000;
const LATENCY_MS = 500; // timers of the server start before the test's clock

add("several services stand side by side, with settings of their own", ["echo"], async (ctx) => {
  const info = async (path) => JSON.parse((await ctx.request("GET", `${path}/info`)).text);
  assert.equal((await info("/echo")).websocket, true);
  assert.equal((await info("/disabled_websocket_echo")).websocket, false);
  assert.equal((await info("/cookie_needed_echo")).cookie_needed, true);
});

add("what is not below a prefix belongs to no service", ["echo", "daemon"], async (ctx) => {
  for (const path of [`/x${ctx.prefix}`, `${ctx.prefix}x`, `${ctx.prefix}x/info`]) {
    expectStatus(await ctx.request("GET", path), 404);
  }
});

add("messages are strings, both ways, in order", ["echo"], async (ctx) => {
  const session = ctx.session();
  const receiver = await session.open(XHR_STREAMING);
  const texts = Array.from({ length: 60 }, (_, i) => `message ${i}`);
  for (let i = 0; i < texts.length; i += 6) await session.send(...texts.slice(i, i + 6));
  const received = [];
  while (received.length < texts.length) {
    received.push(...JSON.parse((await receiver.nextFrame("an echo")).slice(1)));
  }
  assert.deepEqual(received, texts);
});

add(
  "one receiving request stays open while messages are sent by others",
  ["echo", "daemon"],
  async (ctx) => {
    const session = ctx.session();
    const receiver = await session.open(EVENTSOURCE);
    for (const text of ["one", "two", "three"]) {
      await session.push(text);
      await receiver.expectFrame(session.frame(text));
    }
  },
);

add("on a WebSocket one TCP connection is the session", ["echo"], async (ctx) => {
  const client = await ctx.websocket();
  client.sendText('["a","b"]');
  const received = [];
  while (received.length < 2) received.push(...JSON.parse((await client.readText()).slice(1)));
  assert.deepEqual(received, ["a", "b"]);
});

add(
  "sockjs_url is by default where sockjs-client is: public, or served here",
  ["daemon"],
  async (ctx) => {
    const url = scriptUrlOf((await ctx.at("GET", "/iframe.html")).text);
    assert.match(url, /^(https?:\/\/[^/]+)?\/.*sockjs.*\.js$/);
    if (!url.startsWith("/")) return;
    const script = await ctx.request("GET", url);
    expectStatus(script, 200);
    assert.match(script.headers["content-type"], /javascript/);
    assert.ok(script.text.includes("SockJS"), "the script is sockjs-client");
  },
);

add(
  "websocket is on by default",
  ["echo", "cookie_needed_echo", "close", "daemon"],
  async (ctx) => {
    await ctx.websocket();
  },
);

add("websocket off: both WebSocket URLs answer 404", ["disabled_websocket_echo"], async (ctx) => {
  const headers = [
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
  ];
  for (const path of [`${ctx.prefix}/websocket`, `${ctx.sessionUrl()}/websocket`]) {
    expectStatus(await ctx.request("GET", path, { headers }), 404);
    expectStatus(await ctx.request("GET", path), 404);
  }
});

// Powers of two from 2 on, `count` of them, of which the sum is `total`.
function powersOfTwo(total, count) {
  const exponents = [];
  for (let n = 1; n < 31; ++n) if (total & (1 << n)) exponents.push(n);
  while (exponents.length < count) {
    const n = exponents.pop();
    exponents.push(n - 1, n - 1);
    exponents.sort((a, b) => a - b);
  }
  return exponents.reverse();
}

// Pushes messages whose frames have these sizes, of which the last one brings
// the response to the limit.
async function expectLimit(session, sizes, push) {
  const receiver = await session.open(XHR_STREAMING);
  let sent = "o\n".length;
  for (const size of sizes) {
    assert.ok(sent < DEFAULT_LIMIT);
    await push(size);
    const wire = await receiver.nextWire(`a frame after ${sent} bytes`);
    assert.equal(wire?.length, size, `a frame after ${sent} bytes`);
    sent += size;
  }
  assert.equal(sent, DEFAULT_LIMIT);
  await receiver.expectEnd();
}

add("response_limit is by default 131072 bytes: plain SockJS", ["amplify"], async (ctx) => {
  const session = ctx.session();
  const framing = 'a[""]\n'.length;
  const count = 20;
  const exponents = powersOfTwo(DEFAULT_LIMIT - "o\n".length - count * framing, count);
  const sizes = exponents.map((n) => 2 ** n + framing);
  await expectLimit(session, sizes, (size) => session.send(String(Math.log2(size - framing))));
});

add("response_limit is by default 131072 bytes: Thunderpush", ["daemon"], async (ctx) => {
  const session = ctx.session();
  const framing = 'a[{"payload":"\\"\\""}]\n'.length;
  const sizes = [30_000, 30_000, 30_000, 30_000, DEFAULT_LIMIT - "o\n".length - 120_000 - 40, 40];
  await expectLimit(session, sizes, (size) => session.push("x".repeat(size - framing)));
});

add("heartbeat_delay is by default 25 s", ["echo", "daemon"], async (ctx) => {
  const session = ctx.session();
  const begin = Date.now();
  const receiver = await session.open(XHR_STREAMING);
  const limit = deadline(2 * DEFAULT_HEARTBEAT_MS);
  assert.equal(await receiver.nextFrame("the heartbeat", limit), "h");
  const elapsed = Date.now() - begin;
  assert.ok(elapsed > DEFAULT_HEARTBEAT_MS - LATENCY_MS, `not before: after ${elapsed} ms`);
});

add("disconnect_delay is by default 5 s", ["echo", "daemon"], async (ctx) => {
  const session = ctx.session();
  const begin = Date.now();
  await session.open(XHR);
  await eventually("the session to be forgotten", () => session.isUnknown());
  const elapsed = Date.now() - begin;
  assert.ok(elapsed > DEFAULT_DISCONNECT_MS - LATENCY_MS, `not before: after ${elapsed} ms`);
});

add("jsessionid is off or on", ["echo", "cookie_needed_echo", "daemon"], async (ctx) => {
  const answer = await ctx.request("POST", `${ctx.sessionUrl()}/xhr`);
  expectStatus(answer, 200, "o\n");
  if (ctx.target.cookie) assert.equal(answer.values("set-cookie").length, 1, String(answer));
  else expectAbsent(answer, "set-cookie");
});
