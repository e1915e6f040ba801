import net from "node:net";
import tls from "node:tls";

import { deadline, within } from "./deadline.js";

/// A TCP connection on which a test writes bytes of its own and reads answers
/// one after the other.
export class RawConnection {
  /// With `secure`, options of node:tls, it speaks TLS.
  static async open(port, host = "127.0.0.1", secure = undefined) {
    const connection = secure
      ? new RawConnection(tls.connect({ port, host, ...secure }), "secureConnect")
      : new RawConnection(net.connect({ port, host }));
    await within(connection.connected, `a TCP connection to ${host}:${port}`);
    return connection;
  }

  constructor(socket, connected = "connect") {
    this.socket = socket;
    this.buffer = Buffer.alloc(0);
    this.finished = false; // the peer sent its end, or reset
    this.failure = null;
    this.waiting = [];
    socket.setNoDelay(true);
    this.connected = new Promise((resolve, reject) => {
      socket.once(connected, resolve);
      socket.once("error", reject);
    });
    this.connected.catch(() => {});
    socket.on("data", (part) => {
      this.buffer = Buffer.concat([this.buffer, part]);
      this.#wake();
    });
    socket.on("error", (error) => {
      this.failure = error;
      this.finished = true;
      this.#wake();
    });
    for (const event of ["end", "close"]) {
      socket.on(event, () => {
        this.finished = true;
        this.#wake();
      });
    }
  }

  #wake() {
    for (const wake of this.waiting.splice(0)) wake();
  }

  #progress(what, limit) {
    return within(
      new Promise((wake) => this.waiting.push(wake)),
      () => `${what}; received so far: ${this.#received()}`,
      limit.remaining(),
    );
  }

  #received() {
    return JSON.stringify(this.buffer.subarray(0, 200).toString("latin1"));
  }

  write(bytes) {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  /// Exactly `count` bytes.
  async read(count, what = `${count} bytes`, limit = deadline()) {
    while (this.buffer.length < count) {
      if (this.finished) {
        throw new Error(`expected ${what}, but the peer closed; received: ${this.#received()}`);
      }
      await this.#progress(what, limit);
    }
    const bytes = this.buffer.subarray(0, count);
    this.buffer = this.buffer.subarray(count);
    return bytes;
  }

  /// Bytes up to and with `mark`.
  async readUntil(mark, what) {
    const limit = deadline();
    for (;;) {
      const at = this.buffer.indexOf(mark);
      if (at >= 0) return this.read(at + mark.length);
      if (this.finished) {
        throw new Error(`expected ${what}, but the peer closed; received: ${this.#received()}`);
      }
      await this.#progress(what, limit);
    }
  }

  /// Everything up to the end of the connection.
  async readToEnd(what = "the end of the connection") {
    const limit = deadline();
    while (!this.finished) await this.#progress(what, limit);
    const bytes = this.buffer;
    this.buffer = Buffer.alloc(0);
    return bytes;
  }

  /// Resolves when the peer has closed, with whatever it still sent.
  closed(what = "the peer to close") {
    return this.readToEnd(what);
  }

  /// Status line and header fields of the next answer. `fields` keeps
  /// repetitions and order, `headers` maps lower-case names.
  async readHead() {
    const text = (await this.readUntil("\r\n\r\n", "a response head")).toString("latin1");
    const [statusLine, ...lines] = text.slice(0, -4).split("\r\n");
    const match = /^HTTP\/1\.([01]) (\d{3})(?: (.*))?$/.exec(statusLine);
    if (!match) throw new Error(`not a status line: ${JSON.stringify(statusLine)}`);
    const fields = lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
    return { status: Number(match[2]), statusLine, fields, headers: Object.fromEntries(fields) };
  }

  /// The next complete answer; `method` decides whether it may have a body.
  async readResponse({ method = "GET" } = {}) {
    const head = await this.readHead();
    const { headers, status } = head;
    let body = Buffer.alloc(0);
    const bodyless = method === "HEAD" || status < 200 || status === 204 || status === 304;
    if (headers["transfer-encoding"] !== undefined && headers["content-length"] !== undefined) {
      throw new Error(`an answer with both lengths: ${JSON.stringify(head.fields)}`);
    }
    if (!bodyless) {
      if (headers["transfer-encoding"] === "chunked") body = await this.#readChunks();
      else if (headers["content-length"] !== undefined) {
        body = await this.read(Number(headers["content-length"]), "the response body");
      } else body = await this.readToEnd();
    }
    return { ...head, text: body.toString("utf8") };
  }

  async #readChunks() {
    const parts = [];
    for (;;) {
      const size = parseInt((await this.readUntil("\r\n", "a chunk size")).toString(), 16);
      const chunk = await this.read(size + 2, "a chunk");
      if (size === 0) return Buffer.concat(parts);
      parts.push(chunk.subarray(0, size));
    }
  }

  destroy() {
    this.socket.destroy();
  }

  /// Ends the connection with a TCP reset.
  reset() {
    this.socket.resetAndDestroy();
  }
}

/// Text of a request. `headers` is a list of lines; Host is added unless
/// `host` is null.
export function requestText(method, path, { version = "1.1", host = "localhost", headers = [], body = "" } = {}) {
  const lines = [`${method} ${path} HTTP/${version}`];
  if (host !== null) lines.push(`Host: ${host}`);
  lines.push(...headers);
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}
