// sockjs.md, section 8: HTTP layer.
import assert from "node:assert/strict";

import { requestText } from "../../blackbox/support/raw_http.js";
import { GO_AWAY } from "../support/close_frames.js";
import { Answer, strictText } from "../support/answer.js";
import { expectAbsent, expectClosed, expectStatus, expectStatusIn } from "../support/expect.js";
import { CALLBACK, POLLING, STREAMING, TRANSPORTS, each } from "../support/transports.js";
import { section } from "./statement.js";

const { statements, add } = section("8");
export { statements };

const BOTH = ["echo", "daemon"];
const GREETING = "Welcome to SockJS!\n";

// A request for each kind of response that is complete at once:
// {method, path, headers, body, status}.
async function kinds(ctx) {
  const known = ctx.session();
  assert.equal(await known.poll(), "o");
  const { etag } = (await ctx.at("GET", "/iframe.html")).headers;
  const under = (path) => ctx.prefix + path;
  const get = (path, status, headers = []) => ({ method: "GET", path, status, headers, body: "" });
  const post = (path, status, body = "", headers = []) => ({
    method: "POST",
    path,
    status,
    headers: [`Content-Length: ${Buffer.byteLength(body)}`, ...headers],
    body,
  });
  const options = (path) => ({ method: "OPTIONS", path, status: 204, headers: [], body: "" });
  return {
    "greeting": () => get(ctx.prefix, 200),
    "info": () => get(under("/info"), 200),
    "a preflight of info": () => options(under("/info")),
    "the iframe page": () => get(under("/iframe.html"), 200),
    "304": () => get(under("/iframe.html"), 304, [`If-None-Match: ${etag}`]),
    "404": () => get(under("/nothing"), 404),
    "404 with a body in the request": () => post(under("/nothing"), 404, "abc"),
    "405": () => post(under("/info"), 405),
    "a refused upgrade": () => get(under("/websocket"), 400),
    "a preflight of xhr": () => options(`${ctx.sessionUrl()}/xhr`),
    "a poll": () => post(`${ctx.sessionUrl()}/xhr`, 200),
    "jsonp": () => get(`${ctx.sessionUrl()}/jsonp?c=${CALLBACK}`, 200),
    "jsonp without callback": () => get(`${ctx.sessionUrl()}/jsonp`, 500),
    "htmlfile without callback": () => get(`${ctx.sessionUrl()}/htmlfile`, 500),
    "xhr_send": () => post(`${known.url}/xhr_send`, 204, "[]"),
    "xhr_send of nothing": () => post(`${known.url}/xhr_send`, 500),
    "xhr_send to nobody": () => post(`${ctx.sessionUrl()}/xhr_send`, 404, "[]"),
    "jsonp_send": () => post(`${known.url}/jsonp_send`, 200, "[]"),
  };
}

const textOf = ({ method, path, headers, body }, more = [], version = "1.1") =>
  requestText(method, path, { version, headers: [...headers, ...more], body });

async function readAnswer(connection, kind) {
  return (await Answer.begin(connection, kind.method)).complete();
}

function expectKind(answer, kind, name) {
  const statuses = kind.status === 204 ? [204, 200] : [kind.status];
  assert.ok(statuses.includes(answer.status), `${name}: ${answer}`);
}

// Takes frames from a streaming response to its end: a message that exceeds
// the limit ends it.
async function endStream(session, receiver) {
  await session.push("x".repeat(5000));
  while ((await receiver.nextFrame()) !== null);
}

add("the next request works after any complete response", BOTH, async (ctx) => {
  const connection = await ctx.connect();
  for (const [name, make] of Object.entries(await kinds(ctx))) {
    const kind = make();
    connection.write(textOf(kind));
    expectKind(await readAnswer(connection, kind), kind, name);
  }
  connection.write(requestText("GET", ctx.prefix));
  expectStatus(await readAnswer(connection, { method: "GET" }), 200, GREETING);
});

add("the next request works after a streaming response", ["echo"], (ctx) =>
  each(STREAMING, async (transport) => {
    const session = ctx.session();
    const receiver = await session.open(transport);
    await endStream(session, receiver);
    const again = await session.receiver(transport, { connection: receiver.connection });
    await session.push("on the same connection");
    await again.expectFrame(session.frame("on the same connection"));
  }),
);

