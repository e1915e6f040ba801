// sockjs.md, section 2: URLs.
import assert from "node:assert/strict";

import { STILL_OPEN } from "../support/close_frames.js";
import {
  expectAbsent,
  expectHeader,
  expectStatus,
  expectStatusIn,
  listOf,
} from "../support/expect.js";
import { EVENTSOURCE, HTMLFILE, JSONP, XHR, XHR_STREAMING } from "../support/transports.js";
import { section } from "./statement.js";

const { statements, add } = section("2");
export { statements };

const BOTH = ["echo", "daemon"];

// Each URL of the table with its methods; `path(ctx)` makes one.
const URLS = [
  { name: "P", methods: ["GET"], path: (ctx) => ctx.prefix },
  { name: "P/", methods: ["GET"], path: (ctx) => `${ctx.prefix}/` },
  { name: "P/info", methods: ["GET", "OPTIONS"], path: (ctx) => `${ctx.prefix}/info` },
  { name: "P/iframe.html", methods: ["GET"], path: (ctx) => `${ctx.prefix}/iframe.html` },
  { name: "P/websocket", methods: ["GET"], path: (ctx) => `${ctx.prefix}/websocket` },
  ...[
    ["websocket", ["GET"]],
    ["xhr", ["OPTIONS", "POST"]],
    ["xhr_streaming", ["OPTIONS", "POST"]],
    ["xhr_send", ["OPTIONS", "POST"]],
    ["eventsource", ["GET"]],
    ["htmlfile", ["GET"]],
    ["jsonp", ["GET"]],
    ["jsonp_send", ["POST"]],
  ].map(([name, methods]) => ({ name, methods, path: (ctx) => `${ctx.sessionUrl()}/${name}` })),
];
const ALL_METHODS = ["GET", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"];

add("GET P and P/ is the greeting", BOTH, async (ctx) => {
  for (const suffix of ["", "/"]) {
    expectStatus(await ctx.at("GET", suffix), 200, "Welcome to SockJS!\n");
  }
});

add("GET and OPTIONS P/info are the capabilities", BOTH, async (ctx) => {
  expectStatus(await ctx.at("GET", "/info"), 200);
  expectStatusIn(await ctx.at("OPTIONS", "/info"), [204, 200]);
});

add("GET P/iframe*.html is the iframe page", BOTH, async (ctx) => {
  for (const middle of [
    "",
    "-a",
    "-",
    "0",
    "-0.1.2",
    "-0.1.2.abc-dirty.2144",
    "_",
    ".",
    "..",
    ".html",
    "0-9.a_z",
  ]) {
    const answer = await ctx.at("GET", `/iframe${middle}.html`);
    expectStatus(answer, 200);
    assert.match(answer.text, /^<!DOCTYPE html>/);
  }
});

add("the last dot of the iframe's name is a literal dot", BOTH, async (ctx) => {
  for (const name of ["iframexhtml", "iframe-xhtml", "iframe0html", "iframe_html"]) {
    expectStatus(await ctx.at("GET", `/${name}`), 404);
  }
});

add("P/websocket with an upgrade is the raw WebSocket", BOTH, async (ctx) => {
  await ctx.rawWebSocket(`${ctx.prefix}/websocket`);
});

add(
  "P/<server>/<session>/websocket with an upgrade is the WebSocket transport",
  BOTH,
  async (ctx) => {
    await ctx.websocket();
  },
);

for (const [transport, purpose] of [
  [XHR, "POST xhr is xhr-polling"],
  [XHR_STREAMING, "POST xhr_streaming is xhr-streaming"],
  [EVENTSOURCE, "GET eventsource receives"],
  [HTMLFILE, "GET htmlfile receives"],
  [JSONP, "GET jsonp receives"],
]) {
  add(purpose, BOTH, async (ctx) => {
    const session = ctx.session();
    const receiver = await session.open(transport);
    await session.push("received");
    const next = transport.streaming ? receiver : await session.receiver(transport);
    await next.expectFrame(session.frame("received"));
  });
}

add(
  "POST xhr_send sends for xhr, xhr_streaming, eventsource and htmlfile",
  ["echo"],
  async (ctx) => {
    for (const transport of [XHR, XHR_STREAMING, EVENTSOURCE, HTMLFILE]) {
      const session = ctx.session();
      const receiver = await session.open(transport);
      expectStatus(await session.post('["sent"]'), 204);
      const next = transport.streaming ? receiver : await session.receiver(transport);
      await next.expectFrame('a["sent"]');
    }
  },
);

add("POST jsonp_send sends for jsonp", ["echo"], async (ctx) => {
  const session = ctx.session();
  await session.open(JSONP);
  const headers = ["Content-Type: application/x-www-form-urlencoded"];
  const body = `d=${encodeURIComponent('["sent"]')}`;
  expectStatus(await session.post(body, { suffix: "/jsonp_send", headers }), 200);
  assert.equal(await session.poll(JSONP), 'a["sent"]');
});

add("OPTIONS on xhr, xhr_streaming and xhr_send is a preflight", BOTH, async (ctx) => {
  for (const name of ["xhr", "xhr_streaming", "xhr_send"]) {
    expectStatusIn(await ctx.request("OPTIONS", `${ctx.sessionUrl()}/${name}`), [204, 200]);
  }
});

add("matching is case-sensitive", BOTH, async (ctx) => {
  for (const path of ["/INFO", "/Info", "/Iframe.html", "/WebSocket"]) {
    expectStatus(await ctx.at("GET", path), 404);
  }
  expectStatus(await ctx.request("GET", `${ctx.prefix.toUpperCase()}/info`), 404);
  for (const name of ["XHR", "Xhr_Streaming", "xhr_SEND", "JSONP_send"]) {
    expectStatus(await ctx.request("POST", `${ctx.sessionUrl()}/${name}`), 404);
  }
});

add("matching is on the raw path", BOTH, async (ctx) => {
  expectStatus(await ctx.at("GET", "/%69nfo"), 404);
  expectStatus(
    await ctx.request(
      "GET",
      `/%${ctx.prefix.charCodeAt(1).toString(16)}${ctx.prefix.slice(2)}/info`,
    ),
    404,
  );
  expectStatus(await ctx.request("POST", `${ctx.sessionUrl()}/%78hr`), 404);
  expectStatus(await ctx.at("POST", "/a%2Fb/xhr"), 404);
});

add("the query plays no part in matching", BOTH, async (ctx) => {
  const random = "?t=1234567.89";
  expectStatus(await ctx.at("GET", random), 200);
  expectStatus(await ctx.at("GET", `/info${random}`), 200);
  expectStatus(await ctx.at("GET", `/info?/a/b/xhr`), 200);
  expectStatus(await ctx.at("GET", `/iframe.html${random}`), 200);
  expectStatus(await ctx.request("POST", `${ctx.sessionUrl()}/xhr${random}`), 200, "o\n");
  expectStatus(await ctx.request("POST", `${ctx.sessionUrl()}/xhr?c=callback`), 200, "o\n");
  expectStatus(await ctx.at("GET", `/a${random}`), 404);
});

add(
  "server and session are one or more characters, none of them a dot or a slash",
  BOTH,
  async (ctx) => {
    const unique = ctx.sessionUrl().split("/").pop();
    for (const server of ["0", "a", "000", "9".repeat(40), "~", "-_!$&'()*+,;=:@"]) {
      const path = `${ctx.prefix}/${server}/${unique}${server.length}${server.charCodeAt(0)}/xhr`;
      expectStatus(await ctx.request("POST", path), 200, "o\n");
    }
    for (const tail of ["-", "_", "~", "!$&'()*+,;=:@", "x".repeat(40)]) {
      const path = `${ctx.prefix}/000/${unique}${tail}/xhr`;
      expectStatus(await ctx.request("POST", path), 200, "o\n");
    }
  },
);

add("percent escapes are allowed in server and session", BOTH, async (ctx) => {
  for (const escape of ["%20", "%2F", "%2E", "%25", "%C4%85"]) {
    const unique = ctx.sessionUrl().split("/").pop();
    const path = `${ctx.prefix}/0${escape}/${unique}${escape}/xhr`;
    expectStatus(await ctx.request("POST", path), 200, "o\n");
  }
});

add("empty segments, dots, fewer or more segments are 404", BOTH, async (ctx) => {
  for (const path of [
    "//xhr",
    "///xhr",
    "//a/xhr",
    "/a//xhr",
    "/a/b//xhr",
    "//a/b/xhr",
    "/a./b/xhr",
    "/a/b./xhr",
    "/./b/xhr",
    "/a/./xhr",
    "/../b/xhr",
    "/a/../xhr",
    "/a.b/c/xhr",
    "/a/b.c/xhr",
    "/xhr",
    "/a/xhr",
    "/a/b/c/xhr",
    "/a/b/c/d/xhr",
    "/a/b/xhr/c",
    "/a/b/",
    "/a/b",
  ]) {
    expectStatus(await ctx.at("POST", path), 404);
  }
});

add("a session is found by its id alone, whatever the server", BOTH, async (ctx) => {
  const first = ctx.session(ctx.sessionUrl("000"));
  const receiver = await first.open(XHR_STREAMING);
  const id = first.url.split("/").pop();
  const second = ctx.session(`${ctx.prefix}/999/${id}`);
  assert.equal(await second.poll(), STILL_OPEN);
  await second.send("to the same session");
  await first.push("here");
  const texts = ctx.target.daemon ? ["here"] : ["to the same session", "here"];
  const received = [];
  while (received.length < texts.length) {
    received.push(...JSON.parse((await receiver.nextFrame()).slice(1)));
  }
  assert.deepEqual(received, JSON.parse(first.frame(...texts).slice(1)));
});

add("a wrong method is 405 with an Allow header that lists the methods", BOTH, async (ctx) => {
  for (const { path, methods } of URLS) {
    for (const method of ALL_METHODS.filter((one) => !methods.includes(one))) {
      const url = path(ctx);
      const answer = await ctx.request(method, url);
      assert.equal(answer.status, 405, `${method} ${url}: ${answer}`);
      const allowed = listOf(answer.headers.allow).filter((one) => one !== "HEAD");
      assert.deepEqual(allowed, methods, `Allow of ${url}: ${answer}`);
    }
  }
});

add("405 has no Content-Type and no body", BOTH, async (ctx) => {
  for (const { path, methods } of URLS) {
    const method = methods.includes("POST") ? "GET" : "POST";
    const answer = await ctx.request(method, path(ctx));
    expectStatus(answer, 405, "");
    expectAbsent(answer, "content-type");
    expectHeader(answer, "content-length", "0");
  }
});

add("405 on WebSocket URLs allows GET", BOTH, async (ctx) => {
  for (const path of [`${ctx.prefix}/websocket`, `${ctx.sessionUrl()}/websocket`]) {
    const answer = await ctx.request("POST", path);
    expectStatus(answer, 405, "");
    expectHeader(answer, "allow", "GET");
  }
});

add("any other path is 404", BOTH, async (ctx) => {
  for (const suffix of [
    "//",
    "///",
    "/a",
    "/a/a",
    "/a/a/",
    "/a.html",
    "/iframe",
    "/iframe.htm",
    "/IFRAME.HTML",
    "/iframe.HTML",
    "/iframe.xml",
    "/iframe-/.html",
    "/iframe A.html".replace(" ", "%20"),
    "/iframe-A.html",
    "/000/abc/unknown",
    "/000/abc/xhr2",
    "/000/abc/xhr-streaming",
    "/infos",
    "/inf",
  ]) {
    expectStatus(await ctx.at("GET", suffix), 404);
  }
});

add("a final slash after a full URL is refused, except for P/", BOTH, async (ctx) => {
  for (const { path, methods, name } of URLS) {
    if (name === "P" || name === "P/") continue;
    for (const method of methods) {
      expectStatus(await ctx.request(method, `${path(ctx)}/`), 404);
    }
  }
});

add("HEAD is 405, or GET without the body", BOTH, async (ctx) => {
  for (const suffix of ["", "/info", "/iframe.html"]) {
    const connection = await ctx.connect();
    connection.write(`HEAD ${ctx.prefix}${suffix} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    const { status } = await connection.readResponse({ method: "HEAD" });
    assert.ok([405, 200].includes(status), `status ${status}`);
    connection.write(`GET ${ctx.prefix} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    assert.equal((await connection.readResponse()).text, "Welcome to SockJS!\n");
  }
});
