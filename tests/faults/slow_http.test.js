// Thousands of HTTP clients that are slow on purpose: they hold nobody up, and
// are cut off when their time is over.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { eventually } from "../blackbox/support/deadline.js";
import { requestText } from "../blackbox/support/raw_http.js";
import { APPS } from "../blackbox/support/server.js";
import { withOwnServer } from "../blackbox/support/suite.js";
import { openDescriptors } from "./support/process.js";
import { isMissing, SlowClients } from "./support/slow_clients.js";

const CROWD = 4_000;
const PROMPT_MS = 100;
const FEW = 10; // the ordinary clients, and the one by which slowhttptest looks
const COME_MS = 60_000;
const GONE_MS = 90_000; // longer than any of the deadlines

/// What the deadlines are by default, but for those of half a minute and more:
/// long enough for all to be there at once.
const LIMITS = { header_timeout: "15s", body_timeout: "15s", keep_alive_timeout: "15s" };

const PUBLISH = `/api/1.0.0/${APPS.main.key}/channels/slow/`;

/// That all are there at once.
const areThere = ({ open }) => open >= CROWD;
/// That all have come: those who read slowly take long to connect, too.
const haveCome = ({ slow }) => slow.count("connected") + slow.count("closed") >= CROWD;
/// That they gave up, as each was answered at once.
const gaveUp = ({ slow }) => slow.hasEnded;

/// Options of slowhttptest, what is asked for, and how far it has to get.
const MODES = {
  "send their headers slowly": {
    options: ["-H", "-i", 3, "-x", 20],
    path: "/connect",
    stage: areThere,
  },
  "send their bodies slowly": {
    options: ["-B", "-i", 3, "-s", 8192, "-x", 20],
    path: PUBLISH,
    stage: areThere,
  },
  "read slowly": {
    options: ["-X", "-n", 3, "-w", 512, "-y", 1024, "-z", 32, "-k", 3],
    path: "/client/sockjs.min.js",
    stage: haveCome,
  },
  "ask for thousands of ranges": {
    options: ["-R", "-a", 5, "-b", 3000],
    path: "/connect",
    stage: gaveUp,
  },
};

async function milliseconds(what) {
  const begin = performance.now();
  await what();
  return performance.now() - begin;
}

/// Asks as ordinary clients do until `isOver`; gives how long each took.
async function ordinaryClients(ctx, isOver) {
  const subscriber = await ctx.subscriber({ channels: ["news"] });
  const taken = { publish: [], newcomer: [] };
  while (!isOver()) {
    const payload = String(taken.publish.length);
    taken.publish.push(
      await milliseconds(async () => {
        assert.equal((await ctx.rest().publish("news", payload)).status, 200);
        assert.deepEqual(await subscriber.nextMessage(), { payload, channel: "news" });
      }),
    );
    taken.newcomer.push(
      await milliseconds(async () => {
        const connection = await ctx.rawHttp();
        connection.write(requestText("GET", "/connect/info"));
        assert.equal((await connection.readResponse()).status, 200);
        connection.destroy();
      }),
    );
  }
  return taken;
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1];
}

describe(`${CROWD} HTTP clients`, { skip: isMissing() }, () => {
  for (const [title, { options, path, stage }] of Object.entries(MODES)) {
    test(`that ${title} hold nobody up and are cut off in time`, async (t) => {
      await withOwnServer({ config: { limits: LIMITS, log: { level: "info" } } }, async (ctx) => {
        await ctx.rest().users();
        const atStart = openDescriptors(ctx.server.pid);
        let most = 0;
        const open = () => {
          const now = openDescriptors(ctx.server.pid) - atStart;
          most = Math.max(most, now);
          return now;
        };
        const slow = new SlowClients(`http://127.0.0.1:${ctx.port}${path}`, CROWD, options);
        let over = false;
        const ordinary = ordinaryClients(ctx, () => over);
        ordinary.catch(() => {}); // looked at below
        try {
          const isReached = () => stage({ slow, open: open() });
          await eventually("the slow clients to come", isReached, COME_MS);
          const begun = performance.now();
          await eventually("the slow clients to be gone", () => open() < FEW, GONE_MS);
          t.diagnostic(
            `${most} at once, gone ${((performance.now() - begun) / 1000).toFixed(1)} s later`,
          );
        } finally {
          over = true;
          slow.stop();
        }
        for (const [what, taken] of Object.entries(await ordinary)) {
          const [median, p99, longest] = [0.5, 0.99, 1].map((share) => quantile(taken, share));
          t.diagnostic(
            `${what}, ${taken.length} times meanwhile: median ${median.toFixed(1)} ms, ` +
              `p99 ${p99.toFixed(1)} ms, longest ${longest.toFixed(1)} ms`,
          );
          assert.ok(median < PROMPT_MS, `${what}: ${median} ms`);
        }
        assert.doesNotMatch(ctx.server.stderr, / error /);
      });
    });
  }
});
