// What operators are told of clients is true.
import assert from "node:assert/strict";

import { connectionOf, publishUntil, see, silentSubscriber, walk } from "./support/admin.js";
import { DEADLINE_MS, eventually } from "./support/deadline.js";
import { EventStream } from "./support/event_stream.js";
import { metrics } from "./support/metrics.js";
import { expectDescribed, operation } from "./support/openapi.js";
import { PollingClient } from "./support/polling_client.js";
import { sessionPath } from "./support/sockjs_client.js";
import { suite } from "./support/suite.js";

const SLOW_SOON = DEADLINE_MS / 5; // until operators see that a client is slow: 2 s

const portOf = (client) => client.socket._socket.localPort;
const addressOf = (port) => `127.0.0.1:${port}`;
const linesAbout = (ctx, name) => {
  return ctx.server.stderr.split("\n").filter((line) => line.includes(name));
};

// -- slow clients ------------------------------------------------------------

const slowest = (ctx) => see(ctx, "/connections?slow=true&sort=queued_bytes");

// Publishes to a client that reads nothing until something waits for it.
async function untilQueued(ctx, channel, client) {
  await publishUntil(ctx, channel, `${client.user} to be blocked`, async () => {
    return (await connectionOf(ctx, client.user)).state === "blocked";
  });
  await ctx.rest().publish(channel, '"one more"');
}

// The same; waits until operators see that it is the slowest.
async function untilSlow(ctx, channel, client) {
  await untilQueued(ctx, channel, client);
  return eventually(
    `${client.user} to be at the top of those who are slow`,
    async () => {
      const [first] = (await slowest(ctx)).connections;
      assert.equal(first?.user, client.user);
      assert.ok(first.queued_bytes > 0 && first.queued_messages > 0, JSON.stringify(first));
      return first;
    },
    SLOW_SOON,
  );
}

async function expectClosedAsSlow(ctx, client, before) {
  const { user } = client;
  const [gone] = await eventually(`${user} to be listed as closed`, async () => {
    const found = await walk(ctx, "/connections/closed", `user=${user}&code=3008`);
    return found.length === 1 && found;
  });
  assert.equal(gone.reason, "Slow consumer");
  assert.equal(gone.address, addressOf(client.connection.socket.localPort));
  assert.equal(gone.transport, "raw-websocket");
  assert.ok(gone.dropped > 0, `dropped: ${gone.dropped}`);
  const ago = Date.now() - Date.parse(gone.closed_at);
  assert.ok(ago >= 0 && ago < 60_000, `closed_at: ${gone.closed_at}`);

  const after = await metrics(ctx);
  for (const sample of [
    'thunderpush_disconnects_total{code="3008"}',
    "thunderpush_slow_consumers_total",
  ]) {
    assert.equal(after.of(sample) - before.of(sample), 1, sample);
  }
  await eventually("the log to tell", () => linesAbout(ctx, user).length > 0);
  const lines = linesAbout(ctx, user).filter((line) => /slow consumer/i.test(line));
  assert.equal(lines.length, 1, lines.join("\n"));
}

const LONG = { config: { limits: { queue_bytes: "256MiB", queue_age: "3s" } } };
const SHORT = { config: { limits: { queue_bytes: "256KiB", queue_age: "1m" } } };

