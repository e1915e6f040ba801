// How many clients may connect: to the server, an application, from an address.
import assert from "node:assert/strict";

import { eventually } from "./support/deadline.js";
import { expectAnswer, untilOnline } from "./support/expect.js";
import { metrics } from "./support/metrics.js";
import { PollingClient } from "./support/polling_client.js";
import { RawConnection, requestText } from "./support/raw_http.js";
import { suite } from "./support/suite.js";

/// The head of the answer to a WebSocket handshake; the socket stays open.
async function handshake(ctx) {
  const connection = ctx.keep(await RawConnection.open(ctx.port));
  connection.write(
    requestText("GET", "/connect/websocket", {
      headers: [
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
      ],
    }),
  );
  return { connection, head: await connection.readHead() };
}

async function expectRefused(ctx, text) {
  const { connection, head } = await handshake(ctx);
  assert.equal(head.status, 503, head.statusLine);
  assert.ok(Number(head.headers["retry-after"]) > 0, "it says when to come again");
  const body = (await connection.read(Number(head.headers["content-length"]))).toString();
  assert.match(body, text);
  connection.destroy();
}

async function untilAdmitted(ctx) {
  return eventually("a client to be let in", async () => {
    const { connection, head } = await handshake(ctx);
    if (head.status === 101) return connection;
    connection.destroy();
    return false;
  });
}

suite("limits.connections", { config: { limits: { connections: 3 } } }, (scenario) => {
  scenario("holds for all homes and transports together", async (ctx) => {
    const sockets = [await handshake(ctx), await handshake(ctx)];
    for (const { head } of sockets) assert.equal(head.status, 101, head.statusLine);
    const poller = await ctx.polling();
    for (let i = 0; i < 4; ++i) await expectRefused(ctx, /^Too many connections\.\n$/);
    const refused = ctx.keep(new PollingClient(ctx.port));
    const answer = await refused.receive("xhr");
    assert.equal(answer.status, 503);
    assert.ok(Number(answer.headers["retry-after"]) > 0);
    const poll = poller.receive("xhr");
    await poller.send(["CONNECT one:publickey", "SUBSCRIBE c"]);
    expectAnswer(await ctx.rest().publish("c", "1"), 200, '{"count": 1}\n');
    assert.match((await poll).text, /^a\[/, "those who are in are served");
    const counted = await metrics(ctx);
    assert.equal(counted.of('thunderpush_connections_refused_total{limit="connections"}'), 5);
    sockets[0].connection.reset();
    await untilAdmitted(ctx);
    await expectRefused(ctx, /^Too many connections\.\n$/);
  });
});

suite("limits.connections_per_address", { config: { limits: { connections_per_address: 2 } } }, (scenario) => {
  scenario("holds for each address by itself", async (ctx) => {
    const first = await handshake(ctx);
    assert.equal(first.head.status, 101);
    assert.equal((await handshake(ctx)).head.status, 101);
    await expectRefused(ctx, /address/);
    for (const [address, statuses] of [
      ["127.0.0.1", [503]],
      ["127.0.0.2", [200, 200, 503]],
      ["127.0.0.3", [200, 200, 503]],
    ]) {
      for (const status of statuses) {
        const session = ctx.keep(new PollingClient(ctx.port));
        const answer = await session.receive("xhr", { localAddress: address });
        assert.equal(answer.status, status, `a session from ${address}`);
      }
    }
    const counted = await metrics(ctx);
    assert.equal(counted.of('thunderpush_connections_refused_total{limit="address"}'), 4);
    first.connection.reset();
    await untilAdmitted(ctx);
  });
});

suite("an application's connections", { config: { "app.second": { connections: 2 } } }, (scenario) => {
  scenario("one too many is closed with 3505 once it says who it is", async (ctx) => {
    const one = await ctx.subscriber({ app: "second" });
    const other = await ctx.subscriber({ app: "second" });
    const third = await ctx.sockjs();
    third.send("CONNECT third:otherkey");
    assert.deepEqual(JSON.parse((await third.nextFrame()).slice(1)), [3505, "Too many connections"]);
    const raw = await ctx.raw();
    raw.send("CONNECT fourth:otherkey");
    assert.deepEqual(await raw.closed(), { code: 3505, reason: "Too many connections" });
    await ctx.subscriber({ app: "main" });
    expectAnswer(await ctx.rest("second").users(), 200, '{"count": 2}\n');
    const counted = await metrics(ctx);
    assert.equal(counted.of('thunderpush_connections_refused_total{limit="app"}'), 2);
    expectAnswer(await ctx.rest("second").disconnect(one.user), 204);
    await one.closed();
    other.reset();
    await untilOnline(ctx.rest("second"), other.user, false);
    await eventually("two others to have room", async () => {
      const next = await ctx.sockjs();
      const user = ctx.name("user");
      next.send(`CONNECT ${user}:otherkey`, `SUBSCRIBE ${user}`);
      return eventually("its subscription", async () => {
        if (next.closing || next.messages.length > 0) return true;
        return (await ctx.rest("second").channel(user)).json.users.length === 1;
      }).then(() => !next.closing && next.messages.length === 0);
    });
  });
});
