// Handshakes of WebSocket gone wrong (RFC 6455, section 4.2).
import { outcome, refused, served } from "../support/outcome.js";
import { head, publish, SMUGGLED, topic } from "../support/wire.js";

const PATH = "/connect/websocket";
const GOOD = {
  Host: "localhost",
  Upgrade: "websocket",
  Connection: "Upgrade",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "AQIDBAUGBwgJCgsMDQ4PEA==",
};

// A handshake with other values, or without a field where it is null.
function handshake(changes = {}, { line = `GET ${PATH} HTTP/1.1`, more = [] } = {}) {
  const fields = Object.entries({ ...GOOD, ...changes })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${value}`);
  return head(line, ...fields, ...more);
}

const KEYS = [
  ["missing", null],
  ["empty", ""],
  ["short", "AQIDBA=="],
  ["long", "AQIDBAUGBwgJCgsMDQ4PEBESExQ="],
  ["no-padding", "AQIDBAUGBwgJCgsMDQ4PEA"],
  ["no-base64", "!!!!!!!!!!!!!!!!!!!!!!=="],
  ["url-base64", "-_IDBAUGBwgJCgsMDQ4PEA=="],
  ["blank-inside", "AQIDBAUGBwgJ CgsMDQ4PE=="],
  ["of-5000", "A".repeat(5000)],
];

const VERSIONS = [
  ["missing", null],
  ["empty", ""],
  ["0", "0"],
  ["12", "12"],
  ["14", "14"],
  ["list", "13, 8"],
  ["leading-zero", "013"],
  ["plus", "+13"],
  ["dot", "13.0"],
  ["huge", "4294967309"],
  ["word", "thirteen"],
];

export default topic("websocket", [
  ...KEYS.map(([id, key]) => ({
    id: `key-${id}`,
    says: `the key ${JSON.stringify(key?.slice(0, 30) ?? null)} is refused`,
    send: handshake({ "Sec-WebSocket-Key": key }),
    expect: served(400),
  })),
  ...VERSIONS.map(([id, version]) => ({
    id: `version-${id}`,
    says: `the version ${JSON.stringify(version)} is refused, and what follows is HTTP`,
    send: handshake({ "Sec-WebSocket-Version": version }),
    expect: served([400, 426]),
  })),
  {
    id: "key-twice",
    says: "two keys are refused",
    send: handshake({}, { more: ["Sec-WebSocket-Key: EBAQEBAQEBAQEBAQEBAQEA=="] }),
    expect: served(400),
  },
  {
    id: "version-twice",
    says: "two versions are refused",
    send: handshake({}, { more: ["Sec-WebSocket-Version: 8"] }),
    expect: served([400, 426]),
  },
  ...[
    ["upgrade-missing", { Upgrade: null }, "no Upgrade"],
    ["upgrade-other", { Upgrade: "h2c" }, "another protocol"],
    ["upgrade-almost", { Upgrade: "websockets" }, "almost the protocol"],
    ["upgrade-quoted", { Upgrade: '"websocket"' }, "the protocol in quotes"],
    ["connection-missing", { Connection: null }, "no Connection"],
    ["connection-keep-alive", { Connection: "keep-alive" }, "Connection: keep-alive"],
    ["connection-almost", { Connection: "upgraded" }, "almost Upgrade in Connection"],
  ].map(([id, changes, what]) => ({
    id,
    says: `a handshake with ${what} is refused`,
    send: handshake(changes),
    expect: served([400, 426]),
  })),
  ...["POST", "PUT", "OPTIONS", "DELETE"].map((method) => ({
    id: `method-${method.toLowerCase()}`,
    says: `a handshake by ${method} is refused`,
    send: handshake({}, { line: `${method} ${PATH} HTTP/1.1` }),
    expect: served([405, 400]),
  })),
  {
    id: "method-head",
    says: "a handshake by HEAD is refused",
    send: handshake({}, { line: `HEAD ${PATH} HTTP/1.1` }),
    methods: ["HEAD"],
    expect: served([405, 400]),
  },
  {
    id: "path-more",
    says: "a handshake of a path behind the WebSocket's is not found",
    send: handshake({}, { line: `GET ${PATH}/x HTTP/1.1` }),
    expect: served(404),
  },
  {
    id: "path-slash",
    says: "a handshake of the WebSocket's path and a slash is not found",
    send: handshake({}, { line: `GET ${PATH}/ HTTP/1.1` }),
    expect: served(404),
  },
  {
    id: "path-of-page",
    says: "a handshake of a page's path is an ordinary request",
    send: handshake({}, { line: "GET /connect HTTP/1.1" }),
    expect: served(200),
  },
  {
    id: "path-with-dots",
    says: "a session with a dot has no WebSocket",
    send: handshake({}, { line: "GET /connect/0.0/abc/websocket HTTP/1.1" }),
    expect: served(404),
  },
  {
    id: "path-of-other-transport",
    says: "a handshake of another transport's path is not allowed",
    send: handshake({}, { line: "GET /connect/000/abc/xhr HTTP/1.1" }),
    expect: served(405),
  },
  {
    id: "no-host",
    says: "a handshake without Host is refused",
    send: handshake({ Host: null }) + SMUGGLED,
    expect: refused(400),
  },
  {
    id: "both-lengths",
    says: "a handshake with both lengths is refused",
    send: handshake({}, { more: ["Content-Length: 5", "Transfer-Encoding: chunked"] }) + `0\r\n\r\n${SMUGGLED}`,
    expect: refused(400),
  },
  {
    id: "bad-coding",
    says: "a handshake with a bad coding is refused",
    send: handshake({}, { more: ["Transfer-Encoding: xchunked"] }) + SMUGGLED,
    expect: refused(400),
  },
  {
    id: "request-behind",
    says: "a request behind a handshake is of WebSocket, and no request",
    send: handshake() + SMUGGLED,
    expect: outcome([101], { goesOn: false }),
  },
  {
    id: "request-behind-body",
    says: "a handshake with a body opens nothing but a WebSocket",
    send: handshake({}, { more: [`Content-Length: ${SMUGGLED.length}`] }) + SMUGGLED,
    expect: [outcome([101], { goesOn: false }), served(400), refused(400)],
  },
  {
    id: "http-1.0",
    says: "a handshake in HTTP/1.0 harms nobody",
    send: handshake({}, { line: `GET ${PATH} HTTP/1.0` }) + SMUGGLED,
    expect: [outcome([101], { goesOn: false }), refused(400, 426)],
  },
  {
    id: "refused-and-inner",
    says: "a request behind a refused handshake is a request, and nothing is tunnelled",
    send: handshake({ "Sec-WebSocket-Version": "777" }) + publish(),
    expect: outcome([426, 200], { goesOn: true, seen: ['"a"'] }),
  },
  {
    id: "frame-without-mask",
    says: "a frame without a mask closes the WebSocket",
    send: `${handshake()}\x81\x05hello`,
    expect: outcome([101], { goesOn: false }),
  },
  {
    id: "frame-of-2-63",
    says: "a frame of 2^63 bytes closes the WebSocket",
    send: `${handshake()}\x82\xff\x80\0\0\0\0\0\0\0\0\0\0\0`,
    expect: outcome([101], { goesOn: false }),
  },
  {
    id: "extensions",
    says: "odd extensions are ignored",
    send: handshake({}, { more: ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=99999, x; y=\"z\""] }),
    expect: [outcome([101], { goesOn: false }), served(400)],
  },
  {
    id: "protocols",
    says: "a list of 1,000 subprotocols is ignored",
    send: handshake({}, { more: [`Sec-WebSocket-Protocol: ${"p, ".repeat(1000)}q`] }),
    expect: [outcome([101], { goesOn: false }), served(400)],
  },
]);
