// thunderpush.md, section 5: the SockJS service /connect.
import assert from "node:assert/strict";

import { expectAnswer, untilOnline } from "../support/expect.js";
import { OPCODE } from "../support/raw_websocket.js";
import { PollingClient } from "../support/polling_client.js";
import { withOwnServer } from "../support/suite.js";
import { section } from "./row.js";
import { sessionPath } from "../support/sockjs_client.js";

const { rows, add } = section(5);
export { rows };

const NO_CACHE = "no-store, no-cache, no-transform, must-revalidate, max-age=0";

add("Service", "info: entropy below 2^32, cookie setting on by default", async (ctx) => {
  const seen = new Set();
  for (let i = 0; i < 8; ++i) {
    const answer = await ctx.http("GET", "/connect/info");
    expectAnswer(answer, 200);
    assert.equal(answer.headers["content-type"], "application/json; charset=UTF-8");
    assert.equal(answer.headers["set-cookie"], undefined, "info never sets a cookie");
    const info = answer.json;
    assert.equal(info.websocket, true);
    assert.equal(info.cookie_needed, true);
    assert.deepEqual(info.origins, ["*:*"]);
    assert.ok(Number.isInteger(info.entropy) && info.entropy >= 0 && info.entropy < 2 ** 32, answer.text);
    seen.add(info.entropy);
  }
  assert.ok(seen.size > 6, `entropy differs from call to call: ${[...seen].join(", ")}`);
});

add("Service", "cookie JSESSIONID on session URLs", async (ctx) => {
  const client = await ctx.polling();
  const live = () => true;
  for (const resource of ["xhr_streaming", "eventsource", "htmlfile?c=f", "jsonp?c=f"]) {
    const answer = await new PollingClient(ctx.port).receive(resource, { live });
    assert.deepEqual(answer.headers["set-cookie"], ["JSESSIONID=dummy; path=/"], resource);
  }
  const headers = { Cookie: "a=b; JSESSIONID=abc; c=d" };
  const answer = await client.request("POST", "xhr_send", { body: "[]", headers });
  assert.deepEqual(answer.headers["set-cookie"], ["JSESSIONID=abc; path=/"]);
  await withOwnServer({ config: { sockjs: { cookie: "off" } } }, async (own) => {
    const uncooked = await (await own.polling()).request("POST", "xhr_send", { body: "[]" });
    assert.equal(uncooked.headers["set-cookie"], undefined);
    assert.equal((await own.http("GET", "/connect/info")).json.cookie_needed, false);
  });
});

add("Service", "jsonp answers", async (ctx) => {
  const client = new PollingClient(ctx.port);
  const answer = await client.receive("jsonp?c=f.g");
  assert.equal(answer.text, '/**/f.g("o");\r\n');
  assert.equal((await client.receive("jsonp?c=f(")).status, 500);
});

add("Service", "htmlfile callback", async (ctx) => {
  const client = new PollingClient(ctx.port);
  assert.equal((await client.receive("htmlfile?c=f;g")).status, 500);
  const answer = await client.receive("htmlfile?c=f.g", { live: (text) => text.includes("p(") });
  assert.match(answer.text, /var c = parent\.f\.g;\n/);
});

add("Service", "eventsource encodes %", async (ctx) => {
  const client = await ctx.poller();
  expectAnswer(await ctx.rest().tell(client.user, '"100%"'), 200, '{"count": 1}\n');
  const { text } = await client.receive("eventsource", { live: (all) => all.includes("a[") });
  assert.match(text, /100%25/);
});

add("Service", "heartbeat on streaming transports", async () => {
  await withOwnServer({ config: { server: { heartbeat: "1s" } } }, async (own) => {
    for (const resource of ["xhr_streaming", "eventsource", "htmlfile?c=f"]) {
      const client = new PollingClient(own.port);
      const twice = (text) => text.split(/(?:^|data: |p\(")h(?:\r?\n|"\);)/m).length > 2;
      await client.receive(resource, { live: twice });
    }
  });
});

add("Service", "no-cache header has no-transform", async (ctx) => {
  const answer = await ctx.http("GET", "/connect/info?t=1234");
  assert.equal(answer.headers["cache-control"], NO_CACHE);
  for (const header of ["expires", "last-modified", "etag"]) {
    assert.equal(answer.headers[header], undefined, header);
  }
});

add("Service", "Origin: null is copied, with credentials", async (ctx) => {
  const answer = await ctx.http("GET", "/connect/info", { headers: { Origin: "null" } });
  assert.equal(answer.headers["access-control-allow-origin"], "null");
  assert.equal(answer.headers["access-control-allow-credentials"], "true");
});

add("Service", "session taken over from another IP address", async (ctx) => {
  const client = await ctx.poller();
  expectAnswer(await ctx.rest().tell(client.user, "1"), 200, '{"count": 1}\n');
  const answer = await client.receive("xhr", { localAddress: "127.0.0.2" });
  assert.equal(answer.text, 'a[{"payload":"1"}]\n');
});

add("Service", "iframe page", async (ctx) => {
  const answer = await ctx.http("GET", "/connect/iframe-1.6.1.html");
  expectAnswer(answer, 200);
  assert.match(answer.text, /<script src="\/client\/sockjs\.min\.js"><\/script>/);
  const script = await ctx.http("GET", "/client/sockjs.min.js");
  expectAnswer(script, 200);
  assert.match(script.text, /bootstrap_iframe/);
});

add("Service", "WebSocket close: c[…], then a close frame", async (ctx) => {
  const client = await ctx.rawWebSocket(sessionPath());
  assert.equal(await client.readText("the o frame"), "o");
  client.sendText('["SUBSCRIBE x"]');
  assert.equal(await client.readText("the c frame"), 'c[9001,"Subscribing before connecting."]');
  const frame = await client.readFrame("the close frame");
  assert.equal(frame.opcode, OPCODE.close);
  const code = frame.payload.length === 0 ? 1000 : frame.payload.readUInt16BE(0);
  assert.equal(code, 1000, "no code, or 1000");
});

add("Service", "polling client that stays away is offline after 5 to 6 s", async (ctx) => {
  const client = await ctx.poller();
  expectAnswer(await ctx.rest().user(client.user), 200, '{"online": true}\n');
  await untilOnline(ctx.rest(), client.user, false);
});

add("Service", "receiver that loses its connection is offline at once", async (ctx) => {
  const client = await ctx.subscriber();
  client.reset();
  await untilOnline(ctx.rest(), client.user, false);
});

add("Service", "everything else: greeting and unknown paths", async (ctx) => {
  for (const path of ["/connect", "/connect/", "/connect?x=1"]) {
    const answer = await ctx.http("GET", path);
    expectAnswer(answer, 200, "Welcome to SockJS!\n");
    assert.equal(answer.headers["content-type"], "text/plain; charset=UTF-8");
    assert.equal(answer.headers["set-cookie"], undefined);
  }
  for (const path of ["//", "///", "/a", "/a/a", "/a/a/", "/a.html", "/info/", "/INFO"]) {
    expectAnswer(await ctx.http("GET", `/connect${path}`), 404);
  }
});
