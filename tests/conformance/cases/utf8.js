/// Group 6: text is UTF-8 (RFC 6455 section 8.1, RFC 3629). The sequences are those of the Unicode
/// decoder stress test by Markus Kuhn, in the order in which the public suite numbers them.

import { continuation, cut, fragments, opcode, ping, text } from "../lib/frames.js";
import { answers, atBest, fails, grade, pongEvent, textEvent } from "../lib/verdict.js";

// Greek, with a letter of three bytes among those of two.
const kosme = Buffer.from("cebae1bdb9cf83cebcceb5", "hex");
const hello = Buffer.from("Grüße, µ@ßöäüàá: UTF-8!");
// Beyond U+10FFFF: the second byte of the sequence is the one that cannot be.
const beyond = Buffer.from("f4908080", "hex");
const edited = Buffer.from("edited");
const broken = Buffer.concat([kosme, beyond, edited]);
// How long a server may take to notice bytes that cannot be text, where nothing else would tell
// that it has read them.
const noticeMs = 2_000;

const comesBack = (id, title, payload, frames) => ({
  id, title,
  play: (peer) => peer.send(...frames()),
  outcomes: [answers(textEvent(payload))],
});

const isRefused = (id, title, frames) => ({
  id, title,
  play: (peer) => peer.send(...frames()),
  outcomes: fails([1007]),
});

/// 6.4: bytes that cannot be text fail the connection before the message is complete. A ping
/// behind them is legal, and a pong says that they were taken.
function failsFastBetweenFrames(id, title, parts) {
  return {
    id, title,
    async play(peer, { deadlineMs }) {
      const [first, second, third] = fragments(opcode.text, parts);
      await peer.send(first, ping("first"));
      await peer.until(() => peer.events.length === 1, deadlineMs);
      await peer.send(second, ping("second"));
      await peer.until(() => peer.events.length === 2 || peer.closeFrame !== null,
        deadlineMs);
      if (peer.closeFrame === null) await peer.send(third);
    },
    outcomes: [...fails([1007], [pongEvent("first")]),
      ...atBest(grade.nonStrict, fails([1007], [pongEvent("first"), pongEvent("second")]))],
  };
}

function failsFastWithinFrame(id, title, parts) {
  const atOnce = fails([1007]);
  return {
    id, title,
    async play(peer) {
      const whole = text(Buffer.concat(parts));
      const header = whole.length - broken.length;
      const [first, second] = [parts[0].length, parts[0].length + parts[1].length]
        .map((length) => header + length);
      await peer.write(whole.subarray(0, first));
      await peer.write(whole.subarray(first, second));
      if (await peer.until(() => peer.closeFrame !== null || peer.ended, noticeMs)) return atOnce;
      await peer.write(whole.subarray(second));
      return atBest(grade.nonStrict, atOnce);
    },
  };
}

const firstThreeWays = [
  {
    id: "6.1.1",
    title: "an empty text comes back",
    play: (peer) => peer.send(text("")),
    outcomes: [answers(textEvent(""))],
  },
  {
    id: "6.1.2",
    title: "a text of three empty fragments comes back",
    play: (peer) => peer.send(...fragments(opcode.text, ["", "", ""])),
    outcomes: [answers(textEvent(""))],
  },
  {
    id: "6.1.3",
    title: "a text between empty fragments comes back",
    play: (peer) => peer.send(...fragments(opcode.text, ["", "middle", ""])),
    outcomes: [answers(textEvent("middle"))],
  },
];

const fragmented = [
  comesBack("6.2.1", "a text with umlauts comes back", hello, () => [text(hello)]),
  comesBack("6.2.2", "a text that is cut between two characters comes back", hello,
    () => fragments(opcode.text, ["Grüße, µ@ßö", "äüàá: UTF-8!"])),
  comesBack("6.2.3", "a text that is cut at every byte comes back", hello,
    () => fragments(opcode.text, cut(hello, 1))),
  comesBack("6.2.4", "a Greek text that is cut at every byte comes back", kosme,
    () => fragments(opcode.text, cut(kosme, 1))),
  isRefused("6.3.1", "a text beyond U+10FFFF fails the connection", () => [text(broken)]),
  isRefused("6.3.2", "a text beyond U+10FFFF that is cut at every byte fails the connection",
    () => fragments(opcode.text, cut(broken, 1))),
];

