import { within } from "./deadline.js";
import { EventStream } from "./event_stream.js";
import { PollingClient } from "./polling_client.js";
import { RawClient, sessionPath, SockjsClient } from "./sockjs_client.js";

// Clients of four transports with one interface: `say(...commands)`, and
// `farewell`, which becomes the close code once the server has closed.

class OverWebSocket {
  static async open(port, Client, options) {
    return new OverWebSocket(await Client.open(port, options));
  }

  constructor(socket) {
    this.socket = socket;
    this.farewell = null;
    socket.socket.on("message", (data) => {
      const text = data.toString("utf8");
      if (text.startsWith("c[")) this.farewell = JSON.parse(text.slice(1))[0];
    });
    socket.socket.on("close", (code) => {
      this.farewell ??= code >= 4000 && code <= 4002 ? code + 5000 : code;
    });
  }

  async say(...commands) {
    if (this.socket.closing === null) this.socket.send(...commands);
  }

  close() {
    this.socket.terminate();
  }
}

class OverHttp {
  constructor(client) {
    this.client = client;
    this.farewell = null;
  }

  take(frame) {
    if (frame.startsWith("c[")) this.farewell = JSON.parse(frame.slice(1))[0];
  }

  async say(...commands) {
    await this.client.send(commands);
  }

  close() {
    this.closed = true;
    this.client.close();
    this.stream?.close();
  }
}

class OverPolling extends OverHttp {
  static async open(port) {
    const client = new OverPolling(await PollingClient.open(port));
    client.#poll().catch(() => {}); // the end of the test breaks it off
    return client;
  }

  async #poll() {
    while (!this.closed && this.farewell === null) {
      this.take((await this.client.receive("xhr")).text);
    }
  }
}

class OverEventSource extends OverHttp {
  static async open(port) {
    const client = new PollingClient(port, { path: sessionPath("") });
    const stream = await EventStream.open(port, `${client.path}/eventsource`);
    const made = new OverEventSource(client);
    made.stream = stream;
    if ((await stream.next("the o frame")).data !== "o") throw new Error("the first frame is no o");
    made.#read().catch(() => {});
    return made;
  }

  async #read() {
    while (!this.closed && this.farewell === null) {
      this.take((await this.stream.next("a frame")).data);
    }
  }
}

/// How to open a client, by transport.
export const TRANSPORTS = {
  websocket: (port) => OverWebSocket.open(port, SockjsClient),
  "raw-websocket": (port) => OverWebSocket.open(port, RawClient),
  "xhr-polling": (port) => OverPolling.open(port),
  eventsource: (port) => OverEventSource.open(port),
};

/// The same for raw WebSockets whose handshake has this query and header.
export function openRaw(port, query, headers) {
  const path = `/connect/websocket?${query}`;
  return within(OverWebSocket.open(port, RawClient, { path, headers }), "a raw WebSocket");
}
