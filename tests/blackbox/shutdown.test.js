// How the server ends.
import assert from "node:assert/strict";
import { test } from "node:test";

import { eventually } from "./support/deadline.js";
import { requestText } from "./support/raw_http.js";
import { accepts } from "./support/server.js";
import { withOwnServer } from "./support/suite.js";

const untilDeaf = (port) => eventually("the listener to close", async () => !(await accepts(port)));

test("SIGTERM closes every client with a code that asks it to come back, then exit 0", async () => {
  await withOwnServer({}, async (ctx) => {
    const clients = [];
    for (let i = 0; i < 20; ++i) clients.push(await ctx.subscriber({ raw: i % 2 === 0, channels: ["c"] }));
    const stopped = ctx.server.stop();
    for (const client of clients) {
      const { code } = await client.nextClose();
      assert.ok(code >= 3000 && code < 3500, `close code ${code}`);
    }
    await stopped;
  });
});

test("SIGTERM without clients ends at once, whatever the drain window", async () => {
  await withOwnServer({ config: { server: { drain: "10m" } } }, async (ctx) => {
    await ctx.server.stop();
  });
});

test("clients that connected but said nothing, and idle requests, do not hold the end up", async () => {
  await withOwnServer({}, async (ctx) => {
    await ctx.sockjs();
    await ctx.raw();
    await ctx.rawHttp();
    const idle = await ctx.rawHttp();
    idle.write(requestText("GET", "/connect"));
    await idle.readResponse();
    const half = await ctx.rawHttp();
    half.write("GET /connect HT");
    await ctx.server.stop();
  });
});

test("a request under way is answered", async () => {
  await withOwnServer({ config: { server: { drain: "5s" } } }, async (ctx) => {
    await ctx.subscriber();
    const { key, secret } = ctx.rest();
    const connection = await ctx.rawHttp();
    connection.write(
      requestText("POST", `/api/1.0.0/${key}/channels/c/`, {
        headers: [`X-Thunder-Secret-Key: ${secret}`, "Content-Length: 3", "Expect: 100-continue"],
      }),
    );
    assert.equal((await connection.readHead()).status, 100, "the request has begun");
    const stopped = ctx.server.stop();
    await untilDeaf(ctx.port);
    connection.write('"a"');
    assert.equal((await connection.readResponse()).status, 200);
    await stopped;
  });
});

test("a second signal ends at once", async () => {
  await withOwnServer({ config: { server: { drain: "1h" } } }, async (ctx) => {
    for (let i = 0; i < 10; ++i) await ctx.subscriber();
    ctx.server.child.kill("SIGTERM");
    await untilDeaf(ctx.port);
    await ctx.server.end("SIGTERM");
    assert.equal(ctx.server.exit.signal, null, "by itself, not killed by the signal");
  });
});

test("a client that reads nothing does not hold the end up", async () => {
  await withOwnServer({}, async (ctx) => {
    const client = await ctx.rawWebSocket("/connect/000/deaf/websocket");
    client.connection.socket.pause();
    await ctx.server.stop();
  });
});
