import net from "node:net";

import { takeAnswer } from "./answers.js";

/// The field that a proxy adds to each request that it forwards, with a new
/// value each.
export const HOP_FIELD = "X-Hop-Id";

const HOP = new RegExp(`\r\n${HOP_FIELD}: ([0-9a-f-]{32,36})\r\n`, "gi");
const REQUEST_LINE = /[!-~]+ [!-~]+ HTTP\/1\.[01]\r\n/g;
const KEPT = 256 * 1024; // characters in which a head is looked for

// One connection of a proxy to the server: requests as the proxy counts them,
// by the field that it adds, and answers as the server gives them.
class Hop {
  constructor(downstream, port) {
    this.forwarded = []; // request lines
    this.answered = []; // statuses
    this.firstToEnd = null;
    this.problem = null;
    this.text = "";
    this.bytes = Buffer.alloc(0);
    this.upstream = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    this.#join(downstream, this.upstream, "proxy", (part) => this.#requested(part));
    this.#join(this.upstream, downstream, "server", (part) => this.#replied(part));
  }

  get closed() {
    return this.firstToEnd !== null;
  }

  #join(from, to, name, note) {
    const ended = () => {
      this.firstToEnd ??= name;
    };
    from.on("data", (part) => {
      note(part);
      if (!to.destroyed) to.write(part);
    });
    from.on("end", () => {
      ended();
      to.end();
    });
    from.on("error", () => {
      ended();
      to.destroy();
    });
    from.on("close", () => {
      ended();
      to.destroySoon();
    });
  }

  #requested(part) {
    this.text += part.toString("latin1");
    let done = 0;
    for (const match of this.text.matchAll(HOP)) {
      const lines = this.text.slice(done, match.index + 2).match(REQUEST_LINE);
      this.forwarded.push(lines?.at(-1).trimEnd() ?? "?");
      done = match.index + match[0].length - 2;
    }
    this.text = this.text.slice(Math.max(done, this.text.length - KEPT));
  }

  #replied(part) {
    if (this.problem || this.answered.at(-1) === 101) return;
    this.bytes = Buffer.concat([this.bytes, part]);
    try {
      while (this.bytes.length > 0) {
        const method = this.forwarded[this.answered.length]?.split(" ")[0];
        const answer = takeAnswer(this.bytes, { method });
        if (!answer) return;
        this.bytes = this.bytes.subarray(answer.size);
        if (answer.status >= 200 || answer.status === 101) this.answered.push(answer.status);
        if (answer.status === 101) return;
      }
    } catch (error) {
      this.problem = error.message;
    }
  }
}

/// Stands between a proxy and the server, and counts what each of them takes
/// for a request.
export class Relay {
  static listen(port, serverPort) {
    const relay = new Relay(serverPort);
    return new Promise((resolve, reject) => {
      relay.listener.once("error", reject);
      relay.listener.listen(port, "127.0.0.1", () => resolve(relay));
    });
  }

  constructor(serverPort) {
    this.hops = [];
    this.taken = 0;
    this.sockets = new Set();
    this.listener = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      const hop = new Hop(socket, serverPort);
      this.hops.push(hop);
      for (const each of [socket, hop.upstream]) {
        this.sockets.add(each);
        each.once("close", () => this.sockets.delete(each));
      }
    });
  }

  /// Whether no request waits for its answer.
  get isSettled() {
    return this.hops.every((hop) => {
      return hop.problem || hop.closed || hop.forwarded.length <= hop.answered.length;
    });
  }

  /// Requests and answers seen from the beginning.
  get events() {
    const open = this.hops.map((hop) => hop.forwarded.length + hop.answered.length);
    return open.reduce((sum, each) => sum + each, this.taken);
  }

  /// What was counted since the last call, to be called while settled:
  /// `forwarded` and `answered` requests and `complaints` where both sides
  /// disagree. A request that the proxy gave up before its end has no answer.
  take() {
    const taken = { forwarded: [], answered: [], givenUp: 0, complaints: [] };
    for (const hop of this.hops) {
      const missing = hop.forwarded.length - hop.answered.length;
      if (hop.problem) taken.complaints.push(hop.problem);
      if (missing < 0) {
        taken.complaints.push(
          `${hop.forwarded.length} requests forwarded, ${hop.answered.length} answered`,
        );
      }
      if (missing > 0 && (missing > 1 || hop.firstToEnd !== "proxy")) {
        taken.complaints.push(`${missing} of ${hop.forwarded.length} requests without an answer`);
      }
      if (missing === 1 && hop.firstToEnd === "proxy") taken.givenUp += 1;
      taken.forwarded.push(...hop.forwarded.splice(0));
      taken.answered.push(...hop.answered.splice(0));
    }
    this.taken += taken.forwarded.length + taken.answered.length;
    this.hops = this.hops.filter((hop) => !hop.closed);
    return taken;
  }

  /// Ends the listener and all connections.
  close() {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => this.listener.close(resolve));
  }
}