suite("a client that stops reading, with a long queue", LONG, (scenario) => {
  scenario("is shown with what waits for it until its time is over", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await silentSubscriber(ctx, channel);
    await ctx.subscriber({ channels: [ctx.name("channel")] });
    const before = await metrics(ctx);
    const first = await untilSlow(ctx, channel, client);
    assert.equal(first.state, "blocked");
    await eventually("its oldest message to age", async () => {
      const { oldest_ms: age, state } = await connectionOf(ctx, client.user, "&slow=true");
      return state === "blocked" && age > first.oldest_ms;
    });
    const during = await metrics(ctx);
    assert.equal(during.of("thunderpush_connections_blocked"), 1);
    assert.ok(during.of("thunderpush_queue_bytes") >= first.queued_bytes);
    await expectClosedAsSlow(ctx, client, before);
    client.destroy();
    await eventually("nobody to be slow", async () => {
      return (await slowest(ctx)).connections.length === 0;
    });
  });

  scenario("is the only one that is slow", async (ctx) => {
    const channel = ctx.name("channel");
    const healthy = await ctx.subscriber({ channels: [channel] });
    const client = await silentSubscriber(ctx, channel);
    await untilSlow(ctx, channel, client);
    const users = (await slowest(ctx)).connections.map((each) => each.user);
    assert.deepEqual(users, [client.user]);
    assert.equal((await connectionOf(ctx, healthy.user)).state, "connected");
  });
});

const PATIENT = { config: { limits: { queue_bytes: "256MiB", queue_age: "1m" } } };

suite("two clients that stop reading", PATIENT, (scenario) => {
  scenario("are both found, page by page, though what they wait for grows older", async (ctx) => {
    const clients = [];
    for (let i = 0; i < 2; ++i) {
      const channel = ctx.name("channel");
      clients.push(await silentSubscriber(ctx, channel));
      await untilQueued(ctx, channel, clients[i]);
    }
    const pageOf = (cursor) => see(ctx, `/connections?slow=true&sort=oldest&limit=1${cursor}`);
    const first = await pageOf("");
    assert.equal(first.connections[0].user, clients[0].user);
    await eventually("the second to wait as long as the first did", async () => {
      const { oldest_ms: age } = await connectionOf(ctx, clients[1].user);
      return age > first.connections[0].oldest_ms;
    });
    const second = await pageOf(`&cursor=${first.next}`);
    assert.deepEqual(second.connections.map(({ user }) => user), [clients[1].user]);
  });
});

suite("a client that stops reading, with a short queue", SHORT, (scenario) => {
  scenario("is closed when too much waits for it", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await silentSubscriber(ctx, channel);
    const before = await metrics(ctx);
    await publishUntil(ctx, channel, `${client.user} to be offline`, async () => {
      return !(await ctx.rest().user(client.user)).json.online;
    });
    await expectClosedAsSlow(ctx, client, before);
  });
});

// -- figures -----------------------------------------------------------------

