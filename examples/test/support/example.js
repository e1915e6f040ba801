import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { eventually, within } from "../../../tests/blackbox/support/deadline.js";

/// Path of a file of an example.
export const pathOf = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/// A program of an example, as a person starts it.
export class Program {
  constructor(command, args, environment = {}) {
    this.stdout = "";
    this.stderr = "";
    this.child = spawn(command, args, {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const name of ["stdout", "stderr"]) {
      this.child[name].setEncoding("utf8").on("data", (text) => (this[name] += text));
    }
    this.closed = new Promise((resolve, reject) => {
      this.child.once("error", reject);
      this.child.once("close", resolve);
    });
    this.closed.catch(() => {});
  }

  /// Resolves with the exit status.
  ended() {
    return within(
      this.closed,
      () => `the program to end; it printed: ${this.stdout}${this.stderr}`,
    );
  }

  /// Waits until standard output or standard error has a match.
  async printed(pattern) {
    return eventually(`${pattern} to be printed`, () => {
      const match = `${this.stdout}\n${this.stderr}`.match(pattern);
      if (!match) throw new Error(`printed: ${this.stdout}${this.stderr}`);
      return match;
    });
  }

  async kill() {
    this.child.kill("SIGKILL");
    await this.closed.catch(() => {});
  }
}
