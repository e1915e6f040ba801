// sockjs.md, section 10: the test services.
import assert from "node:assert/strict";

import { eventually } from "../../blackbox/support/deadline.js";
import { GO_AWAY } from "../support/close_frames.js";
import { expectHeader, expectStatus } from "../support/expect.js";
import { TestServer } from "../support/test_server.js";
import { POLLING, STREAMING, XHR, XHR_STREAMING, each } from "../support/transports.js";
import { section } from "./statement.js";

const { statements, add } = section("10");
export { statements };

async function expectEcho(ctx) {
  const session = ctx.session();
  const receiver = await session.open(XHR_STREAMING);
  await session.send("a", "b");
  const received = [];
  while (received.length < 2) {
    received.push(...JSON.parse((await receiver.nextFrame()).slice(1)));
  }
  assert.deepEqual(received, ["a", "b"]);
}

add(
  "/echo sends every message back, response_limit 4096, jsessionid off",
  ["echo"],
  async (ctx) => {
    await expectEcho(ctx);
    const session = ctx.session();
    const receiver = await session.open(XHR_STREAMING);
    await session.send("x".repeat(4096 - "o\n".length - 'a[""]\n'.length));
    assert.equal((await receiver.nextWire()).length, 4094);
    await receiver.expectEnd();
    assert.deepEqual(receiver.answer.values("set-cookie"), []);
  },
);

add(
  "/disabled_websocket_echo is the same with websocket off",
  ["disabled_websocket_echo"],
  async (ctx) => {
    await expectEcho(ctx);
    expectStatus(await ctx.at("GET", "/websocket"), 404);
  },
);

add("/cookie_needed_echo is the same with jsessionid on", ["cookie_needed_echo"], async (ctx) => {
  await expectEcho(ctx);
  const answer = await ctx.request("POST", `${ctx.sessionUrl()}/xhr`);
  expectHeader(answer, "set-cookie", "JSESSIONID=dummy; path=/");
});

add(
  "/close closes in the open callback: o is still sent, in a chunk of its own",
  ["close"],
  async (ctx) => {
    await each(STREAMING, async (transport) => {
      const receiver = await ctx.session().receiver(transport);
      assert.equal((await receiver.nextWire()).toString(), transport.wire("o"));
      assert.equal((await receiver.nextWire()).toString(), transport.wire(GO_AWAY));
      await receiver.expectEnd();
    });
    await each(POLLING, async (transport) => {
      const session = ctx.session();
      await session.open(transport);
      assert.equal(await session.poll(transport), GO_AWAY);
    });
    const client = await ctx.websocket();
    assert.equal(await client.readText(), GO_AWAY);
  },
);

add("/ticker sends tick! every second", ["ticker"], async (ctx) => {
  const session = ctx.session();
  const receiver = await session.open(XHR_STREAMING);
  const begin = Date.now();
  for (let i = 0; i < 3; ++i) await receiver.expectFrame('a["tick!"]');
  const elapsed = Date.now() - begin;
  assert.ok(elapsed > 1500, `two full seconds between three ticks: ${elapsed} ms`);
});

add("/amplify answers message n with 2^n times x", ["amplify"], async (ctx) => {
  const session = ctx.session();
  await session.open(XHR);
  for (const n of [1, 2, 10, 16, 19]) {
    await session.send(String(n));
    const frame = await session.poll();
    assert.equal(frame.length, 'a[""]'.length + 2 ** n, `n = ${n}`);
    assert.match(frame, /^a\["x+"\]$/);
  }
});

add("/broadcast sends every message to all sessions of the service", ["broadcast"], async (ctx) => {
  const sessions = [ctx.session(), ctx.session(), ctx.session()];
  const receivers = [];
  for (const session of sessions) receivers.push(await session.open(XHR_STREAMING));
  const client = await ctx.websocket();
  const text = ctx.name("broadcast");
  await sessions[1].send(text);
  for (const receiver of receivers) await receiver.expectFrame(`a["${text}"]`);
  assert.equal(await client.readText(), `a["${text}"]`);
});

add(
  "the executable prints one line when it is ready, and ends with 0 on SIGTERM",
  ["echo"],
  async () => {
    const server = await TestServer.start();
    const { code, signal } = await server.end();
    assert.deepEqual({ code, signal }, { code: 0, signal: null });
    assert.match(server.stdout, /^listening on http:\/\/127\.0\.0\.1:\d+\n$/);
  },
);

add("it ends with 0 while sessions of every kind are open", ["echo"], async (ctx) => {
  const server = await TestServer.start();
  const other = Object.assign(Object.create(ctx), { port: server.port });
  await other.session().open(XHR_STREAMING);
  const session = other.session();
  await session.open(XHR);
  await session.receiver(XHR);
  await other.websocket();
  assert.equal((await server.end()).code, 0);
});

add("the heartbeat delay can be set by an option", ["echo, quick heartbeats"], async (ctx) => {
  const session = ctx.session();
  const receiver = await session.open(XHR_STREAMING);
  await receiver.expectFrame("h");
});

add("the disconnect delay can be set by an option", ["echo, quick disconnects"], async (ctx) => {
  const session = ctx.session();
  await session.open(XHR);
  await eventually("the session to be forgotten", () => session.isUnknown());
});
