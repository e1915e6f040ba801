/// Frames of RFC 6455 section 5.2, byte by byte, so that a case can send every wrong one.

/// @enum {number}
export const opcode = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
};

const finalBit = 0x80;
const maskBit = 0x80;

/// Applies a mask to a payload, in place (section 5.3).
function applyMask(payload, mask) {
  const aligned = payload.byteOffset % 4 === 0 ? payload.length - (payload.length % 4) : 0;
  const words = new Uint32Array(payload.buffer, aligned ? payload.byteOffset : 0, aligned / 4);
  const maskWord = new Uint32Array(new Uint8Array(mask).buffer)[0];
  for (let at = 0; at < words.length; ++at) words[at] ^= maskWord;
  for (let at = aligned; at < payload.length; ++at) payload[at] ^= mask[at % 4];
}

function lengthBytes(length) {
  if (length <= 125) return Buffer.from([maskBit | length]);
  if (length <= 0xffff) {
    const bytes = Buffer.from([maskBit | 126, 0, 0]);
    bytes.writeUInt16BE(length, 1);
    return bytes;
  }
  const bytes = Buffer.alloc(9);
  bytes[0] = maskBit | 127;
  bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

let nextMask = 0x37fa213d;

// Every frame has a mask of its own, the same ones in every run.
function newMask() {
  nextMask = (Math.imul(nextMask, 1664525) + 1013904223) >>> 0;
  const mask = Buffer.alloc(4);
  mask.writeUInt32BE(nextMask);
  return mask;
}

/**
 * A frame as a client sends it: masked, the length in its shortest form, and otherwise whatever
 * is asked for, legal or not.
 * @param {number} type opcode, 0 to 15
 * @param {Buffer | string} [payload]
 * @param {{ fin?: boolean, rsv?: number }} [bits] `rsv`: the three reserved bits as a number
 */
export function frame(type, payload = "", { fin = true, rsv = 0 } = {}) {
  const mask = newMask();
  const masked = Buffer.allocUnsafeSlow(Buffer.byteLength(payload));
  if (typeof payload === "string") masked.write(payload);
  else payload.copy(masked);
  applyMask(masked, mask);
  const first = Buffer.from([(fin ? finalBit : 0) | (rsv << 4) | type]);
  return Buffer.concat([first, lengthBytes(masked.length), mask, masked]);
}

export const text = (payload, bits) => frame(opcode.text, payload, bits);
export const binary = (payload, bits) => frame(opcode.binary, payload, bits);
export const continuation = (payload, bits) => frame(opcode.continuation, payload, bits);
export const ping = (payload, bits) => frame(opcode.ping, payload, bits);
export const pong = (payload, bits) => frame(opcode.pong, payload, bits);

/// The payload of a close frame (section 5.5.1).
export function closePayload(code, reason = "") {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(code);
  return Buffer.concat([bytes, Buffer.from(reason)]);
}

/// A close frame; empty without a code.
export function close(code, reason) {
  return frame(opcode.close, code === undefined ? "" : closePayload(code, reason));
}

/**
 * A message in frames that carry `pieces`.
 * @param {number} type opcode of the first
 * @param {(Buffer | string)[]} pieces
 * @param {{ rsv?: number }} [bits] of the first
 */
export function fragments(type, pieces, { rsv = 0 } = {}) {
  return pieces.map((piece, index) =>
    frame(index === 0 ? type : opcode.continuation, piece, {
      fin: index === pieces.length - 1,
      rsv: index === 0 ? rsv : 0,
    }));
}

/// Bytes in pieces of at most `size`; one empty piece if there are none.
export function cut(bytes, size) {
  const pieces = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces.length > 0 ? pieces : [bytes];
}
