import { createRequire } from "node:module";

import SockJS from "sockjs-client";

import { within } from "../../blackbox/support/deadline.js";

// The list from which the client chooses, for the question what it can be
// forced to.
const transportList = createRequire(import.meta.url)("sockjs-client/lib/transport-list");

/// Names of all transports of sockjs-client.
export const ALL_NAMES = transportList.map((transport) => transport.transportName);

/// The transports that sockjs-client has in Node; the others need a document.
export const CLIENT_TRANSPORTS = ["websocket", "xhr-streaming", "eventsource", "xhr-polling"];

/// Those of ALL_NAMES that the client would take here.
export function enabledNames() {
  const info = { websocket: true, nullOrigin: false, sameOrigin: false, sameScheme: true };
  return transportList
    .filter((transport) => transport.enabled(info))
    .map((transport) => transport.transportName);
}

/// A sockjs-client whose events are waited for.
export class Client {
  constructor(port, path, transports) {
    this.messages = [];
    this.heartbeats = 0;
    this.closing = null;
    this.waiting = [];
    this.socket = new SockJS(`http://127.0.0.1:${port}${path}`, null, {
      transports,
      timeout: 10_000, // the busy machine is not what is tested
    });
    this.socket.onopen = () => {
      // The client forgets the name when it closes.
      this.transport = this.socket.transport;
      this.#wake();
    };
    this.socket.onmessage = (event) => {
      this.messages.push(event.data);
      this.#wake();
    };
    this.socket.onheartbeat = () => {
      ++this.heartbeats;
      this.#wake();
    };
    this.socket.onclose = ({ code, reason, wasClean }) => {
      this.closing = { code, reason, wasClean };
      this.#wake();
    };
  }

  static async open(ctx, transports, path = ctx.prefix) {
    const client = new Client(ctx.port, path, transports);
    ctx.connections.push(client);
    await client.until("the open event", () => client.transport !== undefined);
    return client;
  }

  #wake() {
    for (const wake of this.waiting.splice(0)) wake();
  }

  /// Waits until `condition` holds; an error when the client closes before it.
  async until(what, condition) {
    while (!condition()) {
      if (this.closing) throw new Error(`closed before ${what}: ${JSON.stringify(this.closing)}`);
      const { transports, messages } = this;
      await within(
        new Promise((wake) => this.waiting.push(wake)),
        () => `${what} with ${transports ?? "any transport"}; ${messages.length} messages came`,
      );
    }
  }

  /// The first `count` messages.
  async received(count) {
    await this.until(`${count} messages`, () => this.messages.length >= count);
    return this.messages.slice(0, count);
  }

  /// The close event, once it has come.
  async closed() {
    while (!this.closing) {
      await within(new Promise((wake) => this.waiting.push(wake)), "the close event");
    }
    return this.closing;
  }

  send(...messages) {
    for (const message of messages) this.socket.send(message);
  }

  destroy() {
    this.socket.close();
  }
}
