/// Group 2: pings and pongs (RFC 6455 sections 5.5.2 and 5.5.3).

import { ping, pong } from "../lib/frames.js";
import { answers, fails, pongEvent } from "../lib/verdict.js";

const notUtf8 = Buffer.from([0x00, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0x00, 0xff]);
const longest = Buffer.alloc(125, 0xfe);
const tooLong = Buffer.alloc(126, 0xfe);
const ten = Array.from({ length: 10 }, (_, index) => `ping ${index + 1}`);

export default [
  {
    id: "2.1",
    title: "an empty ping is answered",
    play: (peer) => peer.send(ping()),
    outcomes: [answers(pongEvent(""))],
  },
  {
    id: "2.2",
    title: "a pong has the text of its ping",
    play: (peer) => peer.send(ping("still there?")),
    outcomes: [answers(pongEvent("still there?"))],
  },
  {
    id: "2.3",
    title: "a pong has the bytes of its ping, UTF-8 or not",
    play: (peer) => peer.send(ping(notUtf8)),
    outcomes: [answers(pongEvent(notUtf8))],
  },
  {
    id: "2.4",
    title: "a ping of 125 bytes is answered",
    play: (peer) => peer.send(ping(longest)),
    outcomes: [answers(pongEvent(longest))],
  },
  {
    id: "2.5",
    title: "a ping of 126 bytes fails the connection",
    play: (peer) => peer.send(ping(tooLong)),
    outcomes: fails([1002]),
  },
  {
    id: "2.6",
    title: "a ping of 125 bytes that arrives byte by byte is answered",
    play: (peer) => peer.sendChopped(1, ping(longest)),
    outcomes: [answers(pongEvent(longest))],
  },
  {
    id: "2.7",
    title: "an empty pong that nobody asked for is not answered",
    play: (peer) => peer.send(pong()),
    outcomes: [answers()],
  },
  {
    id: "2.8",
    title: "a pong with a payload that nobody asked for is not answered",
    play: (peer) => peer.send(pong("here I am")),
    outcomes: [answers()],
  },
  {
    id: "2.9",
    title: "a ping behind a pong that nobody asked for is answered",
    play: (peer) => peer.send(pong("here I am"), ping("and you?")),
    outcomes: [answers(pongEvent("and you?"))],
  },
  {
    id: "2.10",
    title: "ten pings get ten pongs in their order",
    play: (peer) => peer.send(...ten.map((payload) => ping(payload))),
    outcomes: [answers(...ten.map(pongEvent))],
  },
  {
    id: "2.11",
    title: "ten pings that arrive byte by byte get ten pongs in their order",
    play: (peer) => peer.sendChopped(1, ...ten.map((payload) => ping(payload))),
    outcomes: [answers(...ten.map(pongEvent))],
  },
];
