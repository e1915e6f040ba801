/// Groups 3 and 4: reserved bits and reserved opcodes (RFC 6455 section 5.2).

import { binary, frame, opcode, ping, text } from "../lib/frames.js";
import { atBest, fails, grade, textEvent } from "../lib/verdict.js";

const hello = "Hello, World!";
const together = (peer, ...frames) => peer.send(...frames);
const apart = (peer, ...frames) => peer.sendApart(...frames);
const byteWise = (peer, ...frames) => peer.sendChopped(1, ...frames);

/// A frame that is wrong fails the connection at once.
function alone(id, what, bad, send = together) {
  return {
    id,
    title: `${what} fails the connection`,
    play: (peer) => send(peer, bad()),
    outcomes: fails([1002]),
  };
}

/// A message before it may be answered or not; a ping behind it must not be.
function between(id, what, bad, send) {
  return {
    id,
    title: `${what} fails the connection: what came before is answered, what follows is not`,
    play: (peer) => send(peer, text(hello), bad(), ping()),
    outcomes: [...fails([1002], [textEvent(hello)]), ...atBest(grade.nonStrict, fails([1002]))],
  };
}

const reservedBits = [
  alone("3.1", "a text with reserved bits 1", () => text(hello, { rsv: 1 })),
  between("3.2", "a text with reserved bits 2", () => text(hello, { rsv: 2 }), together),
  between("3.3", "a text with reserved bits 3", () => text(hello, { rsv: 3 }), apart),
  between("3.4", "a text with reserved bits 4", () => text(hello, { rsv: 4 }), byteWise),
  alone("3.5", "a binary message with reserved bits 5",
    () => binary(Buffer.alloc(8, 0xff), { rsv: 5 })),
  alone("3.6", "a ping with reserved bits 6", () => ping(hello, { rsv: 6 })),
  alone("3.7", "a close frame with reserved bits 7",
    () => frame(opcode.close, "", { rsv: 7 })),
];

function reservedOpcodes(prefix, first) {
  return [
    alone(`${prefix}.1`, `an empty frame with opcode ${first}`, () => frame(first)),
    alone(`${prefix}.2`, `a frame with opcode ${first + 1}`, () => frame(first + 1, hello)),
    between(`${prefix}.3`, `an empty frame with opcode ${first + 2}`, () => frame(first + 2),
      together),
    between(`${prefix}.4`, `a frame with opcode ${first + 3}`, () => frame(first + 3, hello),
      together),
    between(`${prefix}.5`, `a frame with opcode ${first + 4}`, () => frame(first + 4, hello),
      byteWise),
  ];
}

export default [
  ...reservedBits,
  ...reservedOpcodes("4.1", 3),
  ...reservedOpcodes("4.2", 11),
];
