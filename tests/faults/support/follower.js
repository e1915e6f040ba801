import { createRequire } from "node:module";

import { Thunder } from "../../../client/dist/thunderpush.mjs";
import { eventually } from "../../blackbox/support/deadline.js";

const ofBlackbox = createRequire(new URL("../../blackbox/package.json", import.meta.url));
const ofSockjs = createRequire(new URL("../../sockjs/package.json", import.meta.url));
const WebSocket = ofBlackbox("ws");
const SockJS = ofSockjs("sockjs-client");

/// The sockets that our client can be given, by what they are called. Not
/// xhr-streaming: in Node.js sockjs-client does not notice when the connection of
/// an answer that has begun is lost, and waits for ever.
export const SOCKETS = {
  "a raw WebSocket": { WebSocket },
  "SockJS by websocket": { SockJS, sockjs: { transports: ["websocket"] } },
  "SockJS by eventsource": { SockJS, sockjs: { transports: ["eventsource"] } },
  "SockJS by xhr-polling": { SockJS, sockjs: { transports: ["xhr-polling"] } },
};

/// Our client as pages use it, subscribed to one channel on which numbers are
/// published. It comes back whenever it is lost, and keeps apart what came over
/// which connection.
export class Follower {
  constructor({ port, key, user, channel, socket }) {
    this.user = user;
    this.connections = []; // of each, the numbers that came over it
    this.ends = []; // codes
    this.thunder = new Thunder({
      server: `127.0.0.1:${port}`,
      key,
      user,
      retry: { delays: [20], jitter: 0 },
      ...socket,
    });
    this.thunder.on("state", (state, { code }) => {
      if (state === "open") this.connections.push([]);
      if (state === "waiting") this.ends.push(code);
    });
    const subscription = this.thunder.channel(channel);
    subscription.on("message", (number) => this.connections.at(-1).push(number));
    subscription.subscribe();
    this.thunder.connect();
  }

  /// All numbers, in the order in which they came.
  get numbers() {
    return this.connections.flat();
  }

  /// What of the numbers is not as it must be: over one connection they follow
  /// each other without a gap, and none comes twice on any. Texts, empty if all
  /// is well.
  faults() {
    const found = [];
    let last = -1;
    this.connections.forEach((numbers, connection) => {
      numbers.forEach((number, at) => {
        const where = `${this.user}, connection ${connection}: ${number}`;
        if (number <= last) found.push(`${where} after ${last}`);
        if (at > 0 && number > last + 1) found.push(`${where} follows ${last}`);
        last = number;
      });
    });
    return found;
  }

  /// Waits until `number` has come.
  async until(number) {
    await eventually(
      `${this.user} to get ${number}`,
      () => this.connections.some((numbers) => numbers.includes(number)),
    );
  }

  close() {
    this.thunder.close();
  }
}