suite("the figures of a connection", {}, (scenario) => {
  scenario("bytes in are those of its messages, bytes out those on its socket", async (ctx) => {
    const client = await ctx.rawWebSocket();
    client.user = ctx.name("user");
    const channel = ctx.name("channel");
    const commands = [`CONNECT ${client.user}:${ctx.rest().key}`, `SUBSCRIBE ${channel}`];
    for (const command of commands) client.sendText(command);
    await eventually("the subscription", async () => {
      return (await ctx.rest().channel(channel)).json.users.length === 1;
    });
    assert.equal((await connectionOf(ctx, client.user)).bytes_in, commands.join("").length);
    for (let i = 0; i < 5; ++i) {
      await ctx.rest().publish(channel, JSON.stringify("ü".repeat(100 * i)));
      await client.readText();
    }
    const { bytes_out: sent } = await connectionOf(ctx, client.user);
    assert.equal(sent, client.connection.socket.bytesRead, "with the answer to the handshake");
    client.sendText("something else");
    await eventually("the message to count", async () => {
      const { bytes_in: received } = await connectionOf(ctx, client.user);
      return received === commands.join("").length + "something else".length;
    });
  });

  scenario("they are its own: another client's do not move them", async (ctx) => {
    const quiet = await ctx.subscriber();
    const loud = await ctx.subscriber({ channels: [ctx.name("channel")] });
    const before = await connectionOf(ctx, quiet.user);
    await ctx.rest().tell(loud.user, '"hello"');
    await loud.nextMessage();
    const after = await connectionOf(ctx, quiet.user);
    assert.deepEqual({ ...after, rtt_ms: 0, age_seconds: 0 }, {
      ...before,
      rtt_ms: 0,
      age_seconds: 0,
    });
  });

  scenario("subscriptions are counted, and named in the connection's details", async (ctx) => {
    const channels = [ctx.name("channel"), ctx.name("channel"), ctx.name("channel")];
    const client = await ctx.subscriber({ channels, raw: true });
    const shown = async () => {
      const { id, subscriptions } = await connectionOf(ctx, client.user);
      const { details } = await see(ctx, `/actors/${id}`);
      assert.equal(details.subscriptions.length, subscriptions);
      return details.subscriptions.sort();
    };
    // One of its own shows that all before it are done: it goes at the end.
    await eventually("three subscriptions", async () => (await shown()).length === 3);
    assert.deepEqual(await shown(), [...channels].sort());
    client.send(`UNSUBSCRIBE ${channels[1]}`);
    await eventually("two subscriptions", async () => (await shown()).length === 2);
    assert.deepEqual(await shown(), [channels[0], channels[2]].sort());
  });

  scenario("the address is that of the client's socket, the round trip a number", async (ctx) => {
    for (const raw of [true, false]) {
      const client = await ctx.subscriber({ raw });
      const { address, rtt_ms: roundTrip } = await connectionOf(ctx, client.user);
      assert.equal(address, addressOf(portOf(client)));
      assert.ok(typeof roundTrip === "number" && roundTrip >= 0, `rtt_ms: ${roundTrip}`);
    }
  });

  scenario("between two polls a client has no address and no round trip", async (ctx) => {
    const client = await ctx.poller();
    const answer = await ctx.admin("GET", `/connections?user=${client.user}`);
    expectDescribed(answer, operation("GET", "/connections"));
    const [{ id, address, rtt_ms: roundTrip }] = answer.json.connections;
    assert.deepEqual([address, roundTrip], [null, null]);
    const alone = await ctx.admin("GET", `/actors/${id}`);
    expectDescribed(alone, operation("GET", "/actors/{id}"));
    assert.equal(alone.json.details.address, null);
    await ctx.rest().disconnect(client.user);
    await client.receive();
  });

  scenario("a client that waits in a poll has the address of that request", async (ctx) => {
    const client = await ctx.poller();
    const poll = client.receive();
    const [request] = client.pending;
    await eventually("the poll to be attached", async () => {
      const { address, rtt_ms: roundTrip } = await connectionOf(ctx, client.user);
      assert.equal(address, addressOf(request.socket.localPort));
      assert.equal(typeof roundTrip, "number");
    });
    await ctx.rest().disconnect(client.user);
    await poll;
  });
});

// -- transports --------------------------------------------------------------

// Names of transports, and what such a client asks for.
const STREAMS = {
  eventsource: "eventsource",
  htmlfile: "htmlfile?c=f",
  "xhr-streaming": "xhr_streaming",
};
const POLLS = { "xhr-polling": "xhr", "jsonp-polling": "jsonp?c=f" };

// A client of an HTTP transport, with a receiving request open.
async function httpClient(ctx, transport) {
  const resource = STREAMS[transport] ?? POLLS[transport];
  const path = sessionPath("");
  const client = ctx.keep(new PollingClient(ctx.port, { path }));
  if (POLLS[transport]) await client.receive(resource);
  client.receive(resource).catch(() => {}); // until the scenario ends
  client.user = ctx.name("user");
  await eventually("the session to take a command", () =>
    client.send([`CONNECT ${client.user}:${ctx.rest().key}`]),
  );
  return client;
}

