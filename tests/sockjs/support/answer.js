import assert from "node:assert/strict";

import { deadline } from "../../blackbox/support/deadline.js";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/// The text that `bytes` hold; an error if they are not UTF-8.
export function strictText(bytes) {
  return utf8.decode(bytes);
}

/// An answer whose head has been read and whose body is read piece by piece.
export class Answer {
  /// Reads the head of the next answer on `connection`.
  static async begin(connection, method, limit = deadline()) {
    // readHead() has a deadline of its own, so the wait is for its first byte.
    const first = await connection.read(1, `an answer to ${method}`, limit);
    connection.buffer = Buffer.concat([first, connection.buffer]);
    return new Answer(connection, method, await connection.readHead());
  }

  constructor(connection, method, head) {
    this.connection = connection;
    this.method = method;
    this.status = head.status;
    this.statusLine = head.statusLine;
    this.fields = head.fields;
    this.headers = head.headers;
    this.chunked = this.headers["transfer-encoding"] === "chunked";
    this.length = this.headers["content-length"];
    this.bodyless =
      method === "HEAD" || this.status < 200 || this.status === 204 || this.status === 304;
    assert.ok(!(this.chunked && this.length !== undefined), `${this}: both lengths`);
  }

  /// All values of a header field, in their order.
  values(name) {
    return this.fields.filter(([key]) => key === name).map(([, value]) => value);
  }

  /// Bytes of the next chunk, or null after the last one.
  async nextChunk(what = "a chunk", limit = deadline()) {
    assert.ok(this.chunked, `${this}: not chunked`);
    const first = await this.connection.read(1, what, limit);
    const line = Buffer.concat([first, await this.connection.readUntil("\r\n", what)]);
    assert.match(line.toString("latin1"), /^[0-9a-fA-F]+\r\n$/, "a chunk size");
    const size = parseInt(line.toString("latin1"), 16);
    const bytes = await this.connection.read(size + 2, what, limit);
    assert.equal(bytes.subarray(size).toString("latin1"), "\r\n", "the end of a chunk");
    return size === 0 ? null : bytes.subarray(0, size);
  }

  /// The rest of the body, as bytes.
  async rest(what = "the body", limit = deadline()) {
    if (this.bodyless) return Buffer.alloc(0);
    if (this.length !== undefined) return this.connection.read(Number(this.length), what, limit);
    if (!this.chunked) return this.connection.readToEnd(what);
    const parts = [];
    for (;;) {
      const chunk = await this.nextChunk(what, limit);
      if (chunk === null) return Buffer.concat(parts);
      parts.push(chunk);
    }
  }

  /// Reads the whole body: afterwards `bytes` and `text` are there.
  async complete() {
    this.bytes = await this.rest();
    this.text = strictText(this.bytes);
    return this;
  }

  toString() {
    const body = this.text === undefined ? "" : ` ${JSON.stringify(this.text.slice(0, 300))}`;
    return `${this.method} answered ${this.status} ${JSON.stringify(this.fields)}${body}`;
  }
}
