// sockjs.md, section 9: what the clients do, as far as a server depends on it.
import assert from "node:assert/strict";

import { eventually } from "../../blackbox/support/deadline.js";
import { untilOnline } from "../../blackbox/support/expect.js";
import { ALL_NAMES, Client, CLIENT_TRANSPORTS } from "../support/clients.js";
import { expectStatus } from "../support/expect.js";
import { JSONP, POLLING, XHR, each } from "../support/transports.js";
import { section } from "./statement.js";

const { statements, add } = section("9");
export { statements };

add("sockjs-client asks for info, then takes websocket first", ["echo", "daemon"], async (ctx) => {
  const client = await Client.open(ctx);
  assert.equal(client.transport, "websocket");
});

add(
  "sockjs-client takes the next transport if WebSocket is off",
  ["disabled_websocket_echo"],
  async (ctx) => {
    const client = await Client.open(ctx);
    assert.equal(client.transport, "xhr-streaming");
    client.send("works");
    assert.deepEqual(await client.received(1), ["works"]);
  },
);

add(
  "a session that never polls again is gone after the disconnect delay",
  ["echo, quick disconnects"],
  async (ctx) => {
    const session = ctx.session();
    await session.open(JSONP);
    await eventually("the session to be gone", () => session.isUnknown());
  },
);

add(
  "server of three digits, session of eight characters, callbacks like _jp.abcdefg",
  ["echo", "daemon"],
  async (ctx) => {
    const url = `${ctx.prefix}/042/${ctx.sessionUrl().slice(-8)}`;
    const answer = await ctx.request("GET", `${url}/jsonp?c=_jp.abcdefg`);
    expectStatus(answer, 200, '/**/_jp.abcdefg("o");\r\n');
  },
);

add("messages are batched: what is collected meanwhile comes in the next send", ["echo"], (ctx) =>
  each(CLIENT_TRANSPORTS, async (transport) => {
    const client = await Client.open(ctx, [transport]);
    const texts = Array.from({ length: 50 }, (_, i) => `batched ${i}`);
    client.send(...texts);
    assert.deepEqual(await client.received(texts.length), texts);
  }),
);

add("xhr clients send text/plain, and take 204 for success", ["echo", "daemon"], async (ctx) => {
  const session = ctx.session();
  assert.equal(await session.poll(), "o");
  for (const type of ["text/plain", "text/plain;charset=UTF-8"]) {
    expectStatus(await session.post("[]", { headers: [`Content-Type: ${type}`] }), 204);
  }
});

add(
  "no poll is ever answered with an empty body",
  ["echo, quick heartbeats", "daemon, quick heartbeats"],
  (ctx) =>
    each(POLLING, async (transport) => {
      const session = ctx.session();
      for (const frame of ["o", "h", "h"]) {
        const receiver = await session.receiver(transport);
        assert.equal((await receiver.nextWire()).toString(), transport.wire(frame));
      }
    }),
);

add("the close event carries code and reason of the c frame, and wasClean", ["close"], (ctx) =>
  each(CLIENT_TRANSPORTS, async (transport) => {
    const client = await Client.open(ctx, [transport]);
    assert.deepEqual(await client.closed(), { code: 3000, reason: "Go away!", wasClean: true });
  }),
);

add(
  "a client that calls close() aborts its receiving request: it is gone at once",
  ["daemon"],
  (ctx) =>
    each(CLIENT_TRANSPORTS, async (transport) => {
      const client = await Client.open(ctx, [transport]);
      const user = ctx.name("user");
      client.send(`CONNECT ${user}:${ctx.app.key}`);
      await untilOnline(ctx.rest, user, true);
      // For a poll to be under way: one that carried a message is repeated.
      await ctx.rest.tell(user, '"x"');
      await client.received(1);
      const regular = ctx.session();
      await regular.open(XHR);
      client.socket.close();
      await untilOnline(ctx.rest, user, false);
    }),
);

add(
  "a jsonp client that calls close() lets its poll hang until the next heartbeat",
  ["echo, quick heartbeats"],
  async (ctx) => {
    const session = ctx.session();
    await session.open(JSONP);
    assert.equal(await session.poll(JSONP), "h");
  },
);

add("sockjs-client has the transports that were listed", ["echo"], async () => {
  assert.deepEqual(ALL_NAMES, [
    "websocket",
    "xhr-streaming",
    "xdr-streaming",
    "eventsource",
    "iframe-eventsource",
    "htmlfile",
    "iframe-htmlfile",
    "xhr-polling",
    "xdr-polling",
    "iframe-xhr-polling",
    "jsonp-polling",
  ]);
});
