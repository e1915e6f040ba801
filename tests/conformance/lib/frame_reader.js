import { opcode } from "./frames.js";

/// What the server sent breaks the protocol, as opposed to what the case asked for.
export class Breach extends Error {}

const known = new Set(Object.values(opcode));

/// Bytes that arrive in pieces.
class Stock {
  #chunks = [];
  length = 0;

  add(chunk) {
    this.#chunks.push(chunk);
    this.length += chunk.length;
  }

  /// The first `count` bytes, which stay.
  peek(count) {
    if (this.#chunks[0]?.length < count) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0].subarray(0, count);
  }

  take(count) {
    if (count === 0) return Buffer.alloc(0);
    const parts = [];
    let missing = count;
    while (missing > 0) {
      const chunk = this.#chunks.shift();
      if (chunk.length > missing) this.#chunks.unshift(chunk.subarray(missing));
      parts.push(chunk.subarray(0, missing));
      missing -= parts[parts.length - 1].length;
    }
    this.length -= count;
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }
}

/// Takes the frames of a server from its bytes and refuses what section 5 of RFC 6455 forbids it.
export class FrameReader {
  #stock = new Stock();
  #header = null;

  /// Yields `{ fin, rsv, type, payload }` for every frame that is complete.
  *push(chunk) {
    this.#stock.add(chunk);
    while (true) {
      this.#header ??= this.#readHeader();
      if (this.#header === null || this.#stock.length < this.#header.length) return;
      const { fin, rsv, type, length } = this.#header;
      this.#header = null;
      yield { fin, rsv, type, payload: this.#stock.take(length) };
    }
  }

  #readHeader() {
    if (this.#stock.length < 2) return null;
    const [first, second] = this.#stock.peek(2);
    const short = second & 0x7f;
    const size = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
    if (this.#stock.length < size) return null;
    const bytes = this.#stock.peek(size);
    let length = short;
    if (short === 126) length = bytes.readUInt16BE(2);
    if (short === 127) length = Number(bytes.readBigUInt64BE(2));
    const header = {
      fin: (first & 0x80) !== 0,
      rsv: (first >> 4) & 7,
      type: first & 0xf,
      length,
    };
    if ((second & 0x80) !== 0) throw new Breach("a masked frame from the server");
    if (!known.has(header.type)) throw new Breach(`opcode ${header.type}`);
    if ((short === 126 && length < 126) || (short === 127 && length < 0x10000))
      throw new Breach("a length that is not in its shortest form");
    if (header.type >= 8 && (!header.fin || length > 125 || header.rsv !== 0))
      throw new Breach("a control frame that is fragmented, too long or has reserved bits");
    this.#stock.take(size);
    return header;
  }
}