add("the next request works after a poll that waited", BOTH, (ctx) =>
  each(POLLING, async (transport) => {
    const session = ctx.session();
    const connection = await ctx.connect();
    await (await session.receiver(transport, { connection })).expectFrame("o");
    if (ctx.target.daemon) {
      session.user = ctx.name("user");
      await session.send(`CONNECT ${session.user}:${ctx.app.key}`);
    }
    for (const text of ["1", "2", "3"]) {
      const poll = await session.receiver(transport, { connection });
      await session.push(text);
      await poll.expectFrame(session.frame(text));
    }
  }),
);

add("pipelined requests work after every kind of response", BOTH, async (ctx) => {
  for (const [name, make] of Object.entries(await kinds(ctx))) {
    const connection = await ctx.connect();
    const list = [make(), make(), make()];
    connection.write(list.map((kind) => textOf(kind)).join("") + requestText("GET", ctx.prefix));
    for (const kind of list) expectKind(await readAnswer(connection, kind), kind, name);
    expectStatus(await readAnswer(connection, { method: "GET" }), 200, GREETING);
  }
});

add("all kinds of requests in one write are answered in order", BOTH, async (ctx) => {
  const connection = await ctx.connect();
  const list = Object.entries(await kinds(ctx)).map(([name, make]) => ({ name, ...make() }));
  connection.write(list.map((kind) => textOf(kind)).join(""));
  for (const kind of list) expectKind(await readAnswer(connection, kind), kind, kind.name);
});

add("a request that was pipelined behind a waiting poll is answered after it", BOTH, (ctx) =>
  each(POLLING, async (transport) => {
    const session = ctx.session();
    await session.open(transport);
    const poll = await session.receiver(transport);
    poll.connection.write(requestText("GET", ctx.prefix));
    await session.push("first");
    await poll.expectFrame(session.frame("first"));
    expectStatus(await readAnswer(poll.connection, { method: "GET" }), 200, GREETING);
  }),
);

add(
  "a request that was pipelined behind a streaming response is answered after it",
  ["echo"],
  (ctx) =>
    each(STREAMING, async (transport) => {
      const session = ctx.session();
      const receiver = await session.open(transport);
      receiver.connection.write(requestText("GET", ctx.prefix));
      await session.push("first");
      await receiver.expectFrame(session.frame("first"));
      await endStream(session, receiver);
      expectStatus(await readAnswer(receiver.connection, { method: "GET" }), 200, GREETING);
    }),
);

add("Connection: close is honoured", BOTH, async (ctx) => {
  for (const [name, make] of Object.entries(await kinds(ctx))) {
    const kind = make();
    const connection = await ctx.connect();
    connection.write(textOf(kind, ["Connection: close"]));
    expectKind(await readAnswer(connection, kind), kind, name);
    await expectClosed(connection);
  }
});

add("Connection: close is honoured after a streaming response", ["echo"], (ctx) =>
  each(STREAMING, async (transport) => {
    const session = ctx.session();
    const receiver = await session.receiver(transport, { headers: ["Connection: close"] });
    await receiver.expectFrame("o");
    await endStream(session, receiver);
    await expectClosed(receiver.connection);
  }),
);

add("a response has Content-Length or is chunked, never both", BOTH, async (ctx) => {
  for (const [name, make] of Object.entries(await kinds(ctx))) {
    const kind = make();
    const connection = await ctx.connect();
    connection.write(textOf(kind));
    const answer = await readAnswer(connection, kind);
    if (answer.bodyless) continue;
    assert.ok(answer.chunked !== (answer.length !== undefined), `${name}: ${answer}`);
  }
  for (const transport of TRANSPORTS) {
    const { answer } = await (await ctx.session().receiver(transport)).start();
    assert.ok(answer.chunked !== (answer.length !== undefined), `${transport.name}: ${answer}`);
  }
});

add("Connection is absent or keep-alive as long as the connection stays", BOTH, async (ctx) => {
  const connection = await ctx.connect();
  const expectStaying = (answer, name) => {
    const value = answer.headers.connection?.toLowerCase();
    assert.ok([undefined, "keep-alive"].includes(value), `${name}: ${answer}`);
  };
  for (const [name, make] of Object.entries(await kinds(ctx))) {
    const kind = make();
    connection.write(textOf(kind));
    expectStaying(await readAnswer(connection, kind), name);
  }
  for (const transport of TRANSPORTS) {
    const { answer } = await (await ctx.session().receiver(transport)).start();
    expectStaying(answer, transport.name);
  }
});

