import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { binaryPath } from "./binary.js";
import { eventually, within } from "./deadline.js";
import { APPS, configuration, iniText, temporaryDirectory } from "./server.js";

const HELPER = fileURLToPath(new URL("service_manager.py", import.meta.url));

const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});

/// Somebody who starts servers as systemd does: with listening sockets that are
/// there before and after, and an ear for what they tell.
export class ServiceManager {
  /// With `sockets` listening sockets, whose ports are `ports`.
  static async open(sockets = 1) {
    const manager = new ServiceManager(sockets);
    const { ports } = await manager.next("listening");
    manager.ports = ports;
    return manager;
  }

  constructor(sockets) {
    this.events = []; // not yet taken
    this.all = [];
    this.stderr = "";
    this.rest = "";
    this.apps = APPS;
    this.child = spawn("python3", [HELPER, String(sockets)], { stdio: "pipe" });
    running.add(this.child);
    this.child.stdin.on("error", () => {});
    this.child.stdout.setEncoding("utf8").on("data", (text) => this.#take(text));
    this.child.stderr.setEncoding("utf8").on("data", (text) => (this.stderr += text));
    this.ended = new Promise((done, reject) => {
      this.child.once("error", reject);
      this.child.once("close", () => {
        running.delete(this.child);
        done();
      });
    });
    this.ended.catch(() => {});
  }

  #take(text) {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop();
    for (const line of lines) {
      const event = JSON.parse(line);
      this.events.push(event);
      this.all.push(event);
    }
  }

  #ask(what) {
    this.child.stdin.write(`${JSON.stringify(what)}\n`);
  }

  /// What the servers wrote, for the reader of a failure.
  log() {
    return `--- log of the servers ---\n${this.stderr}`;
  }

  /// Takes the next event of a kind that `condition` is true for.
  async next(kind, condition = () => true) {
    const what = `the event ${kind} among ${JSON.stringify(this.events)}\n${this.stderr}`;
    return eventually(what, () => {
      const at = this.events.findIndex((each) => each.event === kind && condition(each));
      return at >= 0 && this.events.splice(at, 1)[0];
    });
  }

  /// Takes the next notification that has this line; its lines.
  async told(line) {
    return (await this.next("told", ({ lines }) => lines.includes(line))).lines;
  }

  /// Starts a server on the first socket; its pid. Ready when this returns.
  async start({ config = {}, names, env = {} } = {}) {
    const directory = temporaryDirectory();
    const file = join(directory, "thunderpush.ini");
    const admin = this.ports.length > 1 ? this.ports[1] : null;
    const place = { port: this.ports[0], adminPort: admin, directory };
    writeFileSync(file, iniText(configuration(place, config)));
    this.#ask({ do: "start", command: [binaryPath(), "--config", file], names, env });
    const { pid } = await this.next("started");
    await this.told("READY=1");
    return pid;
  }

  /// Sends a signal to the server that was started last.
  signal(signal) {
    this.#ask({ do: "signal", signal });
  }

  /// The exit status of a server, when it has ended.
  async end(pid) {
    return (await this.next("ended", (each) => each.pid === pid)).status;
  }

  /// Ends all of it.
  async close() {
    this.child.stdin.end();
    await within(this.ended, "the service manager to end");
  }
}
