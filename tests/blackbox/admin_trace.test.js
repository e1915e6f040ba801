// GET /trace: what a channel, a user or a connection does, live.
import assert from "node:assert/strict";

import { test } from "node:test";

import { connectionOf, see } from "./support/admin.js";
import { eventually } from "./support/deadline.js";
import { EventStream } from "./support/event_stream.js";
import { expectAnswer } from "./support/expect.js";
import { suite, withOwnServer } from "./support/suite.js";

const MOST_TRACES = 8;
const PAYLOAD_BYTES = 256;

// A trace that has begun on all homes: they answer in the order they are asked.
async function trace(ctx, query) {
  const stream = await EventStream.open(ctx.server.adminPort, `/trace?app=main&${query}`);
  ctx.keep(stream);
  assert.equal(stream.status, 200, stream.path);
  assert.match(stream.headers["content-type"], /^text\/event-stream/);
  await see(ctx, "/stats");
  return stream;
}

// The next event of a trace, as an object.
async function nextEvent(stream, what) {
  const { type, data } = await stream.next(what);
  assert.equal(type, "trace");
  return JSON.parse(data);
}

// Takes events up to the first of this name; all that were taken.
async function upTo(stream, name) {
  const taken = [];
  do {
    taken.push(await nextEvent(stream, `the event ${name}`));
  } while (taken.at(-1).event !== name);
  return taken;
}

const names = (events) => events.map(({ event }) => event);
const find = (events, name) => events.find(({ event }) => event === name);

