import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const MARK = "THUNDERPUSH_OWN_NETWORK";
const IS_OWN = process.env[MARK] !== undefined;

/// The address from which clients come that are to be cut off.
export const FAR = "127.0.0.2";

/// Runs the tests of a file (its `import.meta.url`), which `define` declares, in
/// a network of their own, in which connections can be cut. From outside they
/// are one test.
export function inOwnNetwork(url, title, define) {
  if (IS_OWN) {
    define();
    return;
  }
  const script = 'ip link set lo up && "$@"';
  const namespace = (...command) => ["-Urn", "sh", "-c", script, "sh", ...command];
  const isPossible = spawnSync("unshare", namespace("true")).status === 0;
  const skip = isPossible ? false : "no network of one's own can be made here";
  test(title, { skip }, (t) => {
    const runner = [process.execPath, "--test", "--test-reporter=spec", fileURLToPath(url)];
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { status, stdout } = spawnSync("unshare", namespace(...runner), {
      encoding: "utf8",
      env: { ...env, [MARK]: "1" },
    });
    for (const [, figure] of stdout.matchAll(/ℹ (.* \d+ ms)$/gm)) t.diagnostic(figure);
    assert.equal(status, 0, stdout);
  });
}

/// Drops all that goes to and comes from `FAR`, silently.
export function cut() {
  execFileSync("ip", ["route", "add", "blackhole", FAR, "table", "local"]);
}

/// Lets packets through again.
export function restore() {
  execFileSync("ip", ["route", "del", "blackhole", FAR, "table", "local"]);
}
