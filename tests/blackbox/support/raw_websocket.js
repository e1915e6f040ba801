import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";

import { deadline } from "./deadline.js";
import { RawConnection, requestText } from "./raw_http.js";

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/// The Sec-WebSocket-Accept value for a key (RFC 6455, 4.2.2).
export function acceptFor(key) {
  return createHash("sha1")
    .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest("base64");
}

/// Bytes of one frame (RFC 6455, 5.2). `length` overrides the length field's
/// value, `masked: false` breaks the rule for clients on purpose.
export function frameBytes(opcode, payload = "", { fin = true, masked = true, rsv = 0, length } = {}) {
  const data = Buffer.from(payload);
  const size = length ?? data.length;
  const maskBit = masked ? 0x80 : 0;
  let head;
  if (size < 126) {
    head = Buffer.from([0, maskBit | size]);
  } else if (size < 65536) {
    head = Buffer.alloc(4);
    head[1] = maskBit | 126;
    head.writeUInt16BE(size, 2);
  } else {
    head = Buffer.alloc(10);
    head[1] = maskBit | 127;
    head.writeBigUInt64BE(BigInt(size), 2);
  }
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  if (!masked) return Buffer.concat([head, data]);
  const mask = randomBytes(4);
  const coded = Buffer.from(data.map((byte, index) => byte ^ mask[index % 4]));
  return Buffer.concat([head, mask, coded]);
}

/// A WebSocket client that writes and reads single frames and answers nothing
/// by itself.
export class RawWebSocket {
  static async open(port, path = "/connect/websocket", { headers = [], secure } = {}) {
    const connection = await RawConnection.open(port, "127.0.0.1", secure);
    const key = randomBytes(16).toString("base64");
    connection.write(
      requestText("GET", path, {
        headers: [
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Version: 13",
          `Sec-WebSocket-Key: ${key}`,
          ...headers,
        ],
      }),
    );
    const head = await connection.readHead();
    assert.equal(head.status, 101, `handshake of ${path}: ${head.statusLine}`);
    assert.equal(head.headers["sec-websocket-accept"], acceptFor(key));
    return new RawWebSocket(connection, head);
  }

  constructor(connection, head) {
    this.connection = connection;
    this.head = head;
  }

  write(bytes) {
    this.connection.write(bytes);
  }

  send(opcode, payload, options) {
    this.write(frameBytes(opcode, payload, options));
  }

  sendText(text, options) {
    this.send(OPCODE.text, text, options);
  }

  /// The next frame: {fin, rsv, opcode, masked, payload}.
  async readFrame(what = "a frame", limit = deadline()) {
    const head = await this.connection.read(2, what, limit);
    let size = head[1] & 0x7f;
    if (size === 126) size = (await this.connection.read(2)).readUInt16BE(0);
    else if (size === 127) size = Number((await this.connection.read(8)).readBigUInt64BE(0));
    const masked = (head[1] & 0x80) !== 0;
    if (masked) await this.connection.read(4);
    const payload = await this.connection.read(size, what, limit);
    return {
      fin: (head[0] & 0x80) !== 0,
      rsv: (head[0] >> 4) & 7,
      opcode: head[0] & 0x0f,
      masked,
      payload,
      text: payload.toString("utf8"),
    };
  }

  /// The next frame that is not a ping, and must be a text.
  async readText(what = "a text frame") {
    const frame = await this.readFrameBesidesPings(what);
    assert.equal(frame.opcode, OPCODE.text, `${what}: opcode ${frame.opcode}`);
    return frame.text;
  }

  async readFrameBesidesPings(what) {
    const limit = deadline();
    for (;;) {
      const frame = await this.readFrame(what, limit);
      if (frame.opcode !== OPCODE.ping) return frame;
    }
  }

  /// The close frame, whatever texts come before it: {code, reason}; code is
  /// 1005 when the frame carries none.
  async readClose(what = "a close frame") {
    const limit = deadline();
    for (;;) {
      const frame = await this.readFrame(what, limit);
      if (frame.opcode !== OPCODE.close) continue;
      if (frame.payload.length === 0) return { code: 1005, reason: "" };
      return {
        code: frame.payload.readUInt16BE(0),
        reason: frame.payload.subarray(2).toString("utf8"),
      };
    }
  }

  /// Resolves when the server has closed the TCP connection.
  closed(what = "the server to close the TCP connection") {
    return this.connection.closed(what);
  }

  destroy() {
    this.connection.destroy();
  }

  reset() {
    this.connection.reset();
  }
}
