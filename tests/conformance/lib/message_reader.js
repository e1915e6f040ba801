import { isUtf8 } from "node:buffer";

import { opcode } from "./frames.js";
import { Breach } from "./frame_reader.js";

const names = new Map(Object.entries(opcode).map(([name, value]) => [value, name]));

/// Puts the server's fragments together and inflates what is compressed.
export class MessageReader {
  #deflate;
  #open = null;

  /// @param {import("./deflate.js").Deflate | null} deflate
  constructor(deflate) {
    this.#deflate = deflate;
  }

  /// The event that a frame completes, `{ type, payload, compressed }`, or null.
  read({ fin, rsv, type, payload }) {
    if (type >= 8) return { type: names.get(type), payload };
    if ((type === opcode.continuation) !== (this.#open !== null))
      throw new Breach("fragments out of order");
    if (rsv !== 0 && !(rsv === 4 && this.#deflate && type !== opcode.continuation))
      throw new Breach(`reserved bits ${rsv}`);
    this.#open ??= { type, compressed: rsv === 4, pieces: [] };
    this.#open.pieces.push(payload);
    if (!fin) return null;
    const { type: first, compressed, pieces } = this.#open;
    this.#open = null;
    const joined = Buffer.concat(pieces);
    const message = compressed ? this.#deflate.inflate(joined) : joined;
    if (first === opcode.text && !isUtf8(message)) throw new Breach("text that is not UTF-8");
    return { type: names.get(first), payload: message, compressed };
  }
}
