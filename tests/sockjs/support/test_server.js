import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { resolve } from "node:path";

import { within } from "../../blackbox/support/deadline.js";

const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/// Path of the test-support executable, from SOCKJS_TEST_SERVER; throws an
/// error that says what to do when it is not set or cannot be run.
export function testServerPath() {
  const value = process.env.SOCKJS_TEST_SERVER;
  if (!value) throw new Error("SOCKJS_TEST_SERVER is not set: the path of sockjs_test_server");
  const path = resolve(value);
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw new Error(`SOCKJS_TEST_SERVER: ${path} does not exist or cannot be run`);
  }
  return path;
}

/// One run of the test-support executable, from start to exit. It has what a
/// ServerProcess of the daemon has, as far as the tests need it.
export class TestServer {
  constructor(args) {
    this.args = args;
    this.stdout = "";
    this.stderr = "";
    this.exit = null; // {code, signal} once it has ended
    this.child = spawn(testServerPath(), args, { stdio: ["ignore", "pipe", "pipe"] });
    running.add(this.child);
    this.child.stderr.setEncoding("utf8").on("data", (text) => {
      this.stderr += text;
    });
    this.ended = new Promise((settle, reject) => {
      this.child.once("error", reject);
      this.child.once("close", (code, signal) => {
        running.delete(this.child);
        this.exit = { code, signal };
        settle(this.exit);
      });
    });
    this.ended.catch(() => {});
    this.ready = new Promise((settle, reject) => {
      this.child.stdout.setEncoding("utf8").on("data", (text) => {
        this.stdout += text;
        if (this.stdout.includes("\n")) settle(this.stdout);
      });
      this.ended.then(() => reject(new Error(`it ended: ${this.describeExit()}`)), reject);
    });
    this.ready.catch(() => {});
  }

  /// Starts it on a free port; `options` come after host and port.
  static async start(options = []) {
    const server = new TestServer(["--host", "127.0.0.1", "--port", "0", ...options]);
    try {
      const text = await within(server.ready, "the line of the test server that it listens");
      const match = /^listening on https?:\/\/127\.0\.0\.1:(\d+)\n/.exec(text);
      if (!match) throw new Error(`not the line that was expected: ${JSON.stringify(text)}`);
      server.port = Number(match[1]);
    } catch (error) {
      server.child.kill("SIGKILL");
      error.message += `\n${server.log()}`;
      throw error;
    }
    return server;
  }

  get alive() {
    return this.exit === null;
  }

  describeExit() {
    if (this.alive) return "still running";
    return this.exit.signal ? `killed by ${this.exit.signal}` : `exit code ${this.exit.code}`;
  }

  /// What it wrote to standard error, for the reader of a failure.
  log() {
    const lines = this.stderr.trimEnd().split("\n").slice(-40).join("\n");
    return `--- test server ${this.args.join(" ")} (${this.describeExit()}) ---\n${lines}`;
  }

  /// Sends SIGTERM and resolves with {code, signal} of the end.
  async end() {
    if (this.alive) this.child.kill("SIGTERM");
    try {
      return await within(this.ended, "the test server to end after SIGTERM");
    } catch (error) {
      this.child.kill("SIGKILL");
      throw error;
    }
  }

  /// Ends it and insists on exit code 0.
  async stop() {
    const { code, signal } = await this.end();
    if (code !== 0) {
      throw new Error(
        `after SIGTERM exit code 0 was expected, got ${signal ?? code}\n${this.log()}`,
      );
    }
  }
}
