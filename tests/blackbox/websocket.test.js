// Greeting, info, handshakes, heartbeats of the service /connect.
import assert from "node:assert/strict";

import { deadline, eventually } from "./support/deadline.js";
import { expectAnswer, expectOneOf, listOf, untilOnline } from "./support/expect.js";
import { requestText } from "./support/raw_http.js";
import { acceptFor, frameBytes, OPCODE } from "./support/raw_websocket.js";
import { suite } from "./support/suite.js";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const PATHS = ["/connect/websocket", "/connect/000/xyz/websocket"];

// Lines of a good handshake; `changes` replaces a line by name, null drops it.
function handshake(changes = {}) {
  const fields = {
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": KEY,
    ...changes,
  };
  return Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${value}`);
}

async function tryHandshake(ctx, path, changes, options = {}) {
  const connection = await ctx.rawHttp();
  connection.write(requestText(options.method ?? "GET", path, { ...options, headers: handshake(changes) }));
  const head = await connection.readHead();
  return { ...head, connection };
}

suite("greeting and info", {}, (scenario) => {
  scenario("the greeting at /connect and /connect/", async (ctx) => {
    for (const path of ["/connect", "/connect/"]) {
      const answer = await ctx.http("GET", path);
      expectAnswer(answer, 200, "Welcome to SockJS!\n");
      assert.equal(answer.headers["content-type"], "text/plain; charset=UTF-8");
    }
  });

  scenario("info copies the origin and the requested headers", async (ctx) => {
    const plain = await ctx.http("GET", "/connect/info");
    assert.equal(plain.headers["access-control-allow-origin"], "*");
    assert.equal(plain.headers["access-control-allow-credentials"], undefined);
    assert.equal(plain.headers["access-control-allow-headers"], undefined);
    const answer = await ctx.http("GET", "/connect/info?t=1", {
      headers: { Origin: "http://example.org:8000", "Access-Control-Request-Headers": "a, b, c" },
    });
    assert.equal(answer.headers["access-control-allow-origin"], "http://example.org:8000");
    assert.equal(answer.headers["access-control-allow-credentials"], "true");
    assert.deepEqual(listOf(answer.headers["access-control-allow-headers"]), ["a", "b", "c"]);
  });

  scenario("OPTIONS of info is a cacheable preflight", async (ctx) => {
    const answer = await ctx.http("OPTIONS", "/connect/info", { headers: { Origin: "http://example.org" } });
    assert.ok([200, 204].includes(answer.status), String(answer));
    assert.equal(answer.text, "");
    assert.deepEqual(listOf(answer.headers["access-control-allow-methods"]), ["get", "options"]);
    assert.equal(answer.headers["access-control-max-age"], "31536000");
    assert.equal(answer.headers["cache-control"], "public, max-age=31536000");
    assert.match(answer.headers.expires, /GMT$/);
    assert.ok(Date.parse(answer.headers.expires) > Date.now(), answer.headers.expires);
  });

  scenario("other methods are 405 with Allow, without a body", async (ctx) => {
    for (const [path, methods] of [
      ["/connect", ["get"]],
      ["/connect/", ["get"]],
      ["/connect/info", ["get", "options"]],
      ...PATHS.map((path) => [path, ["get"]]),
    ]) {
      for (const method of ["POST", "PUT", "DELETE"]) {
        const answer = await ctx.http(method, path);
        expectAnswer(answer, 405, "");
        const allowed = listOf(answer.headers.allow).filter((item) => item !== "head");
        assert.deepEqual(allowed, methods, `Allow of ${answer}`);
        assert.equal(answer.headers["content-type"], undefined, "no Content-Type");
      }
    }
  });

  scenario("paths that are near a URL of the service are 404", async (ctx) => {
    for (const path of [
      "/connect//", "/connect///", "/connect/a", "/connect/a/a", "/connect/a/a/", "/connect/a/",
      "/connect/websocket/", "/connect//x/websocket", "/connect/0//websocket",
      "/connect/0/a.b/websocket", "/connect/0.0/a/websocket", "/connect/0/a/b/websocket",
      "/connect/0/a/websocket/", "/connect/0/a/nothing", "/connecting", "/Connect",
    ]) {
      expectAnswer(await ctx.http("GET", path), 404);
      const attempt = await tryHandshake(ctx, path, {});
      assert.equal(attempt.status, 404, `handshake at ${path}`);
    }
  });
});

suite("the WebSocket handshake", {}, (scenario) => {
  scenario("101 with the accept value, no length, no extension, no subprotocol", async (ctx) => {
    for (const path of PATHS) {
      const { status, headers } = await tryHandshake(ctx, path, {
        "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
        "Sec-WebSocket-Protocol": "chat, superchat",
        Origin: "http://anywhere.example",
      });
      assert.equal(status, 101);
      assert.equal(headers["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
      assert.equal(headers["sec-websocket-accept"], acceptFor(KEY));
      assert.equal(headers.upgrade.toLowerCase(), "websocket");
      assert.equal(headers.connection.toLowerCase(), "upgrade");
      for (const name of ["content-length", "transfer-encoding", "sec-websocket-extensions", "sec-websocket-protocol"]) {
        assert.equal(headers[name], undefined, name);
      }
    }
  });

  scenario("a list in Connection and any case are accepted, a query is ignored", async (ctx) => {
    for (const changes of [
      { Connection: "keep-alive, Upgrade" },
      { Connection: "keep-alive,upgrade" },
      { Upgrade: "WebSocket", Connection: "UPGRADE" },
      { Origin: null, Cookie: "JSESSIONID=x" },
      { Origin: "null" },
    ]) {
      for (const path of [...PATHS, `${PATHS[1]}?t=1`, "/connect/a%2Eb/c%20d/websocket"]) {
        const { status } = await tryHandshake(ctx, path, changes);
        assert.equal(status, 101, `${path} ${JSON.stringify(changes)}`);
      }
    }
  });

  scenario("a GET that is no correct upgrade is 400", async (ctx) => {
    for (const path of PATHS) {
      expectAnswer(await ctx.http("GET", path), 400);
      for (const changes of [
        { Upgrade: null },
        { Upgrade: "h2c" },
        { Connection: null },
        { Connection: "keep-alive" },
        { Connection: "upgraded" },
        { "Sec-WebSocket-Key": null },
        { "Sec-WebSocket-Key": "" },
        { "Sec-WebSocket-Key": "short" },
      ]) {
        const { status } = await tryHandshake(ctx, path, changes);
        assert.equal(status, 400, `${path} ${JSON.stringify(changes)}`);
      }
    }
  });

  scenario("an unknown or missing version is 426 or 400 and names 13", async (ctx) => {
    for (const path of PATHS) {
      for (const version of ["12", "0", "99", "x", "", null]) {
        const { status, headers } = await tryHandshake(ctx, path, { "Sec-WebSocket-Version": version });
        expectOneOf(status, [400, 426], `version ${version}`);
        assert.match(headers["sec-websocket-version"] ?? "", /\b13\b/, `version ${version}`);
      }
    }
  });

  scenario("another method is 405 with Allow: GET, upgrade or not", async (ctx) => {
    for (const path of PATHS) {
      for (const method of ["POST", "PUT", "DELETE"]) {
        const { status, headers } = await tryHandshake(ctx, path, {}, { method });
        assert.equal(status, 405, `${method} ${path}`);
        assert.equal(headers.allow, "GET");
      }
    }
  });

  scenario("a frame sent in the same packet as the handshake is not lost", async (ctx) => {
    const user = ctx.name("user");
    const connection = await ctx.rawHttp();
    connection.write(
      Buffer.concat([
        Buffer.from(requestText("GET", PATHS[0], { headers: handshake() })),
        frameBytes(OPCODE.text, `CONNECT ${user}:publickey`),
      ]),
    );
    assert.equal((await connection.readHead()).status, 101);
    await untilOnline(ctx.rest(), user);
  });

  scenario("a handshake that arrives byte by byte works", async (ctx) => {
    const connection = await ctx.rawHttp();
    for (const character of requestText("GET", PATHS[1], { headers: handshake() })) connection.write(character);
    assert.equal((await connection.readHead()).status, 101);
  });

  scenario("a handshake on a connection that served requests before works", async (ctx) => {
    const connection = await ctx.rawHttp();
    connection.write(requestText("GET", "/connect/info"));
    assert.equal((await connection.readResponse()).status, 200);
    connection.write(requestText("GET", PATHS[1], { headers: handshake() }));
    assert.equal((await connection.readHead()).status, 101);
  });
});

suite("SockJS over WebSocket", {}, (scenario) => {
  scenario("o is the first frame, one unfragmented unmasked text", async (ctx) => {
    const client = await ctx.rawWebSocket("/connect/000/xyz/websocket");
    const frame = await client.readFrame("the o frame");
    assert.deepEqual(
      { ...frame, payload: undefined },
      { fin: true, rsv: 0, opcode: OPCODE.text, masked: false, text: "o", payload: undefined },
    );
  });

  scenario("two connections may share a session id at the same time", async (ctx) => {
    const path = "/connect/000/shared/websocket";
    const one = await ctx.sockjs({ path });
    const two = await ctx.sockjs({ path });
    one.user = ctx.name("user");
    two.user = ctx.name("user");
    one.send(`CONNECT ${one.user}:publickey`);
    two.send(`CONNECT ${two.user}:publickey`);
    await ctx.settle(one);
    await ctx.settle(two);
    await one.close();
    await ctx.expectNothingElse(two);
    const three = await ctx.sockjs({ path });
    assert.equal(three.closing, null);
  });

  scenario("the close frame follows c[…] and carries 1000 or no code", async (ctx) => {
    const client = await ctx.sockjs();
    client.send("CONNECT u:wrong");
    assert.equal(await client.nextFrame(), 'c[9000,"Invalid API key."]');
    const { code } = await client.closed();
    expectOneOf(code, [1000, 1005], "close code");
  });

  scenario("nothing follows c[…]", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel] });
    await Promise.all([
      ctx.rest().disconnect(client.user),
      ...Array.from({ length: 20 }, (_, i) => ctx.rest().publish(channel, String(i))),
    ]);
    await client.closed();
    const closeAt = client.messages.findIndex((frame) => frame.startsWith("c["));
    assert.equal(closeAt, client.messages.length - 1, client.messages.join(" "));
  });
});

suite("heartbeats", { config: { server: { heartbeat: "1s", pong_timeout: "1s" } } }, (scenario) => {
  scenario("SockJS gets h, again and again, and stays", async (ctx) => {
    const client = await ctx.subscriber();
    for (let i = 0; i < 4; ++i) assert.equal(await client.next("a heartbeat"), "h");
    assert.equal(client.closing, null);
    await ctx.expectNothingElse(client);
  });

  scenario("raw WebSocket gets pings, but no frame of text", async (ctx) => {
    const client = await ctx.subscriber({ raw: true });
    await eventually("three pings", () => client.pings >= 3);
    assert.equal(client.closing, null);
    await ctx.expectNothingElse(client);
  });

  for (const path of PATHS) {
    scenario(`a client of ${path} that answers no ping is dropped`, async (ctx) => {
      const user = ctx.name("user");
      const client = await ctx.rawWebSocket(path);
      const connect = `CONNECT ${user}:publickey`;
      client.sendText(path === PATHS[0] ? connect : JSON.stringify([connect]));
      await untilOnline(ctx.rest(), user);
      await client.closed();
      await untilOnline(ctx.rest(), user, false);
    });

    scenario(`a client of ${path} that answers each ping stays`, async (ctx) => {
      const user = ctx.name("user");
      const client = await ctx.rawWebSocket(path);
      const connect = `CONNECT ${user}:publickey`;
      client.sendText(path === PATHS[0] ? connect : JSON.stringify([connect]));
      const limit = deadline();
      for (let pings = 0; pings < 4; ) {
        const frame = await client.readFrame("a ping", limit);
        if (frame.opcode !== OPCODE.ping) continue;
        client.send(OPCODE.pong, frame.payload);
        ++pings;
      }
      expectAnswer(await ctx.rest().user(user), 200, '{"online": true}\n');
    });
  }
});
