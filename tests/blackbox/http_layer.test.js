// HTTP/1.1 and 1.0, byte by byte.
import assert from "node:assert/strict";

import { expectOneOf } from "./support/expect.js";
import { requestText } from "./support/raw_http.js";
import { suite } from "./support/suite.js";

const GREETING = "Welcome to SockJS!\n";

// A POST of `lines` and `body` to channel `channel` of the application main.
function post(ctx, channel, headers, body, options = {}) {
  const { key, secret } = ctx.rest();
  return requestText("POST", `/api/1.0.0/${key}/channels/${channel}/`, {
    headers: [`X-Thunder-Secret-Key: ${secret}`, ...headers],
    body,
    ...options,
  });
}

async function expectGreeting(connection) {
  connection.write(requestText("GET", "/connect"));
  const answer = await connection.readResponse();
  assert.equal(answer.status, 200);
  assert.equal(answer.text, GREETING);
  return answer;
}

suite("persistent connections", {}, (scenario) => {
  scenario("HTTP/1.1 stays open from answer to answer", async (ctx) => {
    const connection = await ctx.rawHttp();
    for (let i = 0; i < 20; ++i) {
      const { headers } = await expectGreeting(connection);
      expectOneOf(headers.connection?.toLowerCase(), [undefined, "keep-alive"], "Connection");
    }
    assert.equal(connection.finished, false);
  });

  scenario("Connection: close is honoured and said", async (ctx) => {
    const connection = await ctx.rawHttp();
    connection.write(requestText("GET", "/connect", { headers: ["Connection: close"] }));
    const answer = await connection.readResponse();
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.connection?.toLowerCase(), "close");
    assert.equal((await connection.closed()).length, 0);
  });

  scenario("pipelined requests are answered in order", async (ctx) => {
    const connection = await ctx.rawHttp();
    const paths = ["/connect", "/connect/info", "/nothing", "/connect/", "/connect/info"];
    connection.write(paths.map((path) => requestText("GET", path)).join(""));
    const answers = [];
    for (const path of paths) answers.push([path, (await connection.readResponse()).status]);
    assert.deepEqual(answers.map(([, status]) => status), [200, 200, 404, 200, 200]);
    await expectGreeting(connection);
  });

  scenario("pipelined requests with bodies keep their borders", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel] });
    const connection = await ctx.rawHttp();
    connection.write(
      post(ctx, channel, ["Content-Length: 3"], '"a"') +
        post(ctx, channel, ["Transfer-Encoding: chunked"], '3\r\n"b"\r\n0\r\n\r\n') +
        post(ctx, channel, ["Content-Length: 1"], "x") +
        post(ctx, channel, ["Content-Length: 3"], '"c"'),
    );
    for (const status of [200, 200, 400, 200]) {
      assert.equal((await connection.readResponse()).status, status);
    }
    for (const letter of ["a", "b", "c"]) {
      assert.deepEqual(await client.nextMessage(), { payload: `"${letter}"`, channel });
    }
  });

  scenario("requests before a Connection: close are answered, those after it are not", async (ctx) => {
    const connection = await ctx.rawHttp();
    connection.write(
      requestText("GET", "/connect") +
        requestText("GET", "/connect", { headers: ["Connection: close"] }) +
        requestText("GET", "/connect"),
    );
    assert.equal((await connection.readResponse()).status, 200);
    assert.equal((await connection.readResponse()).status, 200);
    assert.equal((await connection.closed()).length, 0);
  });

  scenario("a request that arrives byte by byte is answered", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel] });
    const connection = await ctx.rawHttp();
    for (const byte of post(ctx, channel, ["Content-Length: 5"], '"slo"')) connection.write(byte);
    assert.equal((await connection.readResponse()).status, 200);
    assert.deepEqual(await client.nextMessage(), { payload: '"slo"', channel });
  });

  scenario("a client that goes away in the middle of a request harms nobody", async (ctx) => {
    const whole = post(ctx, "c", ["Content-Length: 3"], '"a"');
    for (const part of [1, 10, 60, whole.length - 2]) {
      const connection = await ctx.rawHttp();
      connection.write(whole.slice(0, part));
      connection.reset();
    }
    await expectGreeting(await ctx.rawHttp());
  });

  scenario("empty lines before a request line are skipped or refused", async (ctx) => {
    const connection = await ctx.rawHttp();
    connection.write(`\r\n${requestText("GET", "/connect")}`);
    expectOneOf((await connection.readResponse()).status, [200, 400], "status");
  });

  scenario("a 204 has no body and no chunks", async (ctx) => {
    const { key, secret } = ctx.rest();
    const connection = await ctx.rawHttp();
    connection.write(
      requestText("DELETE", `/api/1.0.0/${key}/users/nobody/`, {
        headers: [`X-Thunder-Secret-Key: ${secret}`],
      }),
    );
    const answer = await connection.readResponse();
    assert.equal(answer.status, 204);
    assert.equal(answer.headers["transfer-encoding"], undefined);
    expectOneOf(answer.headers["content-length"], [undefined, "0"], "Content-Length");
    await expectGreeting(connection);
  });
});

