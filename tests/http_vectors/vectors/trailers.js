// Trailer sections (RFC 9112, section 7.1.2; RFC 9110, section 6.5). They are
// read and thrown away.
import { PUBLISHED, refused, served, unanswered } from "../support/outcome.js";
import { APP, chunk, chunked, head, SEEN, SMUGGLED, topic } from "../support/wire.js";

const behindBody = (trailers) => chunked(`${chunk('"a"')}0\r\n${trailers}`);

const BAD = [
  ["no-colon", "X-Field\r\n\r\n", "without a colon"],
  ["blank-before-colon", "X-Field : 1\r\n\r\n", "with a blank before the colon"],
  ["empty-name", ": 1\r\n\r\n", "with an empty name"],
  ["blank-in-name", "X Field: 1\r\n\r\n", "with a blank in its name"],
  ["nul", "X-Field: a\0b\r\n\r\n", "with a NUL"],
  ["escape", "X-Field: a\x1bb\r\n\r\n", "with an escape character"],
  ["bare-cr", "X-Field: a\rb\r\n\r\n", "with a bare CR"],
  ["bare-lf", "X-Field: a\nX-Other: b\r\n\r\n", "with a bare LF"],
  ["lf-at-the-end", "X-Field: a\n\r\n", "that ends in LF"],
  ["lf-lf", "X-Field: a\n\n", "ended by two LF"],
  ["request-line", "GET /connect HTTP/1.1\r\n\r\n", "that is a request line"],
];

const FORBIDDEN = [
  ["content-length", `Content-Length: ${SMUGGLED.length}`],
  ["content-length-bad", "Content-Length: x"],
  ["transfer-encoding", "Transfer-Encoding: chunked"],
  ["transfer-encoding-bad", "Transfer-Encoding: identity"],
  ["host", "Host: example.org"],
  ["connection", "Connection: close"],
  ["expect", "Expect: 200-ok"],
  ["content-type", "Content-Type: text/html"],
  ["trailer", "Trailer: X-Field"],
  ["upgrade", "Upgrade: websocket"],
  ["authorization", "Authorization: Basic eDp5"],
  ["forwarded-for", "X-Forwarded-For: 10.0.0.1"],
];

export default topic("trailers", [
  {
    id: "of-70-kb",
    says: "a trailer of 70,000 bytes ends no process",
    send: behindBody(`X-Field: ${"x".repeat(70_000)}\r\n\r\n${SMUGGLED}`),
    expect: refused(400, 413, 431),
  },
  {
    id: "of-70-kb-without-end",
    says: "a trailer of 70,000 bytes that goes on ends no process",
    send: behindBody(`X-Field: ${"x".repeat(70_000)}`),
    marker: false,
    expect: refused(400, 413, 431),
  },
  {
    id: "of-70-kb-name",
    says: "a trailer's name of 70,000 bytes is refused",
    send: behindBody(`${"X".repeat(70_000)}: 1\r\n\r\n${SMUGGLED}`),
    expect: refused(400, 413, 431),
  },
  {
    id: "of-70-kb-behind-nothing",
    says: "a trailer of 70,000 bytes behind an empty body ends no process",
    send: chunked(`0\r\nX-Field: ${"x".repeat(70_000)}\r\n\r\n${SMUGGLED}`),
    expect: refused(400, 413, 431),
  },
  {
    id: "70-kb-in-pieces",
    says: "a trailer of 70,000 bytes in 70 pieces ends no process",
    send: [behindBody("X-Field: "), ...Array(70).fill("x".repeat(1000)), `\r\n\r\n${SMUGGLED}`],
    expect: refused(400, 413, 431),
  },
  {
    id: "thousand",
    says: "1,000 trailers are refused",
    send: behindBody(`${"X-Field: 1\r\n".repeat(1000)}\r\n${SMUGGLED}`),
    expect: refused(400, 413, 431),
  },
  {
    id: "hundred-thousand",
    says: "100,000 trailers are refused",
    send: behindBody(`${"X-Field: 1\r\n".repeat(100_000)}\r\n${SMUGGLED}`),
    expect: refused(400, 413, 431),
  },
  {
    id: "endless",
    says: "trailers that do not end are refused",
    send: behindBody("X: 1\r\n".repeat(200_000)),
    marker: false,
    expect: refused(400, 413, 431),
  },
  {
    id: "incomplete",
    says: "a trailer section without its end is waited for",
    send: behindBody("X-Field: 1\r\n"),
    marker: false,
    expect: unanswered(),
  },
  ...BAD.map(([id, text, what]) => ({
    id,
    says: `a trailer ${what} is refused`,
    send: behindBody(text + SMUGGLED),
    expect: refused(400),
  })),
  {
    id: "folded",
    says: "a folded trailer is refused, or one trailer",
    send: behindBody("X-Field: a\r\n Content-Length: 5\r\n\r\n"),
    expect: [PUBLISHED, refused(400)],
  },
  {
    id: "folded-first",
    says: "a trailer section that begins with a fold is refused",
    send: behindBody(` X-Field: a\r\n\r\n${SMUGGLED}`),
    expect: refused(400),
  },
  ...FORBIDDEN.map(([id, field]) => ({
    id: `forbidden-${id}`,
    says: `${field} in a trailer frames and means nothing`,
    send: behindBody(`${field}\r\n\r\n`),
    expect: [PUBLISHED, refused(400)],
  })),
  {
    id: "forbidden-secret",
    says: "a secret in a trailer gives no right",
    send: head(`POST ${SEEN} HTTP/1.1`, "Host: localhost", "Transfer-Encoding: chunked")
      + `${chunk('"a"')}0\r\nX-Thunder-Secret-Key: ${APP.secret}\r\n\r\n`,
    expect: [served(401), refused(400)],
  },
  {
    id: "length-and-inner",
    says: "a length in a trailer hides no request",
    send: behindBody(`Content-Length: ${SMUGGLED.length}\r\n\r\n`) + "x",
    expect: [
      { answers: [[200], [405]], goesOn: false, seen: ['"a"'] },
      refused(400),
    ],
  },
  {
    id: "one",
    says: "a trailer is read and thrown away",
    send: behindBody("X-Field: 1\r\n\r\n"),
    expect: PUBLISHED,
    alike: true,
  },
  {
    id: "announced",
    says: "a trailer that Trailer announces is no other",
    send: chunked(`${chunk('"a"')}0\r\nX-Field: 1\r\n\r\n`, { fields: ["Trailer: X-Field"] }),
    expect: PUBLISHED,
    alike: true,
  },
  {
    id: "fifty",
    says: "fifty trailers are read and thrown away",
    send: behindBody(`${"X-Field: 1\r\n".repeat(50)}\r\n`),
    expect: PUBLISHED,
  },
  {
    id: "eight-bit",
    says: "a trailer may have bytes above 127",
    send: behindBody("X-Field: \xe9\r\n\r\n"),
    expect: PUBLISHED,
  },
]);