suite("a trace", {}, (scenario) => {
  scenario("of a channel shows what is published, and to how many", async (ctx) => {
    const channel = ctx.name("channel");
    const first = await ctx.subscriber({ channels: [channel], raw: true });
    const stream = await trace(ctx, `channel=${channel}`);
    await ctx.subscriber({ channels: [channel], raw: true });
    await ctx.rest().publish(channel, '"hello"');
    const bytes = Buffer.byteLength(await first.next());
    const events = await upTo(stream, "publish");
    assert.deepEqual(names(events), ["join", "publish"]);
    const { at, actor, kind, name, home, ...published } = find(events, "publish");
    assert.equal(kind, "channel");
    assert.equal(name, channel);
    assert.ok(Number.isInteger(actor) && Number.isInteger(home));
    assert.ok(Math.abs(Date.now() - Date.parse(at)) < 60_000, `at: ${at}`);
    assert.equal(published.bytes, bytes, "the size of the message that is delivered");
    assert.equal(published.count, 2, "subscribers");
    assert.equal(events[0].count, 2);
  });

  scenario("of a user shows what it is sent, on all its connections", async (ctx) => {
    const user = `${ctx.name("user")} ü`;
    const channel = ctx.name("channel");
    const stream = await trace(ctx, `user=${encodeURIComponent(user)}`);
    const clients = [];
    for (let i = 0; i < 2; ++i) {
      clients.push(await ctx.subscriber({ user, channels: [channel], raw: true }));
    }
    await ctx.rest().tell(user, '"hello"');
    const bytes = Buffer.byteLength(await clients[0].next());
    await ctx.rest().disconnect(user);

    const events = [];
    await eventually("two connections to be closed", async () => {
      events.push(await nextEvent(stream, "an event of the user"));
      return names(events).filter((event) => event === "close").length === 2;
    });
    for (const event of ["connect", "subscribe", "attach", "send", "deliver", "disconnect"]) {
      assert.ok(find(events, event), `${event} among ${names(events)}`);
    }
    for (const each of events) assert.equal(each.name, user);
    const subscribed = events.filter(({ event, subject }) => {
      return event === "subscribe" && subject === channel;
    });
    assert.equal(subscribed.length, 2);
    assert.equal(find(events, "send").count, 2);
    assert.equal(find(events, "send").bytes, bytes);
    const delivered = events.filter(({ event }) => event === "deliver");
    assert.deepEqual(delivered.map((each) => each.bytes), [bytes, bytes]);
    assert.equal(find(events, "close").count, 9002, "the close code");
  });

  scenario("of a connection shows its commands, what it gets and its end", async (ctx) => {
    const client = await ctx.subscriber({ raw: true });
    const other = await ctx.subscriber({ user: client.user, raw: true });
    const { connections } = (await ctx.admin("GET", `/connections?user=${client.user}`)).json;
    const [id, otherId] = connections.map((each) => each.id);
    const channel = ctx.name("channel");
    const stream = await trace(ctx, `connection=${id}`);
    client.send(`SUBSCRIBE ${channel}`);
    other.send(`SUBSCRIBE ${channel}`);
    await eventually("both to be subscribed", async () => {
      return (await ctx.rest().channel(channel)).json.users.length === 2;
    });
    await ctx.rest().publish(channel, '"hello"');
    const bytes = Buffer.byteLength(await client.next());
    client.send(`UNSUBSCRIBE ${channel}`);
    await ctx.admin("DELETE", `/connections/${otherId}`);
    await ctx.admin("DELETE", `/connections/${id}`);
    const events = (await upTo(stream, "close")).filter(({ subject }) => !/settled/.test(subject));
    assert.deepEqual(names(events), ["subscribe", "deliver", "unsubscribe", "close"]);
    for (const each of events) assert.equal(each.actor, id);
    assert.equal(events[0].subject, channel);
    assert.equal(events[1].bytes, bytes);
    assert.equal(events[2].subject, channel);
    assert.deepEqual([events[3].count, events[3].subject], [3000, "Go away!"]);
  });

  scenario("shows no payload, unless payload=true", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel], raw: true });
    const { id } = await connectionOf(ctx, client.user);
    const subjects = [`channel=${channel}`, `user=${client.user}`, `connection=${id}`];
    const body = JSON.stringify("a-secret-of-somebody");
    for (const subject of subjects) {
      const [without, denied, shown] = [
        await trace(ctx, subject),
        await trace(ctx, `${subject}&payload=false`),
        await trace(ctx, `${subject}&payload=true`),
      ];
      await ctx.rest().publish(channel, body);
      const text = await client.next();
      const event = subject.startsWith("channel") ? "publish" : "deliver";
      for (const stream of [without, denied]) {
        const [seen] = await upTo(stream, event);
        assert.ok(!JSON.stringify(seen).includes("a-secret"), JSON.stringify(seen));
      }
      assert.equal((await upTo(shown, event))[0].payload, text);
      for (const stream of [without, denied, shown]) stream.close();
    }
  });

  scenario("shows the beginning of a long payload, cut between characters", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel], raw: true });
    const stream = await trace(ctx, `channel=${channel}&payload=true`);
    for (const filler of ["", "x", "xx", "xxx"]) {
      await ctx.rest().publish(channel, JSON.stringify(filler + "𝄞".repeat(1000)));
      const text = await client.next();
      const [{ bytes, payload }] = await upTo(stream, "publish");
      assert.equal(bytes, Buffer.byteLength(text));
      assert.ok(text.startsWith(payload), payload);
      const size = Buffer.byteLength(payload);
      assert.ok(size <= PAYLOAD_BYTES && size > PAYLOAD_BYTES - 4, `${size} bytes`);
    }
  });

  scenario("shows nothing of other applications", async (ctx) => {
    const channel = ctx.name("channel");
    const { user } = await ctx.subscriber({ channels: [channel] });
    await ctx.subscriber({ user, channels: [channel], app: "second" });
    const streams = [await trace(ctx, `channel=${channel}`), await trace(ctx, `user=${user}`)];
    for (const app of ["second", "main"]) {
      await ctx.rest(app).publish(channel, JSON.stringify(app.repeat(10)));
      await ctx.rest(app).tell(user, JSON.stringify(app.repeat(10)));
    }
    const own = JSON.stringify({ payload: JSON.stringify("main".repeat(10)), channel }).length;
    assert.equal((await upTo(streams[0], "publish"))[0].bytes, own);
    const first = (await upTo(streams[1], "deliver")).at(-1);
    assert.ok([own, own - `,"channel":"${channel}"`.length].includes(first.bytes));
  });

  scenario("ends by itself, with an event of type end", async (ctx) => {
    const channel = ctx.name("channel");
    await ctx.subscriber({ channels: [channel] });
    const stream = await trace(ctx, `channel=${channel}&seconds=1`);
    await ctx.rest().publish(channel, "1");
    const types = (await stream.remaining()).map(({ type }) => type);
    assert.deepEqual(types, ["trace", "end"]);
  });

  scenario("goes on for what is not there yet", async (ctx) => {
    const channel = ctx.name("channel");
    const stream = await trace(ctx, `channel=${channel}`);
    await ctx.subscriber({ channels: [channel] });
    assert.equal((await nextEvent(stream)).event, "join");
  });

  scenario("is bounded: of a flood it shows a part, and counts the rest", async (ctx) => {
    const [connections, publications] = [150, 20];
    const channel = ctx.name("channel");
    const user = ctx.name("user");
    const opening = Array.from({ length: connections }, () => ctx.raw());
    for (const client of await Promise.all(opening)) {
      client.send(`CONNECT ${user}:${ctx.rest().key}`, `SUBSCRIBE ${channel}`);
    }
    await eventually("all to be subscribed", async () => {
      return (await ctx.rest().channel(channel)).json.users.length === connections;
    });

    const stream = await trace(ctx, `user=${user}`);
    const flood = Array.from({ length: publications }, () => ctx.rest().publish(channel, "1"));
    for (const answer of await Promise.all(flood)) {
      expectAnswer(answer, 200, `{"count": ${connections}}\n`);
    }
    // Each event tells what was missed before it, so some more have to follow.
    let [shown, missed, happened] = [0, 0, connections * publications];
    await eventually("those that were shown and missed to be all", async () => {
      for (const { data } of stream.events.splice(0)) {
        shown += 1;
        missed += JSON.parse(data).missed ?? 0;
      }
      if (missed > 0 && shown + missed === happened) return true;
      await ctx.rest().publish(channel, "1");
      happened += connections;
      throw new Error(`${shown} shown, ${missed} missed of ${happened - connections}`);
    });
    assert.ok(shown < happened, `${shown} of ${happened} are shown`);
  });

  scenario("ends when its client goes; there are only so many at a time", async (ctx) => {
    const query = `user=${ctx.name("user")}`;
    const path = `/trace?app=main&${query}&seconds=600`;
    const streams = [];
    for (let i = 0; i < MOST_TRACES; ++i) streams.push(await trace(ctx, `${query}&seconds=600`));
    const refused = await ctx.admin("GET", path);
    expectAnswer(refused, 503);
    assert.ok(Number(refused.headers["retry-after"]) >= 1, "Retry-After");
    streams[3].close();
    await eventually("the place to be free", async () => {
      const stream = ctx.keep(await EventStream.open(ctx.server.adminPort, path));
      if (stream.status !== 200) stream.close();
      return stream.status === 200;
    });
    expectAnswer(await ctx.admin("GET", path), 503);
  });
});

test("a trace of a channel shows who comes as join, who goes as leave", async () => {
  await withOwnServer({ config: { server: { homes: 1 } } }, async (ctx) => {
    const channel = ctx.name("channel");
    const stream = await trace(ctx, `channel=${channel}`);
    const clients = [];
    for (let i = 0; i < 2; ++i) clients.push(await ctx.subscriber({ channels: [channel] }));
    for (const client of clients) await client.close();
    const events = [];
    for (let i = 0; i < 4; ++i) events.push(await nextEvent(stream));
    assert.deepEqual(
      events.map(({ event, count }) => [event, count]),
      [
        ["join", 1],
        ["join", 2],
        ["leave", 1],
        ["leave", 0],
      ],
    );
  });
});

test("a trace does not keep the server from ending", async () => {
  await withOwnServer({}, async (ctx) => {
    const stream = await trace(ctx, `user=${ctx.name("user")}&seconds=600`);
    await ctx.server.stop();
    await stream.remaining();
  });
});
