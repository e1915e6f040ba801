// Several requests at once (RFC 9112, section 9.3.2).
import { outcome, servedLast } from "../support/outcome.js";
import { chunk, chunked, get, head, post, publish, SMUGGLED, topic } from "../support/wire.js";

const goodBehindBad = [
  ["folded", get("/connect", ["X-Field: a\r\n b"])],
  ["no-host", head("GET /connect HTTP/1.1")],
  ["both-lengths", post(["Content-Length: 3", "Transfer-Encoding: chunked"], '3\r\n"a"\r\n0\r\n\r\n')],
  ["bad-length", post(["Content-Length: x"], "")],
  ["bad-chunk", chunked('x\r\n"a"\r\n0\r\n\r\n')],
  ["bad-version", head("GET /connect HTTP/7.7", "Host: localhost")],
  ["bad-target", head("GET connect HTTP/1.1", "Host: localhost")],
  ["too-large", post(["Content-Length: 9999999"])],
  ["unknown-expectation", get("/connect", ["Expect: x"])],
];

const numbers = (count) => Array.from({ length: count }, (_, index) => String(index));

export default topic("pipelining", [
  ...goodBehindBad.map(([id, bad]) => ({
    id: `good-behind-${id}`,
    says: `nothing is served behind a refused request (${id})`,
    send: bad + SMUGGLED,
    expect: outcome([[400, 413, 417, 505]], { goesOn: false }),
  })),
  ...goodBehindBad.map(([id, bad]) => ({
    id: `${id}-behind-good`,
    says: `what comes before a refused request is served (${id})`,
    send: publish() + bad + SMUGGLED,
    expect: outcome([[200], [400, 413, 417, 505]], { goesOn: false, seen: ['"a"'] }),
  })),
  ...[10, 100, 500].map((count) => ({
    id: `of-${count}`,
    says: `${count} requests at once are all served, in order`,
    send: numbers(count).map((number) => publish(number)).join(""),
    expect: outcome(numbers(count).map(() => 200), { goesOn: true, seen: numbers(count) }),
    // HAProxy and nginx end a connection after so many, or so long.
    alike: count <= 100,
  })),
  {
    id: "of-1000-kinds",
    says: "requests with bodies of each framing keep their borders",
    send: numbers(250).map((number) => {
      const body = `"${"x".repeat(Number(number))}"`;
      const coded = `${chunk(body)}0\r\nX-Field: 1\r\n\r\n`;
      return [publish(number), chunked(coded), get("/nothing"), post(["Content-Length: 0"])].join("");
    }).join(""),
    expect: outcome(numbers(250).flatMap(() => [200, 200, 404, 400]), {
      goesOn: true,
      seen: numbers(250).flatMap((number) => [number, `"${"x".repeat(Number(number))}"`]),
    }),
  },
  {
    id: "of-200-kb",
    says: "more than a server keeps at once is served all the same",
    send: numbers(20).map((number) => publish(`"${number}${"x".repeat(10_000)}"`)).join(""),
    expect: outcome(numbers(20).map(() => 200), {
      goesOn: true,
      seen: numbers(20).map((number) => `"${number}${"x".repeat(10_000)}"`),
    }),
    alike: true,
  },
  {
    id: "close-between",
    says: "nothing is served behind Connection: close",
    send: publish('"a"', { fields: ["Connection: close"] }) + SMUGGLED,
    expect: servedLast(200, ['"a"']),
  },
  {
    id: "empty-lines-between",
    says: "an empty line between requests is skipped",
    send: `${publish()}\r\n${publish('"b"')}`,
    expect: outcome([200, 200], { goesOn: true, seen: ['"a"', '"b"'] }),
  },
  {
    id: "divided-within-line-end",
    says: "requests divided between CR and LF are served",
    send: [publish().slice(0, -4), '\n"a"' + publish('"b"').split("\n")[0],
      `\n${publish('"b"').split("\n").slice(1).join("\n")}`],
    expect: outcome([200, 200], { goesOn: true, seen: ['"a"', '"b"'] }),
  },
  {
    id: "half-behind-good",
    says: "a request that is cut off does not undo the one before",
    send: publish() + publish('"b"').slice(0, -1),
    marker: false,
    expect: outcome([200], { goesOn: false, seen: ['"a"'] }),
  },
  {
    id: "wrong-secrets",
    says: "refusals of the API end no connection",
    send: publish('"a"', { target: "/api/1.0.0/other/channels/seen/" }).repeat(20) + publish(),
    expect: outcome([...Array(20).fill(401), 200], { goesOn: true, seen: ['"a"'] }),
    alike: true,
  },
]);