suite("the transport of a connection", {}, (scenario) => {
  const expectTransport = async (ctx, { user }, transport) => {
    const shown = await eventually(`${user} to be shown`, () => connectionOf(ctx, user));
    assert.equal(shown.transport, transport);
  };

  scenario("is websocket or raw-websocket", async (ctx) => {
    await expectTransport(ctx, await ctx.subscriber(), "websocket");
    await expectTransport(ctx, await ctx.subscriber({ raw: true }), "raw-websocket");
  });

  for (const transport of Object.keys({ ...STREAMS, ...POLLS })) {
    scenario(`is ${transport}`, async (ctx) => {
      await expectTransport(ctx, await httpClient(ctx, transport), transport);
    });
  }

  scenario("is counted by application and transport", async (ctx) => {
    const sample = (app, transport) => {
      return `thunderpush_connections{app="${app}",transport="${transport}"}`;
    };
    const groups = [sample("main", "websocket"), sample("second", "raw-websocket")];
    const before = await metrics(ctx);
    await ctx.subscriber();
    await ctx.subscriber();
    await ctx.subscriber({ app: "second", raw: true });
    const after = await metrics(ctx);
    assert.deepEqual(
      groups.map((group) => after.of(group) - before.of(group)),
      [2, 1],
    );
  });
});

// -- filters -----------------------------------------------------------------

suite("the filters of /connections", {}, (scenario) => {
  const usersOf = async (ctx, query) => {
    return (await walk(ctx, "/connections", query)).map(({ user }) => user).sort();
  };

  scenario("user= shows all connections of that user, of each application", async (ctx) => {
    const user = `${ctx.name("user")} ü&=%`;
    await ctx.subscriber({ user });
    await ctx.subscriber({ user, app: "second" });
    await ctx.subscriber({ user: `${user}x` });
    const query = `user=${encodeURIComponent(user)}`;
    assert.deepEqual(await usersOf(ctx, query), [user, user]);
    assert.deepEqual(await usersOf(ctx, `${query}&app=second`), [user]);
    assert.deepEqual(await usersOf(ctx, `${query}&app=census`), []);
  });

  scenario("channel= shows those who are subscribed to it now", async (ctx) => {
    const channel = ctx.name("channel");
    const first = await ctx.subscriber({ channels: [channel, ctx.name("channel")] });
    const second = await ctx.subscriber({ channels: [channel], app: "second", raw: true });
    await ctx.subscriber({ channels: [`${channel}x`] });
    const all = [first.user, second.user].sort();
    assert.deepEqual(await usersOf(ctx, `channel=${channel}`), all);
    assert.deepEqual(await usersOf(ctx, `channel=${channel}&app=main`), [first.user]);
    first.send(`UNSUBSCRIBE ${channel}`);
    await ctx.settle(first);
    assert.deepEqual(await usersOf(ctx, `channel=${channel}`), [second.user]);
  });

  scenario("/connections/closed shows who went and why, newest first", async (ctx) => {
    const user = ctx.name("user");
    const left = await ctx.subscriber({ user });
    const port = portOf(left);
    await left.close();
    await eventually("the first to be listed", async () => {
      return (await walk(ctx, "/connections/closed", `user=${user}`)).length === 1;
    });
    const ended = await ctx.subscriber({ user, raw: true });
    await ctx.rest().disconnect(user);
    await ended.closed();
    const closed = await walk(ctx, "/connections/closed", `user=${user}`);
    assert.deepEqual(
      closed.map(({ code, reason, transport }) => [code, reason, transport]),
      [
        [9002, "Server closed the connection (intentionally).", "raw-websocket"],
        [0, "", "websocket"],
      ],
    );
    assert.equal(closed[1].address, addressOf(port));
    const byCode = await walk(ctx, "/connections/closed", `user=${user}&code=9002`);
    assert.deepEqual(byCode, [closed[0]]);
  });

  scenario("an eventsource client that goes is no longer shown", async (ctx) => {
    const path = sessionPath("");
    const stream = ctx.keep(await EventStream.open(ctx.port, `${path}eventsource`));
    const sender = ctx.keep(new PollingClient(ctx.port, { path }));
    const user = ctx.name("user");
    await sender.send([`CONNECT ${user}:${ctx.rest().key}`]);
    assert.deepEqual(await usersOf(ctx, `user=${user}`), [user]);
    stream.close();
    await eventually("it to be gone", async () => {
      return (await usersOf(ctx, `user=${user}`)).length === 0;
    });
  });
});
