import http from "node:http";
import { createRequire } from "node:module";

import { Thunder } from "../../../client/dist/thunderpush.mjs";
import { Receiver } from "./receiver.js";

const ofBlackbox = createRequire(new URL("../../blackbox/package.json", import.meta.url));
const ofSockjs = createRequire(new URL("../../sockjs/package.json", import.meta.url));
const WebSocket = ofBlackbox("ws");
const SockJS = ofSockjs("sockjs-client");

// sockjs-client asks by the global agent. Each request is to have a connection of
// its own, in all versions of Node.js, so that it meets its own fate.
http.globalAgent = new http.Agent({ keepAlive: false });

/// The sockets that our client can be given, by what they are called. Not
/// xhr-streaming: in Node.js sockjs-client does not notice when the connection of
/// an answer that has begun is lost, and waits for ever.
export const SOCKETS = {
  "a raw WebSocket": { WebSocket },
  "SockJS by websocket": { SockJS, sockjs: { transports: ["websocket"] } },
  "SockJS by eventsource": { SockJS, sockjs: { transports: ["eventsource"] } },
  "SockJS by xhr-polling": { SockJS, sockjs: { transports: ["xhr-polling"] } },
};

/// Our client as pages use it. It comes back whenever it is lost.
export class Follower extends Receiver {
  constructor({ port, key, user, channel, socket }) {
    super(user);
    this.thunder = new Thunder({
      server: `127.0.0.1:${port}`,
      key,
      user,
      retry: { delays: [20], jitter: 0 },
      ...socket,
    });
    this.thunder.on("state", (state) => {
      if (state === "open") this.connected();
    });
    const subscription = this.thunder.channel(channel);
    subscription.on("message", (number) => this.took(number));
    subscription.subscribe();
    this.thunder.connect();
  }

  async close() {
    this.thunder.close();
  }
}
