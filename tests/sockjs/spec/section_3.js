// sockjs.md, section 3: static resources.
import assert from "node:assert/strict";

import {
  expectAbsent,
  expectCacheable,
  expectCors,
  expectHeader,
  expectNoCache,
  expectStatus,
  HTML_TYPE,
  JSON_TYPE,
  listOf,
  PLAIN_TYPE,
} from "../support/expect.js";
import { iframePage, scriptUrlOf } from "../support/pages.js";
import { section } from "./statement.js";

const greeting = section("3.1");
const info = section("3.2");
const iframe = section("3.3");

const BOTH = ["echo", "daemon"];
const WITH_COOKIES = ["cookie_needed_echo", "daemon"];

greeting.add("200, text/plain in UTF-8, 19 bytes", BOTH, async (ctx) => {
  for (const suffix of ["", "/"]) {
    const answer = await ctx.at("GET", suffix);
    expectStatus(answer, 200, "Welcome to SockJS!\n");
    expectHeader(answer, "content-type", PLAIN_TYPE);
    assert.equal(answer.bytes.length, 19);
  }
});

greeting.add("no cookie", WITH_COOKIES, async (ctx) => {
  const headers = ["Cookie: JSESSIONID=abc"];
  expectAbsent(await ctx.at("GET", "", { headers }), "set-cookie");
});

info.add("200 and application/json in UTF-8", BOTH, async (ctx) => {
  const answer = await ctx.at("GET", "/info");
  expectStatus(answer, 200);
  expectHeader(answer, "content-type", JSON_TYPE);
});

info.add("no-cache headers", BOTH, async (ctx) => {
  expectNoCache(await ctx.at("GET", "/info"));
});

info.add("CORS headers", BOTH, async (ctx) => {
  expectCors(await ctx.at("GET", "/info"));
  const headers = ["Origin: http://example.org:8080"];
  expectCors(await ctx.at("GET", "/info", { headers }), "http://example.org:8080");
});

info.add("never a cookie", WITH_COOKIES, async (ctx) => {
  const headers = ["Cookie: JSESSIONID=abc"];
  expectAbsent(await ctx.at("GET", "/info", { headers }), "set-cookie");
});

info.add("the body is a JSON object", BOTH, async (ctx) => {
  const body = JSON.parse((await ctx.at("GET", "/info")).text);
  assert.equal(Object.prototype.toString.call(body), "[object Object]");
});

info.add(
  "websocket is false if WebSocket is off, else true",
  ["echo", "disabled_websocket_echo", "daemon"],
  async (ctx) => {
    const body = JSON.parse((await ctx.at("GET", "/info")).text);
    assert.strictEqual(body.websocket, ctx.target.websocket);
  },
);

info.add(
  "cookie_needed is true if jsessionid is on, else false",
  ["echo", "cookie_needed_echo", "daemon"],
  async (ctx) => {
    const body = JSON.parse((await ctx.at("GET", "/info")).text);
    assert.strictEqual(body.cookie_needed, ctx.target.cookie);
  },
);

info.add('origins is ["*:*"]', BOTH, async (ctx) => {
  assert.deepEqual(JSON.parse((await ctx.at("GET", "/info")).text).origins, ["*:*"]);
});

info.add("entropy is an integer from 0 to 2^32 - 1", BOTH, async (ctx) => {
  for (let i = 0; i < 20; ++i) {
    const { text } = await ctx.at("GET", "/info");
    const { entropy } = JSON.parse(text);
    assert.ok(Number.isInteger(entropy) && entropy >= 0 && entropy < 2 ** 32, text);
  }
});

info.add("entropy differs from call to call", BOTH, async (ctx) => {
  const seen = new Set();
  for (let i = 0; i < 10; ++i) {
    seen.add(JSON.parse((await ctx.at("GET", "/info")).text).entropy);
  }
  assert.ok(seen.size >= 9, `${[...seen].join(", ")}`);
});

info.add("OPTIONS is a preflight with the methods OPTIONS, GET", BOTH, async (ctx) => {
  const answer = await ctx.at("OPTIONS", "/info");
  expectHeader(answer, "access-control-allow-methods", "OPTIONS, GET");
  assert.deepEqual(listOf(answer.headers["access-control-allow-methods"]), ["GET", "OPTIONS"]);
  expectCacheable(answer);
});

iframe.add("200 and text/html in UTF-8", BOTH, async (ctx) => {
  const answer = await ctx.at("GET", "/iframe.html");
  expectStatus(answer, 200);
  expectHeader(answer, "content-type", HTML_TYPE);
});

iframe.add("cacheable", BOTH, async (ctx) => {
  expectCacheable(await ctx.at("GET", "/iframe.html"));
});

iframe.add("an ETag in quotes, stable while the body is", BOTH, async (ctx) => {
  const [first, second] = [
    await ctx.at("GET", "/iframe.html"),
    await ctx.at("GET", "/iframe.html"),
  ];
  assert.match(first.headers.etag, /^"[^"]+"$/);
  assert.equal(second.headers.etag, first.headers.etag);
});

iframe.add("no Last-Modified", BOTH, async (ctx) => {
  expectAbsent(await ctx.at("GET", "/iframe.html"), "last-modified");
});

iframe.add("no cookie", WITH_COOKIES, async (ctx) => {
  const headers = ["Cookie: JSESSIONID=abc"];
  expectAbsent(await ctx.at("GET", "/iframe.html", { headers }), "set-cookie");
});

iframe.add(
  "If-None-Match with the tag is 304, without body and Content-Type",
  BOTH,
  async (ctx) => {
    const { etag } = (await ctx.at("GET", "/iframe.html")).headers;
    for (const path of ["/iframe.html", "/iframe-1.2.3.html?t=1"]) {
      const answer = await ctx.at("GET", path, { headers: [`If-None-Match: ${etag}`] });
      expectStatus(answer, 304, "");
      expectAbsent(answer, "content-type", "transfer-encoding");
    }
  },
);

iframe.add("If-None-Match names the tag in a list as well", BOTH, async (ctx) => {
  const { etag } = (await ctx.at("GET", "/iframe.html")).headers;
  const headers = [`If-None-Match: "other", ${etag}`];
  expectStatus(await ctx.at("GET", "/iframe.html", { headers }), 304, "");
});

iframe.add("If-None-Match with another tag is 200", BOTH, async (ctx) => {
  const headers = ['If-None-Match: "other"'];
  const answer = await ctx.at("GET", "/iframe.html", { headers });
  expectStatus(answer, 200);
  assert.notEqual(answer.text, "");
});

iframe.add("the same body for every permitted name and query", BOTH, async (ctx) => {
  const { text } = await ctx.at("GET", "/iframe.html");
  for (const name of [
    "iframe-a.html",
    "iframe-.html",
    "iframe-0.1.2abc-dirty.html",
    "iframe.html?t=1",
  ]) {
    expectStatus(await ctx.at("GET", `/${name}`), 200, text);
  }
});

iframe.add("the body is the constant page, without a newline at its end", BOTH, async (ctx) => {
  const { text } = await ctx.at("GET", "/iframe.html");
  assert.equal(text, iframePage(scriptUrlOf(text)));
});

iframe.add("the script address is an absolute http URL or a path", BOTH, async (ctx) => {
  const { text } = await ctx.at("GET", "/iframe.html");
  assert.match(scriptUrlOf(text), /^(https?:\/\/|\/)/);
});

export const statements = [greeting, info, iframe].flatMap((one) => one.statements);
