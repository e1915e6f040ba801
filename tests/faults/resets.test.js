// A storm of TCP resets, at every stage of a connection.
import assert from "node:assert/strict";
import { test } from "node:test";

import { see } from "../blackbox/support/admin.js";
import { eventually } from "../blackbox/support/deadline.js";
import { PublishLoop } from "../blackbox/support/publish_loop.js";
import { APPS } from "../blackbox/support/server.js";
import { withOwnServer } from "../blackbox/support/suite.js";
import { openDescriptors } from "./support/process.js";
import { resetAt, RESET_STAGES } from "./support/reset_stages.js";

const RESETS = 2_000;
const AT_ONCE = 25;

const { key } = APPS.main;
const CHANNEL = "storm";

/// Publishes without pause, until the returned function is called.
function publisher(rest) {
  const body = JSON.stringify("x".repeat(50_000));
  let stopped = false;
  const ended = (async () => {
    while (!stopped) {
      const answer = await rest.publish(CHANNEL, body);
      assert.ok([200, 429].includes(answer.status), String(answer));
    }
  })();
  return () => {
    stopped = true;
    return ended;
  };
}

test(`${RESETS} resets at all stages leave nothing behind, and nobody else notices`, async (t) => {
  const config = { sockjs: { disconnect_delay: "300ms" }, log: { level: "info" } };
  await withOwnServer({ config }, async (ctx) => {
    const loop = await PublishLoop.start(ctx);
    const stop = publisher(ctx.rest());
    await loop.further();
    const census = async () => (await see(ctx, "/stats")).actors;
    const actorsAtStart = await census();
    const descriptorsAtStart = openDescriptors(ctx.server.pid);

    const stages = Object.keys(RESET_STAGES);
    let next = 0;
    const one = async () => {
      while (next < RESETS) {
        await resetAt(stages[next++ % stages.length], ctx.port, { key, channel: CHANNEL });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));

    await eventually("the actors to be those of the start", async () => {
      assert.deepEqual(await census(), actorsAtStart);
    });
    await eventually("the descriptors to be those of the start", () => {
      assert.equal(openDescriptors(ctx.server.pid), descriptorsAtStart);
    });
    const stats = await see(ctx, "/stats");
    t.diagnostic(`${next} resets, ${stats.connections_closed} of them of connections`);
    assert.ok(stats.connections_closed > RESETS / 3);
    assert.equal(stats.connections_opened - stats.connections_closed, stats.connections);
    assert.equal(stats.actor_failures, 0);
    await loop.further();
    await stop();
    await loop.stop();
    assert.doesNotMatch(ctx.server.stderr, / (warning|error) /);
  });
});