add("HTTP/1.0: never chunked, closed after the response", BOTH, async (ctx) => {
  for (const [name, make] of Object.entries(await kinds(ctx))) {
    const kind = make();
    const connection = await ctx.connect();
    connection.write(textOf(kind, [], "1.0"));
    const answer = await readAnswer(connection, kind);
    expectKind(answer, kind, name);
    expectAbsent(answer, "transfer-encoding");
    assert.notEqual(answer.headers.connection?.toLowerCase(), "keep-alive", name);
    await expectClosed(connection);
  }
});

add("HTTP/1.0: fixed-size responses have a Content-Length", BOTH, async (ctx) => {
  for (const [name, make] of Object.entries(await kinds(ctx))) {
    const kind = make();
    if (["a poll", "jsonp"].includes(name)) continue; // no size before the frame is known
    const connection = await ctx.connect();
    connection.write(textOf(kind, [], "1.0"));
    const answer = await readAnswer(connection, kind);
    if (!answer.bodyless) assert.notEqual(answer.length, undefined, `${name}: ${answer}`);
  }
});

add("HTTP/1.0 with keep-alive: the connection stays, and the answer says so", BOTH, async (ctx) => {
  const connection = await ctx.connect();
  for (const [name, make] of Object.entries(await kinds(ctx))) {
    const kind = make();
    connection.write(textOf(kind, ["Connection: keep-alive"], "1.0"));
    const answer = await readAnswer(connection, kind);
    expectKind(answer, kind, name);
    expectAbsent(answer, "transfer-encoding");
    assert.equal(answer.headers.connection?.toLowerCase(), "keep-alive", `${name}: ${answer}`);
  }
});

for (const [what, headers] of [
  ["", []],
  [", even if keep-alive was asked for", ["Connection: keep-alive"]],
]) {
  add(
    `HTTP/1.0: a streaming response has no length, no chunks, and ends by closing${what}`,
    ["close"],
    (ctx) =>
      each(STREAMING, async (transport) => {
        const connection = await ctx.connect();
        const { method, suffix } = transport;
        connection.write(
          requestText(method, ctx.sessionUrl() + suffix, { version: "1.0", headers }),
        );
        const answer = await Answer.begin(connection, method);
        expectStatus(answer, 200);
        expectAbsent(answer, "transfer-encoding", "content-length");
        assert.notEqual(answer.headers.connection?.toLowerCase(), "keep-alive");
        const text = strictText(await answer.rest());
        const frames = transport.wire("o") + transport.wire(GO_AWAY);
        assert.ok(text.endsWith(frames), JSON.stringify(text.slice(-300)));
        transport.expectPrelude(text.slice(0, -frames.length));
      }),
  );
}

add("HTTP/1.0: a streaming response is flushed frame by frame", ["echo"], (ctx) =>
  each(STREAMING, async (transport) => {
    const session = ctx.session();
    const connection = await ctx.connect();
    const { method, suffix } = transport;
    connection.write(requestText(method, session.url + suffix, { version: "1.0" }));
    expectStatus(await Answer.begin(connection, method), 200);
    await connection.readUntil(transport.wire("o"), "the o frame");
    await session.push("flushed");
    await connection.readUntil(transport.wire('a["flushed"]'), "a message");
  }),
);

add("POST with neither Content-Length nor Transfer-Encoding: empty body", BOTH, async (ctx) => {
  const session = ctx.session();
  assert.equal(await session.poll(), "o");
  for (const version of ["1.1", "1.0"]) {
    for (const name of ["xhr_send", "jsonp_send"]) {
      const connection = await ctx.connect();
      connection.write(requestText("POST", `${session.url}/${name}`, { version }));
      const answer = await readAnswer(connection, { method: "POST" });
      expectStatus(answer, 500);
      assert.ok(answer.text.includes("Payload expected."), String(answer));
    }
  }
});

// Sends a body that was put together by hand; the answer is 204, and the next
// request on the connection works.
async function expectSent(ctx, headers, body) {
  const session = ctx.session();
  await session.open();
  const connection = await ctx.connect();
  connection.write(requestText("POST", `${session.url}/xhr_send`, { headers, body }));
  expectStatus(await readAnswer(connection, { method: "POST" }), 204);
  connection.write(requestText("GET", ctx.prefix));
  expectStatus(await readAnswer(connection, { method: "GET" }), 200, GREETING);
  if (!ctx.target.daemon) assert.equal(await session.poll(), 'a["one"]');
}

add("request bodies with Content-Length", BOTH, (ctx) =>
  expectSent(ctx, ["Content-Length: 7"], '["one"]'),
);

