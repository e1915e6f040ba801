// Pages of which origins may connect, on each transport.
import assert from "node:assert/strict";

import { AUTH_APPS } from "./support/auth_server.js";
import { untilOnline } from "./support/expect.js";
import { sessionPath } from "./support/sockjs_client.js";
import { requestText } from "./support/raw_http.js";
import { suite } from "./support/suite.js";

const PERMITTED = "https://shop.example";
const OTHER = "https://chat.example:8443";
const SERVER = {
  apps: { plain: AUTH_APPS.plain, open: AUTH_APPS.open },
  config: {
    "app.plain": { allowed_origins: PERMITTED },
    "app.open": { allowed_origins: OTHER },
  },
};

const UPGRADE = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/// A first request of each transport: method, path, further headers, and the
/// status of one that may be.
const REQUESTS = {
  info: () => ["GET", "/connect/info", {}, 200],
  "info, preflight": () => ["OPTIONS", "/connect/info", {}, 204],
  iframe: () => ["GET", "/connect/iframe.html", {}, 200],
  websocket: () => ["GET", sessionPath("websocket"), UPGRADE, 101],
  "raw-websocket": () => ["GET", "/connect/websocket", UPGRADE, 101],
  "xhr-polling": () => ["POST", sessionPath("xhr"), {}, 200],
  "xhr-polling, preflight": () => ["OPTIONS", sessionPath("xhr"), {}, 204],
  "xhr-streaming": () => ["POST", sessionPath("xhr_streaming"), {}, 200],
  eventsource: () => ["GET", sessionPath("eventsource"), {}, 200],
  htmlfile: () => ["GET", `${sessionPath("htmlfile")}?c=cb`, {}, 200],
  "jsonp-polling": () => ["GET", `${sessionPath("jsonp")}?c=cb`, {}, 200],
  xhr_send: () => ["POST", sessionPath("xhr_send"), {}, 404],
  jsonp_send: () => ["POST", sessionPath("jsonp_send"), {}, 404],
};

const ORIGINS = {
  none: [undefined, true],
  "the app's own": [PERMITTED, true],
  "in another spelling": ["HTTPS://SHOP.example:443", true],
  "another app's": [OTHER, true],
  evil: ["https://evil.example", false],
  null: ["null", false],
  "another scheme": ["http://shop.example", false],
  "another port": ["https://shop.example:444", false],
  "the port left out": ["https://chat.example", false],
  "a longer host": ["https://shop.example.evil.example", false],
  "a host with that end": ["https://evilshop.example", false],
  "a host below": ["https://www.shop.example", false],
  "a dot at its end": ["https://shop.example.", false],
  "a space before the end": ["https://shop.example .evil.example", false],
  "a letter that looks alike": ["https://sh\xF6p.example", false],
  "a user before it": ["https://shop.example@evil.example", false],
  "a path": ["https://shop.example/", false],
  "two in one": [`${PERMITTED} https://evil.example`, false],
  "a wildcard": ["*", false],
  "a file": ["file://", false],
  "no URL": ["shop.example", false],
};

suite("origins, by transport", SERVER, (scenario) => {
  // Status and fields of an answer whose body may not end.
  async function head(ctx, method, path, headers, origins) {
    const connection = await ctx.rawHttp();
    const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    for (const origin of origins) fields.push(`Origin: ${origin}`);
    connection.write(requestText(method, path, { headers: fields }));
    const answer = await connection.readHead();
    connection.destroy();
    return answer;
  }

  for (const [transport, request] of Object.entries(REQUESTS)) {
    scenario(`${transport} is for permitted origins alone`, async (ctx) => {
      for (const [what, [origin, permitted]] of Object.entries(ORIGINS)) {
        const [method, path, headers, status] = request();
        const answer = await head(ctx, method, path, headers, origin === undefined ? [] : [origin]);
        assert.equal(answer.status, permitted ? status : 403, `${what}: ${answer.status}`);
        const echoed = answer.headers["access-control-allow-origin"];
        if (!permitted) assert.equal(echoed, undefined, what);
        else if (echoed !== undefined) assert.equal(echoed, origin ?? "*", what);
      }
    });

    scenario(`${transport} refuses two origins`, async (ctx) => {
      const [method, path, headers] = request();
      for (const origins of [[PERMITTED, "https://evil.example"], [PERMITTED, PERMITTED]]) {
        assert.equal((await head(ctx, method, path, headers, origins)).status, 400);
      }
    });
  }

  scenario("the iframe page may be in pages of permitted origins alone", async (ctx) => {
    const answer = await ctx.http("GET", "/connect/iframe.html");
    assert.equal(
      answer.headers["content-security-policy"],
      `frame-ancestors ${[PERMITTED, OTHER].join(" ")}`,
    );
    assert.equal(answer.headers["cache-control"], "no-cache");
  });
});

suite("origins, by app", SERVER, (scenario) => {
  const CLOSED = { code: 3503, reason: "Origin not permitted" };

  scenario("a page permitted to one app is refused at CONNECT by another", async (ctx) => {
    for (const open of ["sockjs", "raw"]) {
      const headers = { Origin: OTHER };
      const client = await ctx[open]({ headers });
      client.send(`CONNECT u:${AUTH_APPS.plain.key}`);
      assert.deepEqual(await client.nextClose(), CLOSED);
      const user = ctx.name("user");
      const welcome = await ctx[open]({ headers });
      welcome.send(`CONNECT ${user}:${AUTH_APPS.open.key}`);
      await untilOnline(ctx.rest("open"), user);
    }
  });

  scenario("over HTTP the origin of whichever request tells one counts", async (ctx) => {
    for (const [first, then] of [[OTHER, undefined], [undefined, OTHER], [OTHER, PERMITTED]]) {
      const session = sessionPath("").slice(0, -1);
      const headers = (origin) => (origin ? { Origin: origin } : {});
      const opened = await ctx.http("POST", `${session}/xhr`, { headers: headers(first) });
      assert.equal(opened.text, "o\n");
      await ctx.http("POST", `${session}/xhr_send`, {
        headers: headers(then),
        body: JSON.stringify([`CONNECT u:${AUTH_APPS.plain.key}`]),
      });
      const last = await ctx.http("POST", `${session}/xhr`, {});
      assert.equal(last.text, 'c[3503,"Origin not permitted"]\n');
    }
  });
});
