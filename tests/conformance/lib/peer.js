import { createHash, randomBytes } from "node:crypto";
import { EventEmitter } from "node:events";
import net from "node:net";
import tls from "node:tls";

import { Agreement, Deflate } from "./deflate.js";
import { Breach, FrameReader } from "./frame_reader.js";
import { close, closePayload, cut, frame, fragments, opcode } from "./frames.js";
import { MessageReader } from "./message_reader.js";

const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The server did not answer the handshake as RFC 6455 section 4.2.2 has it.
export class HandshakeRefused extends Error {
  constructor(head) {
    super(`handshake answered with: ${head.split("\r\n")[0]}`);
  }
}

function connect(url) {
  const secure = url.protocol === "wss:";
  const address = { host: url.hostname, port: Number(url.port || (secure ? 443 : 80)) };
  const socket = secure
    ? tls.connect({ ...address, rejectUnauthorized: false, ALPNProtocols: ["http/1.1"] })
    : net.connect(address);
  socket.setNoDelay(true);
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once(secure ? "secureConnect" : "connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
  });
}

function readHead(socket) {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const done = (settle, value) => {
      for (const [event, listener] of Object.entries(listeners)) socket.off(event, listener);
      settle(value);
    };
    const listeners = {
      data(chunk) {
        bytes = Buffer.concat([bytes, chunk]);
        const end = bytes.indexOf("\r\n\r\n");
        if (end < 0) return;
        socket.pause();
        done(resolve, { head: bytes.toString("latin1", 0, end), rest: bytes.subarray(end + 4) });
      },
      error: (error) => done(reject, error),
      close: () => done(reject, new HandshakeRefused("a closed connection")),
    };
    for (const [event, listener] of Object.entries(listeners)) socket.on(event, listener);
  });
}

function field(head, name) {
  const values = head.split("\r\n").slice(1).map((line) => line.split(/:(.*)/s))
    .filter(([key]) => key.toLowerCase() === name.toLowerCase())
    .map(([, value]) => value.trim());
  return values.length > 0 ? values.join(", ") : undefined;
}

/**
 * A WebSocket client without a will of its own: it sends the bytes it is given and notes what
 * comes back. It emits `change` whenever it has noted something.
 */
export class Peer extends EventEmitter {
  /// Messages and pongs, in order. Pings are answered and not noted.
  events = [];
  /// The server's close frame, `{ code, reason }`; null as long as there is none.
  closeFrame = null;
  /// A sentence if the server broke the protocol.
  breach = null;
  /// The TCP connection is over.
  ended = false;
  /// What was agreed on compression; null: none.
  agreement = null;

  #socket;
  #frames = new FrameReader();
  #messages;
  #deflate = null;
  #closeSent = false;

  /**
   * @param {string} url `ws:` or `wss:`
   * @param {{ offers?: string[] }} [options] extension offers, in order
   */
  static async open(url, { offers = [] } = {}) {
    const target = new URL(url);
    const socket = await connect(target);
    const key = randomBytes(16).toString("base64");
    const lines = [
      `GET ${target.pathname}${target.search} HTTP/1.1`,
      `Host: ${target.host}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Key: ${key}`,
      "Sec-WebSocket-Version: 13",
      ...(offers.length > 0 ? [`Sec-WebSocket-Extensions: ${offers.join(", ")}`] : []),
    ];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    try {
      const { head, rest } = await readHead(socket);
      const accept = createHash("sha1").update(key + guid).digest("base64");
      if (!head.startsWith("HTTP/1.1 101 ") || field(head, "Sec-WebSocket-Accept") !== accept)
        throw new HandshakeRefused(head);
      const agreement = Agreement.read(field(head, "Sec-WebSocket-Extensions"), offers);
      return new Peer(socket, agreement, rest);
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  /// Use `open`.
  constructor(socket, agreement, rest) {
    super();
    this.#socket = socket;
    this.agreement = agreement;
    this.#deflate = agreement && new Deflate(agreement);
    this.#messages = new MessageReader(this.#deflate);
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("error", () => {}); // `close` follows
    socket.on("close", () => {
      this.ended = true;
      this.emit("change");
    });
    this.#receive(rest);
    socket.resume();
  }

  /// Writes bytes; resolves when they are with the kernel, or cannot be any more.
  write(bytes) {
    if (this.ended || this.#socket.writableEnded) return Promise.resolve();
    return new Promise((resolve) => {
      this.#socket.write(bytes, () => resolve());
    });
  }

  /// Frames in one write.
  send(...frames) {
    return this.write(Buffer.concat(frames));
  }

  /// Frames with a write each.
  async sendApart(...frames) {
    for (const each of frames) await this.write(each);
  }

  /// Frames in writes of `size` bytes.
  async sendChopped(size, ...frames) {
    await this.sendApart(...cut(Buffer.concat(frames), size));
  }

  /**
   * A compressed message in frames of at most `size` bytes of payload.
   * @param {number} type opcode
   */
  sendCompressed(type, message, size = Infinity) {
    const pieces = cut(this.#deflate.compress(message), size);
    return this.send(...fragments(type, pieces, { rsv: 4 }));
  }

  /// Frames with the client's close frame among them, in one write.
  sendClosing(...frames) {
    this.#closeSent = true;
    return this.send(...frames);
  }

  /// A close frame; nothing may follow it.
  close(code) {
    return this.sendClosing(close(code));
  }

  /// Waits until `condition` holds, the connection is over or `ms` are; tells whether it holds.
  until(condition, ms) {
    return new Promise((resolve) => {
      const look = () => {
        if (condition() || this.ended) finish();
      };
      const finish = () => {
        clearTimeout(timer);
        this.off("change", look);
        resolve(condition());
      };
      const timer = setTimeout(finish, ms);
      this.on("change", look);
      look();
    });
  }

  /// Drops the TCP connection, if it is still there.
  destroy() {
    this.#socket.destroy();
  }

  #receive(chunk) {
    if (this.breach !== null) return;
    try {
      for (const each of this.#frames.push(chunk)) this.#note(each);
    } catch (error) {
      if (!(error instanceof Breach)) throw error;
      this.breach = error.message;
    }
    this.emit("change");
  }

  #note(each) {
    if (this.closeFrame !== null) throw new Breach("a frame behind the close frame");
    const event = this.#messages.read(each);
    if (event === null) return;
    if (event.type === "close") this.#noteClose(event.payload);
    else if (event.type === "ping") this.write(frame(opcode.pong, event.payload));
    else this.events.push(event);
  }

  #noteClose(payload) {
    if (payload.length === 1) throw new Breach("a close payload of one byte");
    const code = payload.length === 0 ? null : payload.readUInt16BE(0);
    this.closeFrame = { code, reason: payload.toString("utf8", 2) };
    if (this.#closeSent) return;
    this.#closeSent = true;
    this.write(frame(opcode.close, code === null ? "" : closePayload(code)));
  }
}
