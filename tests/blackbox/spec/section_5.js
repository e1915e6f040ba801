// thunderpush.md, section 5: the SockJS service /connect.
import assert from "node:assert/strict";

import { expectAnswer, untilOnline } from "../support/expect.js";
import { OPCODE } from "../support/raw_websocket.js";
import { section } from "./row.js";
import { sessionPath } from "../support/sockjs_client.js";

const { rows, add, later } = section(5);
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

later("Service", "cookie JSESSIONID on session URLs", "set on HTTP receive and send URLs");
later("Service", "jsonp answers", "jsonp");
later("Service", "htmlfile callback", "htmlfile");
later("Service", "eventsource encodes %", "eventsource");
later("Service", "heartbeat on streaming transports", "HTTP streaming; the WebSocket side is in websocket.test.js");

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

later("Service", "session taken over from another IP address", "needs HTTP sessions");
later("Service", "iframe page", "iframe transports");

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

later("Service", "polling client that stays away is offline after 5 to 6 s", "needs a polling transport");

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
