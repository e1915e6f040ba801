import { once } from "node:events";
import { existsSync } from "node:fs";
import net from "node:net";
import { dirname, join } from "node:path";

import { binaryPath } from "../../blackbox/support/binary.js";
import { deadline, eventually, within } from "../../blackbox/support/deadline.js";
import { temporaryDirectory } from "../../blackbox/support/server.js";
import { withOwnServer } from "../../blackbox/support/suite.js";

/// The daemon whose handlers can be made to throw, built beside the one under
/// test; THUNDERPUSH_FAULTS: elsewhere.
function faultyBinary() {
  const beside = join(dirname(binaryPath()), "tests/faults/daemon/thunderpush_faults");
  const path = process.env.THUNDERPUSH_FAULTS ?? beside;
  if (!existsSync(path)) throw new Error(`${path} is missing: build the target thunderpush_faults`);
  return path;
}

/// The conversation with a running server about what is to fail.
class Faults {
  static open(path) {
    return eventually("the socket for faults", async () => {
      const socket = net.connect({ path });
      await once(socket, "connect");
      return new Faults(socket);
    });
  }

  constructor(socket) {
    this.socket = socket.setEncoding("utf8");
    this.text = "";
    socket.on("data", (part) => (this.text += part));
  }

  async ask(line) {
    this.socket.write(`${line}\n`);
    const limit = deadline();
    while (!this.text.includes("\n")) {
      await within(once(this.socket, "data"), `an answer to ${line}`, limit.remaining());
    }
    const [answer] = this.text.split("\n", 1);
    this.text = this.text.slice(answer.length + 1);
    return answer;
  }

  /// All that can fail: `KIND MESSAGE` each.
  async handlers() {
    return (await this.ask("handlers")).split(",");
  }

  /// The handler of that name throws when it is called next.
  async arm(handler) {
    const answer = await this.ask(`arm ${handler}`);
    if (answer !== "armed") throw new Error(`there is no handler ${handler}`);
  }

  /// Whether all that was armed has thrown.
  async allHappened() {
    return (await this.ask("armed")) === "0";
  }

  close() {
    this.socket.destroy();
  }
}

/// As `withOwnServer`, with a server whose handlers can be made to throw, by
/// `faults` of the scenario.
export function withFaultyServer(options, body) {
  const path = join(temporaryDirectory(), "faults");
  const settings = { command: [faultyBinary()], environment: { FAULTS_SOCKET: path }, ...options };
  return withOwnServer(settings, async (ctx) => {
    ctx.faults = ctx.keep(await Faults.open(path));
    await body(ctx);
  });
}
