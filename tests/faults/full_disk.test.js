// A log for which there is no room.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { binaryPath } from "../blackbox/support/binary.js";
import { eventually } from "../blackbox/support/deadline.js";
import { metrics } from "../blackbox/support/metrics.js";
import { PublishLoop } from "../blackbox/support/publish_loop.js";
import { temporaryDirectory } from "../blackbox/support/server.js";
import { withOwnServer } from "../blackbox/support/suite.js";

const FULL = /cannot write to the log file .*: No space left on device; events go to standard/g;
const AGAIN = /the log file is written again; events that went to standard error meanwhile: (\d+)/;

const count = (text, pattern) => text.match(pattern)?.length ?? 0;

/// Has the server note an event: each change of the log's level is one.
async function noteSomething(ctx) {
  const answer = await ctx.admin("PUT", "/log-level", { body: '{"level": "info"}' });
  assert.equal(answer.status, 200, String(answer));
}

/// While there is no room the server serves on and says so once, on standard
/// error, where events go meanwhile; `make` makes room, and `read` reads the
/// log.
async function expectToOutlast(ctx, { make, read }) {
  const { server } = ctx;
  const loop = await PublishLoop.start(ctx);
  await eventually("standard error to tell that there is no room", async () => {
    await noteSomething(ctx);
    return count(server.stderr, FULL) > 0;
  });
  const begin = server.stderr.search(FULL);
  const told = () => count(server.stderr.slice(begin), /\n/g) - 1; // but for that line
  await eventually("events to go to standard error", async () => {
    await noteSomething(ctx);
    return told() > 3;
  });
  await loop.further();
  assert.equal(count(server.stderr, FULL), 1, "it is told once");

  make();
  const [, elsewhere] = await eventually("the file to be written again", async () => {
    await noteSomething(ctx);
    return read().match(AGAIN) ?? false;
  });
  assert.equal(Number(elsewhere), told(), "events that went to standard error");
  assert.equal((await metrics(ctx)).of("thunderpush_log_dropped_total"), 0);
  await noteSomething(ctx);
  await eventually("the file to have what comes now", () => {
    const text = read();
    return text.indexOf("admin: audit", text.search(AGAIN)) > 0;
  });
  for (const line of read().trimEnd().split("\n")) assert.match(line, /^\d{4}-.* \w+ \w+: /);
  await loop.stop();
}

test("a log file on a device that is full from the start costs no client anything", async () => {
  const directory = temporaryDirectory();
  const file = join(directory, "log");
  const another = join(directory, "another");
  symlinkSync("/dev/full", file);
  await withOwnServer({ config: { log: { file, level: "info" } } }, (ctx) =>
    expectToOutlast(ctx, {
      make() {
        symlinkSync(join(directory, "roomy"), another);
        renameSync(another, file);
      },
      read: () => readFileSync(file, { encoding: "utf8", flag: "a+" }),
    }),
  );
});

// A file system of one's own takes a user namespace, which not everybody may make.
const MOUNTS =
  spawnSync("unshare", ["-Urm", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;
const PAGE = 4096;
const LINE = "2026-01-01T00:00:00.000Z info test:"; // of a log that is there already

test(
  "a disk that runs full costs no client anything, and holds whole lines only",
  { skip: MOUNTS ? false : "no file system can be mounted here" },
  async () => {
    const directory = temporaryDirectory();
    const file = join(directory, "disk", "log");
    const script = `cd ${directory} && mkdir disk &&
      mount -t tmpfs -o size=${2 * PAGE} none disk && cd disk &&
      head -c ${PAGE} /dev/zero > ballast &&
      printf '${LINE} %0${PAGE - 600}d\n' 0 > log &&
      exec "$@"`;
    const command = ["unshare", "-Urm", "sh", "-c", script, "sh", binaryPath()];
    await withOwnServer({ command, config: { log: { file, level: "info" } } }, (ctx) => {
      const seen = (path) => join("/proc", String(ctx.server.pid), "root", path);
      return expectToOutlast(ctx, {
        make: () => rmSync(seen(join(directory, "disk", "ballast"))),
        read: () => readFileSync(seen(file), "utf8"),
      });
    });
  },
);
