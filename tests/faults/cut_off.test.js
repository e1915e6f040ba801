// Peers that packets do not reach any more: nobody says goodbye.
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";

import { see } from "../blackbox/support/admin.js";
import { eventually } from "../blackbox/support/deadline.js";
import { untilListed, untilOnline } from "../blackbox/support/expect.js";
import { withOwnServer } from "../blackbox/support/suite.js";
import { cut, FAR, inOwnNetwork, restore } from "./support/own_network.js";
import { openDescriptors } from "./support/process.js";

const IMPATIENT = {
  server: { heartbeat: "1s", pong_timeout: "500ms" },
  sockjs: { disconnect_delay: "500ms" },
  limits: { queue_age: "1s", queue_bytes: "128KiB" },
  log: { level: "info" },
};
const FROM_AFAR = { localAddress: FAR };

/// A client by WebSocket from afar that is connected as a user of its own.
async function farSubscriber(ctx, channels, raw) {
  const client = ctx.keep(raw ? await ctx.raw(FROM_AFAR) : await ctx.sockjs(FROM_AFAR));
  client.user = ctx.name("far");
  client.send(`CONNECT ${client.user}:${ctx.server.apps.main.key}`);
  client.send(`SUBSCRIBE ${channels.join(":")}`);
  await ctx.settle(client);
  return client;
}

/// A SockJS session from afar with a receiving request that is not answered.
async function farReceiver(ctx, resource) {
  const client = await ctx.polling();
  client.user = ctx.name("far");
  await client.send([`CONNECT ${client.user}:${ctx.server.apps.main.key}`, "SUBSCRIBE news"]);
  client.answer = client.receive(resource, FROM_AFAR);
  client.answer.catch(() => {}); // the network is cut
  return client;
}

async function departures(ctx, users) {
  const { closed } = await see(ctx, "/connections/closed");
  return users.map((user) => closed.find((each) => each.user === user)?.code);
}

inOwnNetwork(import.meta.url, "peers that are cut off are noticed and given up", () => {
  describe("a peer that is cut off", () => {
    let isCut = false;
    const cutOff = () => {
      cut();
      isCut = true;
    };
    const letThrough = () => {
      if (isCut) restore();
      isCut = false;
    };
    afterEach(letThrough);

    test("is closed with 3012 when it is a WebSocket, and others are served on", async (t) => {
      await withOwnServer({ config: IMPATIENT }, async (ctx) => {
        const near = await ctx.subscriber({ channels: ["news"] });
        await ctx.rest().publish("news", '"before"');
        await near.nextMessage();
        await see(ctx, "/stats"); // over the connection that the admin endpoint keeps
        const atStart = openDescriptors(ctx.server.pid);
        const far = [];
        for (const raw of [true, false, true, false]) {
          far.push(await farSubscriber(ctx, ["news"], raw));
        }
        cutOff();
        const begun = performance.now();
        await eventually("all of them to be closed for want of a pong", async () => {
          const codes = await departures(ctx, far.map(({ user }) => user));
          assert.deepEqual(codes, far.map(() => 3012));
        });
        t.diagnostic(`noticed after ${(performance.now() - begun).toFixed(0)} ms`);
        await untilListed(ctx.rest(), "news", [near.user]);
        await eventually(
          "their descriptors to be given back",
          () => openDescriptors(ctx.server.pid) === atStart,
        );
        t.diagnostic(`descriptors given back after ${(performance.now() - begun).toFixed(0)} ms`);
        await ctx.rest().publish("news", '"after"');
        assert.deepEqual(await near.nextMessage(), { payload: '"after"', channel: "news" });
      });
    });

    test("is offline when it polls", async () => {
      await withOwnServer({ config: IMPATIENT }, async (ctx) => {
        const far = await farReceiver(ctx, "xhr");
        await untilOnline(ctx.rest(), far.user);
        cutOff();
        await untilOnline(ctx.rest(), far.user, false);
        await eventually("no actor to be left", async () => {
          const { actors } = await see(ctx, "/stats");
          assert.equal(actors.connection + actors.session + actors.channel, 0);
        });
      });
    });

    test("is closed as a slow consumer when it has an answer streamed to it", async () => {
      await withOwnServer({ config: IMPATIENT }, async (ctx) => {
        const far = await farReceiver(ctx, "xhr_streaming");
        await untilOnline(ctx.rest(), far.user);
        cutOff();
        const body = JSON.stringify("x".repeat(100_000));
        await eventually("it to be too slow", async () => {
          await ctx.rest().publish("news", body);
          assert.deepEqual(await departures(ctx, [far.user]), [3008]);
        });
        await untilOnline(ctx.rest(), far.user, false);
      });
    });

    test("has lost nothing when packets come through again in time", async () => {
      await withOwnServer({ config: { log: { level: "info" } } }, async (ctx) => {
        const far = await farSubscriber(ctx, ["news"], false);
        cutOff();
        for (let number = 0; number < 5; ++number) {
          const answer = await ctx.rest().publish("news", String(number));
          assert.deepEqual(answer.json, { count: 1 });
        }
        letThrough();
        for (let number = 0; number < 5; ++number) {
          const message = await far.nextMessage();
          assert.deepEqual(message, { payload: String(number), channel: "news" });
        }
        await ctx.expectNothingElse(far);
      });
    });
  });
});