suite("HTTP/1.0", {}, (scenario) => {
  scenario("without keep-alive: Content-Length, then the end", async (ctx) => {
    for (const host of ["localhost", null]) {
      const connection = await ctx.rawHttp();
      connection.write(requestText("GET", "/connect", { version: "1.0", host }));
      const answer = await connection.readResponse();
      assert.equal(answer.status, 200);
      assert.equal(answer.text, GREETING);
      assert.equal(answer.headers["content-length"], String(GREETING.length));
      assert.equal(answer.headers["transfer-encoding"], undefined);
      await connection.closed();
    }
  });

  scenario("with keep-alive: it is answered and the connection stays", async (ctx) => {
    const connection = await ctx.rawHttp();
    for (let i = 0; i < 3; ++i) {
      connection.write(
        requestText("GET", "/connect", { version: "1.0", headers: ["Connection: keep-alive"] }),
      );
      const answer = await connection.readResponse();
      assert.equal(answer.text, GREETING);
      assert.equal(answer.headers.connection?.toLowerCase(), "keep-alive");
      assert.equal(answer.headers["transfer-encoding"], undefined);
    }
  });

  scenario("Transfer-Encoding in a request of HTTP/1.0 is refused", async (ctx) => {
    const connection = await ctx.rawHttp();
    connection.write(
      post(ctx, "c", ["Transfer-Encoding: chunked"], "1\r\n1\r\n0\r\n\r\n", { version: "1.0" }),
    );
    assert.equal((await connection.readResponse()).status, 400);
    await connection.closed();
  });
});

