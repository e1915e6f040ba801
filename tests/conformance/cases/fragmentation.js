/// Group 5: fragmentation (RFC 6455 section 5.4).

import { continuation, fragments, opcode, ping, pong, text } from "../lib/frames.js";
import { answers, atBest, fails, grade, pongEvent, textEvent } from "../lib/verdict.js";

const hello = "Hello, World!";
const pieces = ["first, ", "second, ", "third, ", "fourth, ", "last"];
const two = pieces.slice(0, 2);
const together = (peer, ...frames) => peer.send(...frames);
const apart = (peer, ...frames) => peer.sendApart(...frames);
const byteWise = (peer, ...frames) => peer.sendChopped(1, ...frames);
const ways = [
  { send: together, how: "in one piece" },
  { send: apart, how: "frame by frame" },
  { send: byteWise, how: "byte by byte" },
];

/// Three cases: sent in one piece, frame by frame and byte by byte.
const inAllWays = (first, make) => ways.map(({ send, how }, index) =>
  ({ id: `5.${first + index}`, ...make(send, how) }));

const split = () => fragments(opcode.text, two);

/// A message that takes several turns: each ping is answered before the rest of it is sent.
function withPauses(id, send, how) {
  return {
    id,
    title: `pings between fragments that arrive ${how} are answered before the message ends`,
    async play(peer, { deadlineMs }) {
      const [a, b, c, d, e] = fragments(opcode.text, pieces);
      await send(peer, a, b, ping("one"));
      await peer.until(() => peer.events.length === 1, deadlineMs);
      await send(peer, c, d, ping("two"));
      await peer.until(() => peer.events.length === 2, deadlineMs);
      await send(peer, e);
    },
    outcomes: [answers(pongEvent("one"), pongEvent("two"), textEvent(pieces.join("")))],
  };
}

function nothingToContinue(id, fin) {
  return {
    id,
    title: `a continuation of nothing, ${fin ? "final" : "not final"}, before fragments, twice, `
      + "fails the connection",
    play: (peer) => peer.send(continuation(pieces[0], { fin }), ...split(),
      continuation(pieces[0], { fin }), ...split()),
    outcomes: fails([1002]),
  };
}

export default [
  {
    id: "5.1",
    title: "a ping in two fragments fails the connection",
    play: (peer) => peer.send(...fragments(opcode.ping, two)),
    outcomes: fails([1002]),
  },
  {
    id: "5.2",
    title: "a pong in two fragments fails the connection",
    play: (peer) => peer.send(pong(two[0], { fin: false }), continuation(two[1])),
    outcomes: fails([1002]),
  },
  ...inAllWays(3, (send, how) => ({
    title: `a text in two fragments that arrives ${how} comes back`,
    play: (peer) => send(peer, ...split()),
    outcomes: [answers(textEvent(two.join("")))],
  })),
  ...inAllWays(6, (send, how) => ({
    title: `a ping between two fragments that arrive ${how} is answered before the message`,
    play(peer) {
      const [first, last] = split();
      return send(peer, first, ping("between"), last);
    },
    outcomes: [answers(pongEvent("between"), textEvent(two.join("")))],
  })),
  ...inAllWays(9, (send, how) => ({
    title: `a final continuation of nothing, ${how}, fails the connection`,
    play: (peer) => send(peer, continuation("of nothing"), text(hello)),
    outcomes: fails([1002]),
  })),
  ...inAllWays(12, (send, how) => ({
    title: `a continuation of nothing that is not final, ${how}, fails the connection`,
    play: (peer) => send(peer, continuation("of nothing", { fin: false }), text(hello)),
    outcomes: fails([1002]),
  })),
  {
    id: "5.15",
    title: "a continuation behind a message that is complete fails the connection",
    play: (peer) => peer.send(...split(), continuation("of nothing", { fin: false }), text(hello)),
    outcomes: [...fails([1002], [textEvent(two.join(""))]),
      ...atBest(grade.nonStrict, fails([1002]))],
  },
  nothingToContinue("5.16", false),
  nothingToContinue("5.17", true),
  {
    id: "5.18",
    title: "a text within a fragmented text fails the connection",
    play: (peer) => peer.send(text(two[0], { fin: false }), text(two[1])),
    outcomes: fails([1002]),
  },
  withPauses("5.19", together, "together"),
  withPauses("5.20", apart, "one by one"),
];
