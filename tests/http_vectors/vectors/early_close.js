// Clients that leave in the middle of a request.
import { outcome, unanswered } from "../support/outcome.js";
import { chunk, chunked, post, publish, topic } from "../support/wire.js";

const PLAIN = publish('"abcdef"');
const CODED = chunked(`${chunk('"ab')}${chunk('cd"')}0\r\nX-Field: 1\r\n\r\n`);

// What a request looks like up to and with `mark`, and so many bytes more.
function upTo(text, mark, more = 0) {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`there is no ${JSON.stringify(mark)}`);
  return text.slice(0, at + mark.length + more);
}

const POINTS = [
  ["method", upTo(PLAIN, "PO"), "within the method"],
  ["blank", upTo(PLAIN, "POST "), "before the target"],
  ["target", upTo(PLAIN, "/api"), "within the target"],
  ["version", upTo(PLAIN, "HTTP/1"), "within the version"],
  ["first-cr", upTo(PLAIN, "HTTP/1.1\r"), "between CR and LF"],
  ["first-line", upTo(PLAIN, "HTTP/1.1\r\n"), "behind the request line"],
  ["field-name", upTo(PLAIN, "Ho"), "within a name"],
  ["colon", upTo(PLAIN, "Host:"), "behind a colon"],
  ["field-value", upTo(PLAIN, "Host: local"), "within a value"],
  ["field", upTo(PLAIN, "Host: localhost\r\n"), "behind a field"],
  ["length", upTo(PLAIN, "Content-Length: "), "before the length's number"],
  ["empty-line", upTo(PLAIN, "\r\n\r\n", -1), "within the empty line"],
  ["head", upTo(PLAIN, "\r\n\r\n"), "behind the head"],
  ["body", upTo(PLAIN, "\r\n\r\n", 3), "within the body"],
  ["last-byte", PLAIN.slice(0, -1), "before the last byte"],
  ["chunked-head", upTo(CODED, "\r\n\r\n"), "before the first chunk"],
  ["chunk-size", upTo(CODED, "\r\n\r\n", 1), "within a chunk's size"],
  ["chunk-line", upTo(CODED, "\r\n\r\n3\r\n"), "behind a chunk's size"],
  ["chunk-data", upTo(CODED, "\r\n\r\n3\r\n", 2), "within a chunk"],
  ["chunk-end", upTo(CODED, '"ab\r'), "within a chunk's line end"],
  ["between-chunks", upTo(CODED, '"ab\r\n'), "between two chunks"],
  ["last-chunk", upTo(CODED, 'cd"\r\n0\r\n'), "behind the last chunk's size"],
  ["trailer", upTo(CODED, "X-Fie"), "within a trailer"],
  ["trailer-end", CODED.slice(0, -2), "before the end of the trailers"],
  ["last-lf", CODED.slice(0, -1), "before the last LF"],
  ["extension", `${chunked("3;a")}`, "within an extension"],
  ["blank-line", "\r", "within an empty line in front"],
];

export default topic("early-close", [
  ...POINTS.map(([id, send, where]) => ({
    id: `end-${id}`,
    says: `the end ${where} is no request`,
    send,
    marker: false,
    expect: unanswered(),
  })),
  ...POINTS.map(([id, send, where]) => ({
    id: `reset-${id}`,
    says: `a reset ${where} is no request`,
    send,
    marker: false,
    reset: true,
    expect: unanswered(),
  })),
  {
    id: "end-behind-good",
    says: "the end behind a request does not take its answer away",
    send: publish(),
    marker: false,
    expect: outcome([200], { goesOn: false, seen: ['"a"'] }),
  },
  {
    id: "end-behind-chunks",
    says: "the end behind the last chunk does not take the answer away",
    send: CODED,
    marker: false,
    expect: outcome([200], { goesOn: false, seen: ['"abcd"'] }),
  },
  {
    id: "length-of-limit",
    says: "a body of 1 MiB that ends after a half is none",
    send: post([`Content-Length: ${1 << 20}`], " ".repeat(1 << 19)),
    marker: false,
    expect: unanswered(),
  },
]);
