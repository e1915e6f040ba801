import net from "node:net";

import { within } from "../../blackbox/support/deadline.js";
import { requestText } from "../../blackbox/support/raw_http.js";
import { frameBytes, OPCODE } from "../../blackbox/support/raw_websocket.js";
import { sessionPath } from "../../blackbox/support/sockjs_client.js";

const UPGRADE = requestText("GET", "/connect/websocket", {
  headers: [
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ],
});

const command = (text) => frameBytes(OPCODE.text, text);

const post = (path, body, length = body.length) =>
  requestText("POST", path, { headers: [`Content-Length: ${length}`], body });

/// A TCP client that is about to reset its connection.
class Peer {
  constructor(port) {
    this.socket = net.connect({ port, host: "127.0.0.1" });
    this.received = 0;
    this.socket.on("data", (part) => (this.received += part.length));
    this.socket.on("error", () => {}); // the server may have been first
  }

  say(...parts) {
    for (const part of parts) this.socket.write(part);
  }

  /// Waits for `event` of the socket, unless it closes before.
  async until(event) {
    const { socket } = this;
    if (socket.destroyed) return;
    const done = new Promise((resolve) => socket.once(event, resolve).once("close", resolve));
    await within(done, `the event ${event} before a reset`);
  }

  /// Says all this, each after an answer to the one before.
  async exchange(...parts) {
    for (const part of parts) {
      this.say(part);
      await this.until("data");
    }
  }
}

/// How far a client gets before it resets its connection, by what that is
/// called. `channel` is one that is published to all the time, `key` an app's.
export const RESET_STAGES = {
  "before it says anything": () => {},
  "within the request line": (peer) => peer.say("GET /conn"),
  "within the header": (peer) => peer.say("GET /connect/info HTTP/1.1\r\nHost: loc"),
  "within a body": (peer) => peer.say(post("/api/1.0.0/any/channels/any/", "{", 100)),
  "before the answer": (peer) => peer.say(requestText("GET", "/connect/info")),
  "after the answer": (peer) => peer.exchange(requestText("GET", "/connect/info")),
  "within the handshake": (peer) => peer.say(UPGRADE),
  "after the handshake": (peer) => peer.exchange(UPGRADE),
  "within a frame": async (peer) => {
    await peer.exchange(UPGRADE);
    peer.say(command("CONNECT somebody").subarray(0, 9));
  },
  "after CONNECT": async (peer, { key }) => {
    await peer.exchange(UPGRADE);
    peer.say(command(`CONNECT somebody:${key}`));
  },
  "after SUBSCRIBE": async (peer, { key }) => {
    await peer.exchange(UPGRADE);
    peer.say(command(`CONNECT somebody:${key}`), command("SUBSCRIBE quiet:quieter"));
  },
  "within a message": async (peer, { key, channel }) => {
    await peer.exchange(UPGRADE);
    await peer.exchange(
      Buffer.concat([command(`CONNECT somebody:${key}`), command(`SUBSCRIBE ${channel}`)]),
    );
  },
  "within a poll": async (peer) => {
    const path = sessionPath("xhr");
    await peer.exchange(post(path, ""));
    peer.say(post(path, ""));
  },
  "within a send request": async (peer) => {
    const path = sessionPath("xhr");
    await peer.exchange(post(path, ""));
    peer.say(post(`${path}_send`, '["CONN', 100));
  },
  "within a streamed answer": (peer) => peer.exchange(post(sessionPath("xhr_streaming"), "")),
};

/// Connects, goes on to a stage and resets.
export async function resetAt(stage, port, options) {
  const peer = new Peer(port);
  await peer.until("connect");
  await RESET_STAGES[stage](peer, options);
  peer.socket.resetAndDestroy();
}
