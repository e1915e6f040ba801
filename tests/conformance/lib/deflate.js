import zlib from "node:zlib";

import { Breach } from "./frame_reader.js";

const tail = Buffer.from([0, 0, 0xff, 0xff]);
const maxWindowBits = 15;

/**
 * One direction's memory of what was said before (RFC 7692 section 7.2): empty for ever without
 * context takeover, else the last 2^bits bytes.
 */
class History {
  #bits;
  #takeover;
  bytes = Buffer.alloc(0);

  constructor(bits, takeover) {
    this.#bits = bits;
    this.#takeover = takeover;
  }

  add(message) {
    if (this.#takeover)
      this.bytes = Buffer.concat([this.bytes, message]).subarray(-(1 << this.#bits));
  }
}

/// The parameters of the extension as a server answered them (RFC 7692 section 7.1).
export class Agreement {
  serverTakeover = true;
  clientTakeover = true;
  serverBits = maxWindowBits;
  clientBits = maxWindowBits;

  /**
   * Reads `Sec-WebSocket-Extensions` of an answer to `offers`. Null if there is none; throws a
   * Breach if a client would have to fail the connection.
   */
  static read(answer, offers) {
    if (answer === undefined) return null;
    if (offers.length === 0) throw new Breach("an extension that was not offered");
    const [name, ...parameters] = answer.split(";").map((part) => part.trim());
    if (name !== "permessage-deflate") throw new Breach(`extension ${name}`);
    const agreed = new Agreement();
    const seen = new Set();
    for (const parameter of parameters) {
      const [key, value] = parameter.split("=").map((part) => part.trim());
      if (seen.has(key)) throw new Breach(`${key} twice`);
      seen.add(key);
      agreed.#take(key, value?.replace(/^"(.*)"$/, "$1"));
    }
    if (!offers.some((offer) => agreed.#answers(offer)))
      throw new Breach(`"${answer}" is no answer to what was offered`);
    return agreed;
  }

  #take(key, value) {
    if (key === "server_no_context_takeover" && value === undefined) this.serverTakeover = false;
    else if (key === "client_no_context_takeover" && value === undefined)
      this.clientTakeover = false;
    else if (key === "server_max_window_bits" && /^([89]|1[0-5])$/.test(value))
      this.serverBits = Number(value);
    else if (key === "client_max_window_bits" && /^([89]|1[0-5])$/.test(value))
      this.clientBits = Number(value);
    else throw new Breach(`parameter ${key}=${value}`);
  }

  // Sections 7.1.1.1 to 7.1.2.2: what the client asked for must be granted, and its own window
  // may be limited only if it said that it understands that.
  #answers(offer) {
    const asked = new Map(offer.split(";").slice(1).map((part) => part.trim().split("=")));
    if (asked.has("server_no_context_takeover") && this.serverTakeover) return false;
    const limit = asked.get("server_max_window_bits");
    if (limit !== undefined && this.serverBits > Number(limit)) return false;
    return asked.has("client_max_window_bits") || this.clientBits === maxWindowBits;
  }
}

/// permessage-deflate as an agreement has it (RFC 7692 section 7.2), the client's side.
export class Deflate {
  #agreed;
  #said;
  #heard;

  /// @param {Agreement} agreed
  constructor(agreed) {
    this.#agreed = agreed;
    this.#said = new History(agreed.clientBits, agreed.clientTakeover);
    this.#heard = new History(agreed.serverBits, agreed.serverTakeover);
  }

  /// The payload of a compressed message.
  compress(message) {
    const options = {
      windowBits: this.#agreed.clientBits,
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
    };
    if (this.#said.bytes.length > 0) options.dictionary = this.#said.bytes;
    this.#said.add(message);
    const bytes = zlib.deflateRawSync(message, options);
    return bytes.subarray(0, bytes.length - tail.length);
  }

  /// The message in a compressed payload; throws a Breach if it is none.
  inflate(payload) {
    const options = {
      windowBits: this.#agreed.serverBits,
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
    };
    // zlib looks for too large a distance only where the output begins a new chunk.
    if (this.#agreed.serverBits < maxWindowBits) options.chunkSize = 64;
    if (this.#heard.bytes.length > 0) options.dictionary = this.#heard.bytes;
    try {
      const message = zlib.inflateRawSync(Buffer.concat([payload, tail]), options);
      this.#heard.add(message);
      return message;
    } catch (error) {
      throw new Breach(`compressed data that does not inflate: ${error.message}`);
    }
  }
}
