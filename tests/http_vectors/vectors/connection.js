// Connection, Keep-Alive and Upgrade (RFC 9110, sections 7.6.1 and 7.8; RFC
// 9112, section 9).
import { outcome, PUBLISHED, refused, served, servedLast } from "../support/outcome.js";
import { APP, get, head, post, publish, SEEN, SMUGGLED, topic } from "../support/wire.js";

const asking = (value) => get("/connect", [`Connection: ${value}`]);

const CLOSING = [
  ["close", "close"],
  ["close-upper-case", "CLOSE"],
  ["close-and-keep-alive", "close, keep-alive"],
  ["keep-alive-and-close", "keep-alive, close"],
  ["close-in-a-list", "x,close,y"],
  ["close-twice", "close, close"],
];

const STAYING = [
  ["keep-alive", "keep-alive"],
  ["unknown", "x-token"],
  ["empty", ""],
  ["commas", ",,,"],
  ["almost-close", "closed"],
  ["close-in-a-word", "x-close"],
  ["upgrade-without-upgrade", "upgrade"],
  ["long", `${"x,".repeat(3000)}y`],
];

const UPGRADES = [
  ["h2c", ["Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"]],
  ["h2c-without-settings", ["Upgrade: h2c", "Connection: Upgrade"]],
  ["h2c-two-settings", ["Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABk", "HTTP2-Settings: AAQAoAAA"]],
  ["h2c-bad-settings", ["Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: !!!"]],
  ["settings-alone", ["Connection: HTTP2-Settings", "HTTP2-Settings: AAMAAABk"]],
  ["tls", ["Upgrade: TLS/1.0", "Connection: Upgrade"]],
  ["http-2.0", ["Upgrade: HTTP/2.0", "Connection: Upgrade"]],
  ["list", ["Upgrade: h2c, TLS/1.3, IRC/6.9", "Connection: Upgrade"]],
  ["not-named", ["Upgrade: h2c"]],
  ["empty", ["Upgrade:", "Connection: Upgrade"]],
];

export default topic("connection", [
  ...CLOSING.map(([id, value]) => ({
    id,
    says: `Connection: ${value} ends it, and nothing behind is served`,
    send: asking(value) + SMUGGLED,
    expect: servedLast(200),
  })),
  ...STAYING.map(([id, value]) => ({
    id,
    says: `Connection: ${value.slice(0, 20)} leaves it open`,
    send: asking(value),
    expect: served(200),
  })),
  {
    id: "close-in-second-field",
    says: "close in a second field ends it",
    send: get("/connect", ["Connection: keep-alive", "Connection: close"]) + SMUGGLED,
    expect: servedLast(200),
  },
  {
    id: "http-1.0",
    says: "HTTP/1.0 ends without keep-alive",
    send: head("GET /connect HTTP/1.0", "Host: localhost") + SMUGGLED,
    expect: servedLast(200),
  },
  {
    id: "http-1.0-keep-alive",
    says: "HTTP/1.0 with keep-alive stays",
    send: head("GET /connect HTTP/1.0", "Host: localhost", "Connection: Keep-Alive"),
    expect: served(200),
    alike: true,
  },
  {
    id: "http-1.0-both",
    says: "HTTP/1.0 with keep-alive and close ends",
    send: head("GET /connect HTTP/1.0", "Host: localhost", "Connection: keep-alive, close") + SMUGGLED,
    expect: servedLast(200),
  },
  {
    id: "http-1.0-keep-alive-field",
    says: "the field Keep-Alive alone keeps nothing",
    send: head("GET /connect HTTP/1.0", "Host: localhost", "Keep-Alive: timeout=600") + SMUGGLED,
    expect: servedLast(200),
  },
  {
    id: "proxy-connection",
    says: "Proxy-Connection: close means nothing",
    send: get("/connect", ["Proxy-Connection: close"]),
    expect: served(200),
  },
  {
    id: "keep-alive-parameters",
    says: "odd values of Keep-Alive mean nothing",
    send: get("/connect", ["Connection: keep-alive", "Keep-Alive: timeout=-1, max=99999999999999999999"]),
    expect: served(200),
    alike: true,
  },
  ...[
    ["names-length", "Content-Length"],
    ["names-host", "Host"],
    ["names-length-and-coding", "Content-Length, Transfer-Encoding"],
    ["names-hop", "X-Hop-Id"],
  ].map(([id, value]) => ({
    id,
    says: `Connection: ${value} takes nothing from the request`,
    send: publish('"a"', { fields: [`Connection: ${value}`] }),
    expect: PUBLISHED,
  })),
  {
    id: "names-length-and-inner",
    says: "a length that Connection names covers the request in the body",
    send: post(["Connection: Content-Length", `Content-Length: ${SMUGGLED.length}`], SMUGGLED),
    expect: served(400),
  },
  {
    id: "names-secret",
    says: "a secret that Connection names is still a secret",
    send: publish('"a"', { fields: ["Connection: X-Thunder-Secret-Key"] }),
    expect: PUBLISHED,
  },
  {
    id: "control-character",
    says: "a control character in Connection is refused",
    send: asking("close\x01") + SMUGGLED,
    expect: refused(400),
  },
  ...UPGRADES.map(([id, fields]) => ({
    id: `upgrade-${id}`,
    says: `${fields.join(", ")}: answered in HTTP/1.1`,
    send: get("/connect", fields),
    expect: [served(200)],
  })),
  {
    id: "upgrade-h2c-with-body",
    says: "an offer of h2c with a body is answered in HTTP/1.1",
    send: publish('"a"', {
      fields: ["Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABk"],
    }),
    expect: PUBLISHED,
  },
  {
    id: "upgrade-h2c-and-preface",
    says: "the preface of HTTP/2 behind an offer is no request",
    send: `${get("/connect", ["Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings",
      "HTTP2-Settings: AAMAAABk"])}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
    expect: outcome([[200], [400, 505]], { goesOn: false }),
  },
  {
    id: "upgrade-websocket-of-the-api",
    says: "the API has no WebSocket",
    send: head(`POST ${SEEN} HTTP/1.1`, "Host: localhost", `X-Thunder-Secret-Key: ${APP.secret}`,
      "Content-Length: 3", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==") + '"a"',
    expect: PUBLISHED,
  },
]);
