// What slowhttptest does to a server: thousands of HTTP connections that take
// their time.
import { spawn, spawnSync } from "node:child_process";

const SPARE_DESCRIPTORS = 100;
const COLOURS = /\x1B\[[\d;]*m/g;

/// Why this machine cannot run it, or false.
export function isMissing() {
  const { error } = spawnSync("slowhttptest", ["-h"]);
  return error ? "slowhttptest is not installed" : false;
}

/// `count` connections to a URL that are slow in the way that `options` say.
export class SlowClients {
  constructor(url, count, options) {
    const words = ["-c", count, "-r", count, "-u", url, "-l", 120, "-p", 10, ...options];
    const files = count + SPARE_DESCRIPTORS;
    this.output = "";
    this.child = spawn("prlimit", [`--nofile=${files}:${files}`, "slowhttptest", ...words.map(String)]);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (this.output += text.replace(COLOURS, "")));
    }
  }

  /// How many are in a state, such as "closed", by the last of its reports.
  count(state) {
    const found = [...this.output.matchAll(new RegExp(`^${state}:\\s+(\\d+)`, "gm"))];
    return Number(found.at(-1)?.[1] ?? 0);
  }

  get hasEnded() {
    return this.child.exitCode !== null;
  }

  stop() {
    this.child.kill("SIGKILL");
  }
}