const upTo = kosme.length + 1;
const failFast = [
  failsFastBetweenFrames("6.4.1", "a fragment that cannot be text fails the connection at once",
    [kosme, beyond, edited]),
  failsFastBetweenFrames("6.4.2", "a fragment of the one byte that cannot be fails it at once",
    [broken.subarray(0, upTo), broken.subarray(upTo, upTo + 1), broken.subarray(upTo + 1)]),
  failsFastWithinFrame("6.4.3", "bytes of a frame that cannot be text fail the connection at once",
    [kosme, beyond, edited]),
  failsFastWithinFrame("6.4.4", "the one byte of a frame that cannot be fails it at once",
    [broken.subarray(0, upTo), broken.subarray(upTo, upTo + 1), broken.subarray(upTo + 1)]),
];

const hex = (...sequences) => sequences.map((digits) => Buffer.from(digits, "hex"));
const range = (first, last) =>
  Array.from({ length: last - first }, (_, index) => first + index);
const lonely = (first, last) =>
  Buffer.from(range(first, last).flatMap((lead) => [lead, 0x20]));
const missing = hex("c0", "e080", "f08080", "f8808080", "fc80808080",
  "df", "efbf", "f7bfbf", "fbbfbfbf", "fdbfbfbfbf");

// U+1FFFE, U+1FFFF, U+2FFFE … U+10FFFF, behind U+FFFE and U+FFFF.
const nonCharacters = [0xfffe, 0xffff, ...range(1, 17).flatMap((plane) =>
  [plane * 0x10000 + 0xfffe, plane * 0x10000 + 0xffff])]
  .map((point) => Buffer.from(String.fromCodePoint(point)));

/// Sub-groups 6.5 to 6.23.
const subGroups = [
  ["some valid text", ["hello$world", "hello¢world", "hello€world", "hello𤭢world", kosme]
    .map((valid) => Buffer.from(valid))],
  ["a beginning of a Greek text", range(1, kosme.length + 1)
    .map((length) => kosme.subarray(0, length))],
  ["the first sequence of a length", hex("00", "c280", "e0a080", "f0908080")],
  ["the first sequence of five or six bytes", hex("f888808080", "fc8480808080")],
  ["the last sequence of a length", hex("7f", "dfbf", "efbfbf", "f48fbfbf")],
  ["the last sequence of four to six bytes", hex("f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf")],
  ["a boundary of what is allowed", hex("ed9fbf", "ee8080", "efbfbd", "f48fbfbf", "f4908080")],
  ["unexpected continuation bytes", [...hex("80", "bf", "80bf", "80bf80", "80bf80bf",
    "80bf80bf80", "80bf80bf80bf"), Buffer.from(range(0x80, 0xbf))]],
  ["lonely first bytes", [lonely(0xc0, 0xdf), lonely(0xe0, 0xef), lonely(0xf0, 0xf7),
    lonely(0xf8, 0xfb), lonely(0xfc, 0xfd)]],
  ["a sequence without its last byte", missing],
  ["many sequences without their last bytes", [Buffer.concat(missing)]],
  ["bytes that never occur", hex("fe", "ff", "fefeffff")],
  ["an overlong slash", hex("c0af", "e080af", "f08080af", "f8808080af", "fc80808080af")],
  ["the last overlong sequence of a length",
    hex("c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf")],
  ["an overlong NUL", hex("c080", "e08080", "f0808080", "f880808080", "fc8080808080")],
  ["a single surrogate",
    hex("eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf")],
  ["a pair of surrogates", hex("eda080edb080", "eda080edbfbf", "edadbfedb080", "edadbfedbfbf",
    "edae80edb080", "edae80edbfbf", "edafbfedb080", "edafbfedbfbf")],
  ["a code point that is no character", nonCharacters],
  ["a special code point",
    hex("efbfb9", "efbfba", "efbfbb", "efbfbc", "efbfbd", "efbfbe", "efbfbf")],
];

const isText = (bytes) => {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
};

const sequences = subGroups.flatMap(([what, payloads], group) => payloads.map((payload, index) => {
  const id = `6.${group + 5}.${index + 1}`;
  const shown = payload.length > 16 ? `${payload.length} bytes` : payload.toString("hex");
  return isText(payload)
    ? comesBack(id, `${what} (${shown}) comes back`, payload, () => [text(payload)])
    : isRefused(id, `${what} (${shown}) fails the connection`, () => [text(payload)]);
}));

export default [...firstThreeWays, ...fragmented, ...failFast, ...sequences];
