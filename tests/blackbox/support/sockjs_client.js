import assert from "node:assert/strict";
import WebSocket from "ws";

import { deadline, within } from "./deadline.js";

/// A WebSocket client (npm ws) whose text messages are waited for one by one.
export class WebSocketClient {
  constructor(port, path, options = {}) {
    const { headers, protocols, secure, ...rest } = options;
    this.path = path;
    this.messages = []; // received, not yet taken
    this.taken = [];
    this.waiting = [];
    this.pings = 0;
    this.closing = null; // {code, reason} once closed
    this.socket = new WebSocket(`${secure ? "wss" : "ws"}://127.0.0.1:${port}${path}`, protocols ?? [], {
      perMessageDeflate: false,
      headers,
      ...secure,
      ...rest,
    });
    this.socket.on("message", (data, isBinary) => {
      if (isBinary) this.messages.push(`(binary) ${data.toString("hex")}`);
      else this.messages.push(data.toString("utf8"));
      this.#wake();
    });
    this.socket.on("ping", () => ++this.pings);
    this.socket.on("error", (error) => {
      this.error = error;
    });
    this.opened = new Promise((resolve, reject) => {
      this.socket.once("open", resolve);
      this.socket.once("error", reject);
    });
    this.opened.catch(() => {});
    this.ended = new Promise((resolve) => {
      this.socket.once("close", (code, reason) => {
        this.closing = { code, reason: reason.toString("utf8") };
        resolve(this.closing);
        this.#wake();
      });
    });
  }

  #wake() {
    for (const wake of this.waiting.splice(0)) wake();
  }

  async open() {
    await within(this.opened, `the WebSocket handshake of ${this.path}`);
    return this;
  }

  /// The next text message; an error if the connection ends before it.
  async next(what = "a message", limit = deadline()) {
    while (this.messages.length === 0) {
      if (this.closing) {
        const { code, reason } = this.closing;
        throw new Error(
          `expected ${what}, but the connection was closed (${code} ${JSON.stringify(reason)}` +
            `${this.error ? `, ${this.error.message}` : ""}); ${this.history()}`,
        );
      }
      await within(
        new Promise((wake) => this.waiting.push(wake)),
        () => `${what} on ${this.path}; ${this.history()}`,
        limit.remaining(),
      );
    }
    const message = this.messages.shift();
    this.taken.push(message);
    return message;
  }

  /// What came before, for error messages.
  history() {
    const last = this.taken.slice(-5).map((text) => text.slice(0, 120));
    return `received before: ${last.length ? last.join(" | ") : "nothing"}`;
  }

  /// Sends one text message as it is.
  sendText(text) {
    this.socket.send(text);
  }

  /// The WebSocket close: {code, reason}.
  async closed() {
    return within(this.ended, () => `the close of ${this.path}; ${this.history()}`);
  }

  /// Closes in the regular way and waits for the end of the connection.
  async close() {
    this.socket.close(1000);
    return this.closed();
  }

  /// Cuts the TCP connection with a reset, as a crash or a lost network does.
  reset() {
    this.socket._socket.resetAndDestroy();
  }

  terminate() {
    this.socket.terminate();
  }
}

let sessions = 0;

/// A path of the SockJS WebSocket transport with a session of its own.
export function sessionPath(resource = "websocket") {
  const number = String(++sessions).padStart(6, "0");
  return `/connect/000/s${process.pid}x${number}/${resource}`;
}

/// SockJS over WebSocket: waits for `o`, sends arrays, collects `a` elements.
export class SockjsClient extends WebSocketClient {
  static async open(port, { path = sessionPath(), ...options } = {}) {
    const client = new SockjsClient(port, path, options);
    client.elements = [];
    await client.open();
    assert.equal(await client.next("the o frame"), "o", "the first frame is o");
    return client;
  }

  /// Sends messages in one array.
  send(...messages) {
    this.sendText(JSON.stringify(messages));
  }

  /// The next frame as text, heartbeats left out.
  async nextFrame(what = "a frame") {
    const limit = deadline();
    for (;;) {
      const frame = await this.next(what, limit);
      if (frame !== "h") return frame;
    }
  }

  /// The next element of an a[…] frame, as a JSON value.
  async nextMessage(what = "a message") {
    if (this.elements.length === 0) {
      const frame = await this.nextFrame(what);
      if (!frame.startsWith("a[")) {
        throw new Error(`expected ${what} in an a[…] frame, got ${frame.slice(0, 200)}`);
      }
      this.elements.push(...JSON.parse(frame.slice(1)));
    }
    return this.elements.shift();
  }

  /// Code and reason of the close frame c[…], which must be the next frame.
  async nextClose() {
    const frame = await this.nextFrame("a c[…] frame");
    assert.match(frame, /^c\[/, "a close frame");
    const [code, reason] = JSON.parse(frame.slice(1));
    return { code, reason };
  }
}

/// The raw WebSocket: messages are commands, answers are bare objects.
export class RawClient extends WebSocketClient {
  static async open(port, { path = "/connect/websocket", ...options } = {}) {
    const client = new RawClient(port, path, options);
    return client.open();
  }

  send(...messages) {
    for (const message of messages) this.sendText(message);
  }

  async nextMessage(what) {
    return JSON.parse(await this.next(what));
  }

  /// Code and reason of the WebSocket close frame.
  async nextClose() {
    return this.closed();
  }
}
