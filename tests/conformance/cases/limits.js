/// Groups 9 and 10: large messages, many fragments, small pieces, many messages.

import { binary, cut, fragments, opcode, text } from "../lib/frames.js";
import { bytesOf, textOf } from "../lib/payloads.js";
import { answers, binaryEvent, textEvent } from "../lib/verdict.js";

const kib = 1024;
const mib = 1024 * kib;

const kinds = {
  text: { frame: text, type: opcode.text, event: textEvent, payloadOf: textOf },
  binary: { frame: binary, type: opcode.binary, event: binaryEvent, payloadOf: bytesOf },
};

/// A group for text, the next for binary messages; one case for each number.
const forBothKinds = (first, numbers, make) => Object.entries(kinds).flatMap(([what, kind], group) =>
  numbers.map((number, index) => ({
    id: `9.${first + group}.${index + 1}`,
    ...make({ what, ...kind }, number),
  })));

/// The payload is made when the case is played: all of them would not fit.
const echo = (title, kind, size, send) => ({
  title,
  async play(peer) {
    const payload = kind.payloadOf(size);
    await send(peer, payload);
    return [answers(kind.event(payload))];
  },
});

const sizes = [64 * kib, 256 * kib, mib, 4 * mib, 8 * mib, 16 * mib];
const fragmentSizes = [64, 256, kib, 4 * kib, 16 * kib, 64 * kib, 256 * kib, mib, 4 * mib];
const chops = [64, 128, 256, 512, 1024, 2048];
const roundTripSizes = [0, 16, 64, 256, 1024, 4096];
const roundTrips = 1000;

const whole = forBothKinds(1, sizes, (kind, size) =>
  echo(`a ${kind.what} message of ${size / kib} KiB comes back`, kind, size,
    (peer, payload) => peer.write(kind.frame(payload))));

const fragmented = forBothKinds(3, fragmentSizes, (kind, piece) =>
  echo(`a ${kind.what} message of 4 MiB in fragments of ${piece} bytes comes back`, kind, 4 * mib,
    (peer, payload) => peer.send(...fragments(kind.type, cut(payload, piece)))));

const chopped = forBothKinds(5, chops, (kind, piece) =>
  echo(`a ${kind.what} message of 1 MiB that arrives ${piece} bytes at a time comes back`, kind,
    mib, (peer, payload) => peer.sendChopped(piece, kind.frame(payload))));

const manyMessages = forBothKinds(7, roundTripSizes, (kind, size) => ({
  title: `${roundTrips} ${kind.what} messages of ${size} bytes come back, one after the other`,
  async play(peer, { deadlineMs }) {
    const message = kind.frame(kind.payloadOf(size));
    for (let sent = 1; sent <= roundTrips && !peer.ended; ++sent) {
      await peer.write(message);
      await peer.until(() => peer.events.length >= sent, deadlineMs);
    }
  },
  outcomes: [answers(...new Array(roundTrips).fill(kind.event(kind.payloadOf(size))))],
}));

const autoFragmented = {
  id: "10.1.1",
  title: "a text message of 64 KiB in fragments of 1300 bytes comes back",
  play: (peer) => peer.send(...fragments(opcode.text, cut(textOf(64 * kib), 1300))),
  outcomes: [answers(textEvent(textOf(64 * kib)))],
};

export default [...whole, ...fragmented, ...chopped, ...manyMessages, autoFragmented];