add("chunked request bodies", BOTH, (ctx) =>
  expectSent(ctx, ["Transfer-Encoding: chunked"], '2\r\n["\r\n3\r\none\r\n2\r\n"]\r\n0\r\n\r\n'),
);

add("chunked request bodies: extensions are ignored", BOTH, (ctx) =>
  expectSent(
    ctx,
    ["Transfer-Encoding: chunked"],
    '2;a\r\n["\r\n03;a=b;c="d e"\r\none\r\n2\r\n"]\r\n0;last\r\n\r\n',
  ),
);

add("chunked request bodies: trailers are ignored", BOTH, (ctx) =>
  expectSent(
    ctx,
    ["Transfer-Encoding: chunked", "Trailer: X-Sum"],
    '7\r\n["one"]\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n',
  ),
);

add("Expect: 100-continue is answered", BOTH, async (ctx) => {
  const session = ctx.session();
  assert.equal(await session.poll(), "o");
  const connection = await ctx.connect();
  const headers = ["Content-Length: 2", "Expect: 100-continue"];
  connection.write(requestText("POST", `${session.url}/xhr_send`, { headers }));
  assert.equal((await connection.readHead()).status, 100);
  connection.write("[]");
  expectStatus(await readAnswer(connection, { method: "POST" }), 204);
});

for (const [what, headers, body] of [
  [
    "both length headers",
    ["Content-Length: 2", "Transfer-Encoding: chunked"],
    "2\r\n[]\r\n0\r\n\r\n",
  ],
  ["two different lengths", ["Content-Length: 2", "Content-Length: 3"], "[] "],
]) {
  add(`${what}: 400 and close`, BOTH, async (ctx) => {
    const session = ctx.session();
    assert.equal(await session.poll(), "o");
    for (const name of ["xhr_send", "xhr"]) {
      const connection = await ctx.connect();
      connection.write(requestText("POST", `${session.url}/${name}`, { headers, body }));
      expectStatus(await readAnswer(connection, { method: "POST" }), 400);
      await connection.closed("the end of the connection");
    }
  });
}

add("a request body above the limit is 413", BOTH, async (ctx) => {
  const session = ctx.session();
  assert.equal(await session.poll(), "o");
  for (const name of ["xhr_send", "jsonp_send"]) {
    const connection = await ctx.connect();
    const headers = ["Content-Length: 10000000000"];
    connection.write(requestText("POST", `${session.url}/${name}`, { headers }));
    expectStatus(await readAnswer(connection, { method: "POST" }), 413);
  }
});

add("headers above the limit are 431 or 400", BOTH, async (ctx) => {
  const connection = await ctx.connect();
  const headers = [`X-Long: ${"x".repeat(100_000)}`];
  connection.write(requestText("GET", `${ctx.prefix}/info`, { headers }));
  expectStatusIn(await Answer.begin(connection, "GET"), [431, 400]);
});

add("a request has a time limit for arriving", ["daemon, quick timeouts"], async (ctx) => {
  const session = ctx.session();
  assert.equal(await session.poll(), "o");
  for (const text of [
    `POST ${session.url}/xhr_send HTTP/1.1\r\nHost: x\r\n`,
    `POST ${session.url}/xhr_send HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n["x`,
  ]) {
    const connection = await ctx.connect();
    connection.write(text);
    await connection.closed("the end of a request that never arrives");
  }
});

add("the time limit is not for a receiving request that waits", ["daemon, quick timeouts"], (ctx) =>
  each(TRANSPORTS, async (transport) => {
    const session = ctx.session();
    const receiver = await session.open(transport);
    const waits = transport.streaming ? receiver : await session.receiver(transport);
    const late = await ctx.connect();
    late.write(`GET ${ctx.prefix} HTTP/1.1\r\n`);
    await late.closed("the end of a request that came later");
    await session.push("still waiting");
    await waits.expectFrame(session.frame("still waiting"));
  }),
);

add("204 and 304 have no body and no chunking", BOTH, async (ctx) => {
  const all = await kinds(ctx);
  for (const name of ["xhr_send", "304", "a preflight of info", "a preflight of xhr"]) {
    const kind = all[name]();
    const connection = await ctx.connect();
    connection.write(textOf(kind, ["Connection: close"]));
    const head = await connection.readHead();
    assert.ok([204, 304, 200].includes(head.status), `${name}: ${head.statusLine}`);
    assert.equal(head.headers["transfer-encoding"], undefined, name);
    assert.equal((await connection.closed()).toString("latin1"), "", name);
  }
});
