// Expect (RFC 9110, section 10.1.1).
import { outcome, PUBLISHED, refused, served, servedLast } from "../support/outcome.js";
import { chunked, get, ONE_CHUNK, post, publish, SMUGGLED, topic } from "../support/wire.js";

const expecting = (value, body = '"a"') => publish(body, { fields: [`Expect: ${value}`] });

export default topic("expect", [
  {
    id: "continue",
    says: "a body that comes with its expectation is served",
    send: expecting("100-continue"),
    expect: PUBLISHED,
    alike: true,
  },
  {
    id: "continue-in-pieces",
    says: "a body that comes behind its head is served after a 100",
    send: [post(["Content-Length: 3", "Expect: 100-continue"]), '"a"'],
    expect: PUBLISHED,
    alike: true,
  },
  {
    id: "continue-chunked",
    says: "chunks that come behind their head are served after a 100",
    send: [chunked("", { fields: ["Expect: 100-continue"] }), ONE_CHUNK],
    expect: PUBLISHED,
    alike: true,
  },
  {
    id: "continue-in-any-case",
    says: "100-Continue is 100-continue",
    send: expecting("100-Continue"),
    expect: PUBLISHED,
    alike: true,
  },
  {
    id: "continue-http-1.0",
    says: "an expectation in HTTP/1.0 is ignored",
    send: publish('"a"', {
      version: "HTTP/1.0",
      fields: ["Expect: 100-continue", "Connection: keep-alive"],
    }),
    expect: PUBLISHED,
  },
  {
    id: "continue-http-1.0-last",
    says: "an expectation in HTTP/1.0 without keep-alive is ignored",
    send: publish('"a"', { version: "HTTP/1.0", fields: ["Expect: 100-continue"] }),
    expect: servedLast(200, ['"a"']),
  },
  {
    id: "continue-without-body",
    says: "an expectation without a body is ignored",
    send: get("/connect", ["Expect: 100-continue"]),
    expect: served(200),
  },
  {
    id: "continue-with-empty-body",
    says: "an expectation with an empty body is ignored",
    send: publish("", { fields: ["Expect: 100-continue"] }),
    expect: served(400),
  },
  {
    id: "continue-too-large",
    says: "an expectation of too large a body is answered 413 and no 100",
    send: post(["Content-Length: 2000000", "Expect: 100-continue"]),
    expect: refused(413),
  },
  {
    id: "continue-with-both-lengths",
    says: "an expectation with both lengths is refused",
    send: chunked(ONE_CHUNK + SMUGGLED, { fields: ["Expect: 100-continue", "Content-Length: 3"] }),
    expect: refused(400),
  },
  {
    id: "continue-given-up",
    says: "a client that leaves after its 100 harms nobody",
    send: post(["Content-Length: 3", "Expect: 100-continue"]),
    marker: false,
    expect: outcome([], { goesOn: false }),
  },
  {
    id: "continue-behind-good",
    says: "an expectation behind another request has its turn",
    send: [publish() + post(["Content-Length: 3", "Expect: 100-continue"]), '"b"'],
    expect: outcome([200, 200], { goesOn: true, seen: ['"a"', '"b"'] }),
    alike: true,
  },
  ...[
    ["unknown", "200-ok", "another expectation"],
    ["list", "100-continue, 200-ok", "a list of expectations"],
    ["parameter", "100-continue;q=1", "an expectation with a parameter"],
    ["quoted", '"100-continue"', "a quoted expectation"],
    ["number", "100", "a number"],
    ["empty", "", "an empty expectation"],
    ["prefix", "x100-continue", "almost the expectation"],
    ["long", "100-continue".repeat(300), "an expectation of 3,600 bytes"],
  ].map(([id, value, what]) => ({
    id,
    says: `${what} is answered 417, or ignored`,
    send: expecting(value),
    expect: [refused(417, 400), PUBLISHED],
  })),
  {
    id: "twice",
    says: "the expectation given twice is one, or refused",
    send: publish('"a"', { fields: ["Expect: 100-continue", "Expect: 100-continue"] }),
    expect: [PUBLISHED, refused(400, 417)],
  },
  {
    id: "nul",
    says: "an expectation with a NUL is refused",
    send: expecting("100-continue\0"),
    expect: refused(400),
  },
  {
    id: "folded",
    says: "a folded expectation is refused",
    send: expecting("\r\n 100-continue"),
    expect: refused(400),
  },
]);
