// A server that has no file descriptor left.
import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { test } from "node:test";

import { eventually } from "../blackbox/support/deadline.js";
import { withOwnServer } from "../blackbox/support/suite.js";
import { binaryPath } from "../blackbox/support/binary.js";
import { openDescriptors, processorShare } from "./support/process.js";

const LIMIT = 64;
const CROWD = 500;
const STARVED = {
  command: ["prlimit", `--nofile=${LIMIT}:${LIMIT}`, binaryPath()],
  config: { log: { level: "info" } },
};

/// `count` TCP clients that say nothing, and stay for as long as they may.
async function crowd(port, count) {
  const sockets = Array.from({ length: count }, () => {
    const socket = net.connect({ port, host: "127.0.0.1" });
    socket.on("error", () => {}); // refused ones may be reset
    return socket;
  });
  await Promise.all(
    sockets.map((socket) => Promise.race([once(socket, "connect"), once(socket, "close")])),
  );
  return {
    left: () => sockets.filter((socket) => !socket.destroyed).length,
    leave: () => sockets.forEach((socket) => socket.destroy()),
  };
}

/// Whether a client that comes now is served, from connecting to a message.
async function servesNewcomer(ctx) {
  const channel = ctx.name("late");
  const client = await ctx.subscriber({ channels: [channel] });
  await ctx.rest().publish(channel, "1");
  assert.deepEqual(await client.nextMessage(), { payload: "1", channel });
}

const title = `${LIMIT} descriptors for ${CROWD} clients: the server rests, serves whom it has`;

test(`${title}, and soon others`, async (t) => {
  await withOwnServer(STARVED, async (ctx) => {
    const { pid } = ctx.server;
    const client = await ctx.subscriber({ channels: ["news"] });
    const warnings = () => ctx.server.stderr.match(/out of file descriptors/g)?.length ?? 0;
    const serves = async (payload) => {
      const answer = await ctx.rest().publish("news", payload);
      assert.deepEqual(answer.json, { count: 1 });
      assert.deepEqual(await client.nextMessage(), { payload, channel: "news" });
    };
    await serves("0");

    const guests = await crowd(ctx.port, CROWD);
    // Those for whom there is no descriptor are turned away, none waits.
    await eventually("the rest to be turned away", () => guests.left() < LIMIT);
    assert.ok(openDescriptors(pid) >= LIMIT, "all are in use");
    assert.ok(guests.left() > 0, "some were let in");
    await serves("1");

    const share = await processorShare(pid, 3);
    t.diagnostic(`${(100 * share).toFixed(2)} % of a processor while it has none left`);
    assert.ok(share < 0.05, `${(100 * share).toFixed(1)} % of a processor`);
    await serves("2");
    assert.equal(warnings(), 1, "the log says it once");

    guests.leave();
    const begun = performance.now();
    await eventually("a newcomer to be served", () => servesNewcomer(ctx));
    t.diagnostic(`${(performance.now() - begun).toFixed(0)} ms until a newcomer was served`);
    assert.equal(warnings(), 1, "the log says it once");
  });
});

test("descriptors that run out again and again are none the fewer afterwards", async () => {
  await withOwnServer(STARVED, async (ctx) => {
    await ctx.admin("GET", "/health"); // over the connections that are kept
    await ctx.rest().users();
    const atStart = openDescriptors(ctx.server.pid);
    for (let round = 0; round < 5; ++round) {
      const guests = await crowd(ctx.port, 2 * LIMIT);
      await eventually("the rest to be turned away", () => guests.left() < LIMIT);
      guests.leave();
      await eventually(
        "all to be given back",
        () => openDescriptors(ctx.server.pid) === atStart,
      );
    }
    await servesNewcomer(ctx);
  });
});
