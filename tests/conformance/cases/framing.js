/// Group 1: messages of every form of length (RFC 6455 section 5.2).

import { binary, text } from "../lib/frames.js";
import { bytesOf, textOf } from "../lib/payloads.js";
import { answers, binaryEvent, textEvent } from "../lib/verdict.js";

const sizes = [0, 125, 126, 127, 128, 65_535, 65_536];
const chop = 997;

function group(prefix, what, frame, event, payloadOf) {
  const whole = sizes.map((size) => ({ size, send: (peer, bytes) => peer.send(bytes), how: "" }));
  const chopped = {
    size: 65_536, send: (peer, bytes) => peer.sendChopped(chop, bytes),
    how: ` that arrives ${chop} bytes at a time`,
  };
  return [...whole, chopped].map(({ size, send, how }, index) => ({
    id: `${prefix}.${index + 1}`,
    title: `a ${what} message of ${size} bytes${how} comes back`,
    play: (peer) => send(peer, frame(payloadOf(size))),
    outcomes: [answers(event(payloadOf(size)))],
  }));
}

export default [
  ...group("1.1", "text", text, textEvent, textOf),
  ...group("1.2", "binary", binary, binaryEvent, bytesOf),
];
