import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { binaryPath } from "./binary.js";
import { eventually, within } from "./deadline.js";

const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/// Path of thunderpush-ctl: THUNDERPUSH_CTL, else beside the server.
export function toolPath() {
  const path = resolve(
    process.env.THUNDERPUSH_CTL ?? join(dirname(binaryPath()), "thunderpush-ctl"),
  );
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw new Error(`${path} does not exist or cannot be run; build the target thunderpush-ctl`);
  }
  return path;
}

function environment(changes) {
  const foreign = ([name]) => !name.startsWith("THUNDERPUSH_") && name !== "NO_COLOR";
  return { ...Object.fromEntries(Object.entries(process.env).filter(foreign)), ...changes };
}

/// One run of the tool. `command` is a program to run it with.
export class ToolProcess {
  constructor(args, { env = {}, command = toolPath() } = {}) {
    this.args = args;
    this.stdout = "";
    this.stderr = "";
    this.exit = null; // {code, signal} once it has ended
    this.child = spawn(command, args, { stdio: "pipe", env: environment(env) });
    running.add(this.child);
    this.child.stdin.on("error", () => {}); // it may end before it reads
    this.child.stdout.setEncoding("utf8").on("data", (text) => (this.stdout += text));
    this.child.stderr.setEncoding("utf8").on("data", (text) => (this.stderr += text));
    this.ended = new Promise((done, reject) => {
      this.child.once("error", reject);
      this.child.once("close", (code, signal) => {
        running.delete(this.child);
        this.exit = { code, signal };
        done(this.exit);
      });
    });
    this.ended.catch(() => {});
  }

  toString() {
    return `thunderpush-ctl ${this.args.join(" ")}\n${this.stdout}${this.stderr}`;
  }

  /// Whole lines of standard output so far.
  get lines() {
    return this.stdout.split("\n").slice(0, -1);
  }

  /// Waits until `condition(this)` is true; `what` says of what.
  async until(what, condition) {
    await eventually(`${what} of\n${this}`, async () => {
      if (condition(this)) return true;
      if (this.exit) throw new Error(`it ended: ${JSON.stringify(this.exit)}`);
      return false;
    });
  }

  /// Waits for its end; resolves with this.
  async finish() {
    await within(this.ended, () => `the end of ${this}`);
    return this;
  }

  /// Ends it, whatever it does.
  destroy() {
    this.child.kill("SIGKILL");
  }
}

/// Runs the tool to its end; `input` is its standard input.
export async function runTool(args, { input = "", ...options } = {}) {
  const tool = new ToolProcess(args, options);
  tool.child.stdin.end(input);
  try {
    return await tool.finish();
  } finally {
    tool.destroy();
  }
}
