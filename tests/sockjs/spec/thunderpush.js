// Thunderpush over the HTTP transports: commands, publications, presence.
import assert from "node:assert/strict";

import { untilListed, untilOnline } from "../../blackbox/support/expect.js";
import { startServer } from "../../blackbox/support/server.js";
import { DELETED, SHUTTING_DOWN } from "../support/close_frames.js";
import { expectStatus } from "../support/expect.js";
import { Scenario } from "../support/scenario.js";
import { attached } from "../support/session.js";
import { TARGETS } from "../support/targets.js";
import { each, JSONP, POLLING, TRANSPORTS, XHR } from "../support/transports.js";

const LONG = 400_000; // characters, less than what a queue takes

// Sends commands as the clients of this transport do.
async function command(session, transport, ...commands) {
  const json = JSON.stringify(commands);
  if (transport !== JSONP) return session.send(...commands);
  const answer = await session.post(`d=${encodeURIComponent(json)}`, {
    suffix: "/jsonp_send",
    headers: ["Content-Type: application/x-www-form-urlencoded"],
  });
  return expectStatus(answer, 200, "ok");
}

// The elements of `count` messages, one receiving request after the other.
async function elements(session, transport, receiver, count) {
  const received = [];
  let current = receiver;
  while (received.length < count) {
    const frame = await current.nextFrame("publications");
    if (frame === null) current = await session.receiver(transport);
    else received.push(...JSON.parse(frame.slice(1)));
  }
  return received;
}

