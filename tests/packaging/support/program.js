import { spawn } from "node:child_process";

import { within } from "../../blackbox/support/deadline.js";
import { environment } from "./repository.js";

const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/// A program that runs while tests do, such as a proxy in the foreground.
export class Program {
  constructor(path, args) {
    this.output = "";
    this.child = spawn(path, args, { stdio: ["ignore", "pipe", "pipe"], env: environment() });
    running.add(this.child);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (this.output += text));
    }
    this.ended = new Promise((resolve, reject) => {
      this.child.once("error", reject);
      this.child.once("close", (code, signal) => {
        running.delete(this.child);
        resolve({ code, signal });
      });
    });
    this.ended.catch(() => {});
  }

  /// The error with what the program said.
  explained(error) {
    error.message += `\n--- output ---\n${this.output}`;
    return error;
  }

  /// Ends it and waits until it has ended.
  async stop(signal = "SIGTERM") {
    this.child.kill(signal);
    try {
      return await within(this.ended, "the program to end");
    } catch (error) {
      this.child.kill("SIGKILL");
      throw this.explained(error);
    }
  }
}