suite("request bodies", {}, (scenario) => {
  scenario("chunks with extensions and trailers", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel] });
    const connection = await ctx.rawHttp();
    connection.write(
      post(
        ctx,
        channel,
        ["Transfer-Encoding: chunked", "Trailer: X-Checksum"],
        '2;name=value\r\n{"\r\n4;flag;q="a b"\r\na":1\r\n1\r\n}\r\n0;last\r\nX-Checksum: 1\r\nX-Other: 2\r\n\r\n',
      ),
    );
    assert.equal((await connection.readResponse()).text, '{"count": 1}\n');
    assert.deepEqual(await client.nextMessage(), { payload: '{"a":1}', channel });
    await expectGreeting(connection);
  });

  scenario("chunk sizes in upper and lower-case hex, with leading zeros", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel] });
    const body = `"${"x".repeat(0x1a + 0x2b - 2)}"`;
    const connection = await ctx.rawHttp();
    connection.write(
      post(
        ctx,
        channel,
        ["Transfer-Encoding: Chunked"],
        `1A\r\n${body.slice(0, 0x1a)}\r\n002b\r\n${body.slice(0x1a)}\r\n0\r\n\r\n`,
      ),
    );
    assert.equal((await connection.readResponse()).status, 200);
    assert.deepEqual(await client.nextMessage(), { payload: body, channel });
  });

  scenario("neither length nor chunks: an empty body", async (ctx) => {
    const connection = await ctx.rawHttp();
    connection.write(post(ctx, "c", [], ""));
    const answer = await connection.readResponse();
    assert.equal(answer.status, 400);
    assert.equal(answer.text, '{"message": "Request body is not valid JSON.", "status": 400}\n');
    await expectGreeting(connection);
  });

  scenario("Expect: 100-continue, and the body may also come without waiting", async (ctx) => {
    const connection = await ctx.rawHttp();
    connection.write(post(ctx, "c", ["Content-Length: 1", "Expect: 100-continue"], ""));
    assert.equal((await connection.readHead()).status, 100);
    connection.write("1");
    assert.equal((await connection.readResponse()).status, 200);
    connection.write(post(ctx, "c", ["Content-Length: 1", "Expect: 100-continue"], "1"));
    let head = await connection.readHead();
    if (head.status === 100) head = await connection.readHead();
    assert.equal(head.status, 200);
  });

  for (const [what, headers, body] of [
    ["both lengths", ["Content-Length: 1", "Transfer-Encoding: chunked"], "1\r\n1\r\n0\r\n\r\n"],
    ["both lengths, the other way round", ["Transfer-Encoding: chunked", "Content-Length: 1"], "1\r\n1\r\n0\r\n\r\n"],
    ["two different lengths", ["Content-Length: 1", "Content-Length: 2"], "12"],
    ["a negative length", ["Content-Length: -1"], ""],
    ["a length that is no number", ["Content-Length: 1x"], "1"],
    ["a length in hexadecimal", ["Content-Length: 0x1"], "1"],
    ["a length of 30 digits", [`Content-Length: ${"9".repeat(30)}`], "1"],
    ["a chunk size that is no number", ["Transfer-Encoding: chunked"], "x\r\n1\r\n0\r\n\r\n"],
    ["a chunk size of 20 digits", ["Transfer-Encoding: chunked"], `${"f".repeat(20)}\r\n1\r\n0\r\n\r\n`],
    ["a chunk longer than its size", ["Transfer-Encoding: chunked"], "1\r\n12\r\n0\r\n\r\n"],
    ["an encoding that is not chunked", ["Transfer-Encoding: gzip"], "1"],
    ["chunked not as the last encoding", ["Transfer-Encoding: chunked, gzip"], "1\r\n1\r\n0\r\n\r\n"],
    ["two encodings", ["Transfer-Encoding: gzip, chunked"], "1\r\n1\r\n0\r\n\r\n"],
    ["an encoding spelt almost chunked", ["Transfer-Encoding: xchunked"], "1\r\n1\r\n0\r\n\r\n"],
  ]) {
    scenario(`${what}: refused and closed, nothing after it is answered`, async (ctx) => {
      const channel = ctx.name("channel");
      const client = await ctx.subscriber({ channels: [channel] });
      const connection = await ctx.rawHttp();
      connection.write(
        post(ctx, ctx.name("other"), headers, body) + post(ctx, channel, ["Content-Length: 9"], '"hidden!"'),
      );
      const answer = await connection.readResponse();
      expectOneOf(answer.status, [400, 411, 413, 501], "status");
      assert.equal((await connection.closed()).length, 0, "nothing else is answered");
      await ctx.expectNothingElse(client);
    });
  }
});

suite("Host", {}, (scenario) => {
  for (const [what, host, headers] of [
    ["missing", null, []],
    ["given twice", "localhost", ["Host: localhost"]],
    ["given twice, differently", "localhost", ["Host: other"]],
  ]) {
    scenario(`${what}: 400 and closed`, async (ctx) => {
      const connection = await ctx.rawHttp();
      connection.write(requestText("GET", "/connect", { host, headers }));
      assert.equal((await connection.readResponse()).status, 400);
      await connection.closed();
    });
  }

  scenario("any single value will do", async (ctx) => {
    for (const host of ["localhost:8080", "example.org", "[::1]:80", ""]) {
      const connection = await ctx.rawHttp();
      connection.write(requestText("GET", "/connect", { host }));
      expectOneOf((await connection.readResponse()).status, [200, 400], `Host: ${host}`);
    }
  });
});

suite("what is no HTTP", {}, (scenario) => {
  for (const [what, bytes] of [
    ["noise", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n"],
    ["a request line without a version", "GET /connect\r\n\r\n"],
    ["an unknown version", "GET /connect HTTP/9.9\r\nHost: x\r\n\r\n"],
    ["a header line without a colon", "GET /connect HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n"],
    ["a blank before the colon", "GET /connect HTTP/1.1\r\nHost : x\r\n\r\n"],
    ["a NUL in a header", "GET /connect HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n"],
    ["a folded header", "GET /connect HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n"],
  ]) {
    scenario(`${what} is refused, or closed, without harm`, async (ctx) => {
      const connection = await ctx.rawHttp();
      connection.write(bytes);
      const tolerated = what === "a folded header" || what === "a NUL in a header";
      if (tolerated) connection.write(requestText("GET", "/connect", { headers: ["Connection: close"] }));
      const text = (await connection.closed()).toString("latin1");
      if (!tolerated) assert.match(text, /^(HTTP\/1\.1 (400|505) |$)/, text.slice(0, 100));
      await expectGreeting(await ctx.rawHttp());
    });
  }
});