/// Declares the tests.
export function thunderpush(declare) {
  const scenario = (title, run) => declare(`Thunderpush: ${title} [daemon]`, "daemon", run);

  for (const transport of TRANSPORTS) {
    const { name } = transport;

    scenario(`${name}: a client connects, subscribes and gets publications`, async (ctx) => {
      const session = ctx.session();
      const receiver = await session.receiver(transport);
      await receiver.expectFrame("o");
      const [user, channel] = [ctx.name("user"), ctx.name("channel")];
      await command(session, transport, `CONNECT ${user}:${ctx.app.key}`);
      await command(session, transport, `SUBSCRIBE ${channel}:${channel}-2`);
      for (const [where, text] of [
        [channel, '{"a": 1}'],
        [`${channel}-2`, "[]\n"],
      ]) {
        const next = await attached(session, transport, receiver);
        expectStatus(await ctx.rest.publish(where, text), 200, '{"count": 1}\n');
        await next.expectFrame(`a${JSON.stringify([{ payload: text, channel: where }])}`);
      }
      const next = await attached(session, transport, receiver);
      expectStatus(await ctx.rest.tell(user, '"for you"'), 200, '{"count": 1}\n');
      await next.expectFrame('a[{"payload":"\\"for you\\""}]');
    });

    scenario(`${name}: the user is online while receiving and between requests`, async (ctx) => {
      const session = ctx.session();
      const receiver = await session.open(transport);
      const expectOnline = async () =>
        assert.deepEqual((await ctx.rest.user(session.user)).json, { online: true });
      await expectOnline();
      for (const text of ["1", "2"]) {
        const next = await attached(session, transport, receiver);
        await expectOnline();
        await session.push(text);
        await next.expectFrame(session.frame(text));
        await expectOnline();
      }
    });

    scenario(`${name}: after UNSUBSCRIBE nothing comes from the channel`, async (ctx) => {
      const session = ctx.session();
      const receiver = await session.open(transport);
      const channel = ctx.name("channel");
      await command(session, transport, `SUBSCRIBE ${channel}`, `UNSUBSCRIBE ${channel}`);
      await untilListed(ctx.rest, channel, []);
      expectStatus(await ctx.rest.publish(channel, "1"), 200, '{"count": 0}\n');
      const next = await attached(session, transport, receiver);
      await session.push("the next one");
      await next.expectFrame(session.frame("the next one"));
    });

    scenario(`${name}: a long publication arrives whole`, async (ctx) => {
      const session = ctx.session();
      const receiver = await attached(session, transport, await session.open(transport));
      const text = "żółw % \u2028".repeat(LONG / 8);
      await session.push(text);
      const [{ payload }] = await elements(session, transport, receiver, 1);
      assert.ok(JSON.parse(payload) === text, "the payload is another one");
    });

    scenario(
      `${name}: 200 publications while the client comes and goes arrive in order`,
      async (ctx) => {
        const session = ctx.session();
        const receiver = await attached(session, transport, await session.open(transport));
        const channel = ctx.name("channel");
        await session.send(`SUBSCRIBE ${channel}`);
        const [received] = await Promise.all([
          elements(session, transport, receiver, 200),
          (async () => {
            for (let i = 0; i < 200; ++i) await ctx.rest.publish(channel, String(i));
          })(),
        ]);
        assert.deepEqual(
          received.map(({ payload }) => Number(payload)),
          [...Array(200).keys()],
        );
      },
    );
  }

  scenario("a polling client that stays away is offline, and in no channel", (ctx) =>
    each(POLLING, async (transport) => {
      const session = ctx.session();
      await session.open(transport);
      const channel = ctx.name("channel");
      await session.send(`SUBSCRIBE ${channel}`);
      await untilListed(ctx.rest, channel, [session.user]);
      await untilOnline(ctx.rest, session.user, false);
      await untilListed(ctx.rest, channel, []);
    }),
  );

  scenario("one user on every transport: each session gets each message", async (ctx) => {
    const user = ctx.name("user");
    const sessions = [];
    for (const transport of TRANSPORTS) {
      const session = ctx.session();
      const receiver = await session.receiver(transport);
      await receiver.expectFrame("o");
      await session.send(`CONNECT ${user}:${ctx.app.key}`);
      sessions.push({ session, transport, receiver });
    }
    const count = `{"count": ${TRANSPORTS.length}}\n`;
    expectStatus(await ctx.rest.tell(user, "1"), 200, count);
    expectStatus(await ctx.rest.tell(user, "2"), 200, count);
    for (const { session, transport, receiver } of sessions) {
      const next = await attached(session, transport, receiver);
      const received = await elements(session, transport, next, 2);
      assert.deepEqual(received, [{ payload: "1" }, { payload: "2" }], transport.name);
    }
    expectStatus(await ctx.rest.disconnect(user), 204);
    assert.deepEqual((await ctx.rest.user(user)).json, { online: false });
    for (const { session } of sessions) assert.equal(await session.poll(XHR), DELETED);
  });

  scenario("subscribers on every transport get publications in one order", async (ctx) => {
    const channel = ctx.name("channel");
    const subscribers = [];
    for (const transport of TRANSPORTS) {
      const session = ctx.session();
      const receiver = await session.open(transport);
      await session.send(`SUBSCRIBE ${channel}`);
      subscribers.push({ session, transport, receiver });
    }
    const publishers = [0, 1, 2].map(async (n) => {
      for (let i = 0; i < 30; ++i) await ctx.rest.publish(channel, `"${n} ${i}"`);
    });
    const [first, ...others] = await Promise.all(
      subscribers.map(async ({ session, transport, receiver }) =>
        elements(session, transport, await attached(session, transport, receiver), 90),
      ),
    );
    await Promise.all(publishers);
    for (const other of others) assert.deepEqual(other, first);
  });

  scenario("at shutdown every session is told 3001, and the server ends with 0", async () => {
    const server = await startServer({ config: { server: { drain: "300ms" } } });
    const own = new Scenario(TARGETS.daemon, server);
    try {
      const receivers = [];
      for (const transport of TRANSPORTS) {
        const session = own.session();
        receivers.push(await attached(session, transport, await session.open(transport)));
      }
      const frames = receivers.map((receiver) => receiver.nextFrame("the close frame"));
      const idle = own.session();
      await idle.open(XHR);
      server.child.kill("SIGTERM");
      assert.deepEqual(await Promise.all(frames), Array(TRANSPORTS.length).fill(SHUTTING_DOWN));
      assert.deepEqual(await server.waitForExit(), { code: 0, signal: null });
    } finally {
      own.dispose();
      if (server.alive) server.child.kill("SIGKILL");
    }
  });
}
