/// Group 7: the closing handshake (RFC 6455 sections 5.5.1, 7.1 and 7.4).

import { close, closePayload, continuation, frame, opcode, ping, text } from "../lib/frames.js";
import { textOf } from "../lib/payloads.js";
import { answers, confirms, fails, textEvent } from "../lib/verdict.js";

const hello = "Hello, World!";
const notUtf8 = Buffer.from("cebae1bdb9cf83cebcceb5eda080656469746564", "hex");

const closing = (id, title, frames, outcomes) => ({
  id, title,
  play: (peer) => peer.sendClosing(...frames()),
  outcomes,
});

const closesWith = (id, what, payload, outcomes) =>
  closing(id, `a close frame with ${what}`, () => [frame(opcode.close, payload)], outcomes);

const behaviour = [
  {
    id: "7.1.1",
    title: "a message before the close frame is answered",
    play: (peer) => peer.send(text(hello)),
    outcomes: [answers(textEvent(hello))],
  },
  closing("7.1.2", "a second close frame is ignored", () => [close(1000), close()],
    [confirms(1000)]),
  closing("7.1.3", "a ping behind the close frame is not answered", () => [close(1000), ping()],
    [confirms(1000)]),
  closing("7.1.4", "a text behind the close frame is not answered",
    () => [close(1000), text(hello)], [confirms(1000)]),
  closing("7.1.5", "a message that a close frame interrupts is not answered",
    () => [text("first", { fin: false }), close(1000), continuation("last")], [confirms(1000)]),
  closing("7.1.6", "a close frame behind 256 KiB of text ends the connection",
    () => [text(textOf(256 * 1024)), text(hello), close(1000), ping()], undefined),
];

const structure = [
  closesWith("7.3.1", "no payload is answered", "", [confirms(1000)]),
  closesWith("7.3.2", "one byte fails the connection", "a", fails([1002])),
  closesWith("7.3.3", "a code is answered", closePayload(1000), [confirms(1000)]),
  closesWith("7.3.4", "a code and a reason is answered", closePayload(1000, "Enough."),
    [confirms(1000)]),
  closesWith("7.3.5", "the longest reason, 123 bytes, is answered",
    closePayload(1000, "*".repeat(123)), [confirms(1000)]),
  closesWith("7.3.6", "a reason of 124 bytes fails the connection",
    closePayload(1000, "*".repeat(124)), fails([1002])),
  closesWith("7.5.1", "a reason that is not UTF-8 fails the connection",
    closePayload(1000, notUtf8), fails([1007, 1002])),
];

const valid = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
const invalid = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];
const open = [5000, 65_535];

export default [
  ...behaviour,
  ...structure,
  ...valid.map((code, index) => closesWith(`7.7.${index + 1}`, `code ${code} is answered`,
    closePayload(code), [confirms(code, 1000)])),
  ...invalid.map((code, index) => closesWith(`7.9.${index + 1}`,
    `code ${code} fails the connection`, closePayload(code), fails([1002]))),
  ...open.map((code, index) => closesWith(`7.13.${index + 1}`,
    `code ${code}, which is nobody's, ends the connection`, closePayload(code), undefined)),
];
