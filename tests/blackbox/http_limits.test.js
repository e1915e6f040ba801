// Limits of requests: sizes and times.
import assert from "node:assert/strict";

import { eventually } from "./support/deadline.js";
import { expectOneOf } from "./support/expect.js";
import { requestText } from "./support/raw_http.js";
import { suite } from "./support/suite.js";

async function expectServing(ctx) {
  const connection = await ctx.rawHttp();
  connection.write(requestText("GET", "/connect"));
  assert.equal((await connection.readResponse()).status, 200);
}

// Status of the answer, or "closed" when the server closes without one. A
// reset may overtake an answer that the server sent before it closed.
async function outcome(connection) {
  try {
    return (await connection.readResponse()).status;
  } catch (error) {
    if (connection.finished) return "closed";
    throw error;
  }
}

suite("sizes of requests", { config: { limits: { body_bytes: 1000 } } }, (scenario) => {
  const lines = (ctx) => [`X-Thunder-Secret-Key: ${ctx.rest().secret}`];
  const path = (ctx) => `/api/1.0.0/${ctx.rest().key}/channels/c/`;

  scenario("a body announced above the limit is 413 before it comes", async (ctx) => {
    for (const length of [1001, 100_000, 10_000_000_000]) {
      const connection = await ctx.rawHttp();
      connection.write(requestText("POST", path(ctx), { headers: [...lines(ctx), `Content-Length: ${length}`] }));
      assert.equal((await connection.readResponse()).status, 413, `length ${length}`);
      await connection.closed();
    }
    await expectServing(ctx);
  });

  scenario("chunks above the limit are 413", async (ctx) => {
    const connection = await ctx.rawHttp();
    connection.write(
      requestText("POST", path(ctx), { headers: [...lines(ctx), "Transfer-Encoding: chunked"] }),
    );
    for (let i = 0; i < 11; ++i) connection.write(`64\r\n${"1".repeat(100)}\r\n`);
    assert.equal((await connection.readResponse()).status, 413);
    await connection.closed();
    await expectServing(ctx);
  });

  scenario("Expect: 100-continue with too long a body gets no 100", async (ctx) => {
    const connection = await ctx.rawHttp();
    connection.write(
      requestText("POST", path(ctx), {
        headers: [...lines(ctx), "Content-Length: 1001", "Expect: 100-continue"],
      }),
    );
    expectOneOf((await connection.readHead()).status, [413, 417], "status");
  });

  scenario("a body at the limit is taken", async (ctx) => {
    const connection = await ctx.rawHttp();
    connection.write(
      requestText("POST", path(ctx), {
        headers: [...lines(ctx), "Content-Length: 1000"],
        body: "1".repeat(1000),
      }),
    );
    assert.equal((await connection.readResponse()).status, 200);
  });

  scenario("headers above 8 KiB are 431 or 400", async (ctx) => {
    for (const headers of [
      [`X-Long: ${"x".repeat(9000)}`],
      Array.from({ length: 90 }, (_, i) => `X-${i}: ${"y".repeat(100)}`),
    ]) {
      const connection = await ctx.rawHttp();
      connection.write(requestText("GET", "/connect", { headers }));
      expectOneOf(await outcome(connection), [431, 400, "closed"], `headers like ${headers[0].slice(0, 20)}…`);
      await connection.closed();
    }
    await expectServing(ctx);
  });

  scenario("a path above 8 KiB is 431, 414 or 400", async (ctx) => {
    const connection = await ctx.rawHttp();
    connection.write(requestText("GET", `/${"p".repeat(9000)}`));
    expectOneOf(await outcome(connection), [431, 414, 400, "closed"], "a long path");
    await connection.closed();
    await expectServing(ctx);
  });

  scenario("more than 100 header fields are 431 or 400, 90 are not", async (ctx) => {
    const fields = (count) => Array.from({ length: count }, (_, i) => `X-${i}: y`);
    const few = await ctx.rawHttp();
    few.write(requestText("GET", "/connect", { headers: fields(90) }));
    assert.equal((await few.readResponse()).status, 200);
    const many = await ctx.rawHttp();
    many.write(requestText("GET", "/connect", { headers: fields(150) }));
    expectOneOf(await outcome(many), [431, 400], "150 fields");
  });

  scenario("a trailer of 70 KB does not end the server", async (ctx) => {
    const connection = await ctx.rawHttp();
    connection.write(
      requestText("POST", path(ctx), {
        headers: [...lines(ctx), "Transfer-Encoding: chunked"],
        body: `1\r\n1\r\n0\r\nX-Trailer: ${"t".repeat(70_000)}\r\n\r\n`,
      }),
    );
    await outcome(connection);
    await expectServing(ctx);
  });

  scenario("many trailers, and a chunk extension of 70 KB, do not end the server", async (ctx) => {
    const trailers = Array.from({ length: 5000 }, (_, i) => `X-${i}: t`).join("\r\n");
    for (const body of [`1\r\n1\r\n0\r\n${trailers}\r\n\r\n`, `1;${"e".repeat(70_000)}\r\n1\r\n0\r\n\r\n`]) {
      const connection = await ctx.rawHttp();
      connection.write(requestText("POST", path(ctx), { headers: [...lines(ctx), "Transfer-Encoding: chunked"], body }));
      await outcome(connection);
      await expectServing(ctx);
    }
  });
});

const SHORT = { header_timeout: "1s", body_timeout: "1s", keep_alive_timeout: "1s" };

suite("times of requests", { config: { limits: SHORT } }, (scenario) => {
  // 408 and the end, or just the end.
  async function expectTimedOut(connection) {
    const text = (await connection.closed()).toString("latin1");
    assert.match(text, /^(HTTP\/1\.1 408 |$)/, text.slice(0, 100));
  }

  scenario("a header that is never complete is given up", async (ctx) => {
    const connection = await ctx.rawHttp();
    connection.write("GET /connect HTTP/1.1\r\nHost: x\r\nX-Never:");
    await expectTimedOut(connection);
    await expectServing(ctx);
  });

  scenario("a header that trickles in is given up as well", async (ctx) => {
    const connection = await ctx.rawHttp();
    connection.write("GET /connect HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    await eventually("the server to close", () => {
      if (!connection.finished) connection.write("x");
      return connection.finished;
    });
    await expectServing(ctx);
  });

  scenario("a connection on which nothing is ever sent is closed", async (ctx) => {
    const connection = await ctx.rawHttp();
    await expectTimedOut(connection);
  });

  scenario("a body that never comes is given up", async (ctx) => {
    const { key, secret } = ctx.rest();
    const connection = await ctx.rawHttp();
    connection.write(
      requestText("POST", `/api/1.0.0/${key}/channels/c/`, {
        headers: [`X-Thunder-Secret-Key: ${secret}`, "Content-Length: 10"],
        body: "1234",
      }),
    );
    await expectTimedOut(connection);
    await expectServing(ctx);
  });

  scenario("an idle kept connection is closed without a word", async (ctx) => {
    const connection = await ctx.rawHttp();
    connection.write(requestText("GET", "/connect"));
    assert.equal((await connection.readResponse()).status, 200);
    assert.equal((await connection.closed()).length, 0);
  });

  scenario("a WebSocket is not subject to the times of requests", async (ctx) => {
    const idle = await ctx.rawHttp();
    const client = await ctx.subscriber();
    const raw = await ctx.subscriber({ raw: true });
    await idle.closed();
    const later = await ctx.rawHttp();
    await later.closed();
    await ctx.expectNothingElse(client);
    await ctx.expectNothingElse(raw);
  });
});
