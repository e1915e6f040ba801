// sockjs.md, section 7: WebSocket transport and raw WebSocket.
import assert from "node:assert/strict";

import { eventually } from "../../blackbox/support/deadline.js";
import { untilOnline } from "../../blackbox/support/expect.js";
import { requestText } from "../../blackbox/support/raw_http.js";
import { acceptFor, frameBytes, OPCODE } from "../../blackbox/support/raw_websocket.js";
import { GO_AWAY, WRONG_KEY } from "../support/close_frames.js";
import { Answer } from "../support/answer.js";
import { expectAbsent, expectHeader, expectStatus, expectStatusIn } from "../support/expect.js";
import { section } from "./statement.js";

const transport = section("7");
const raw = section("7 raw");

const BOTH = ["echo", "daemon"];
const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const UPGRADE = "Upgrade: websocket";
const CONNECTION = "Connection: Upgrade";
const VERSION = "Sec-WebSocket-Version: 13";
const NONCE = `Sec-WebSocket-Key: ${KEY}`;
const HANDSHAKE = [UPGRADE, CONNECTION, VERSION, NONCE];

const sessionPath = (ctx) => `${ctx.sessionUrl()}/websocket`;
const rawPath = (ctx) => `${ctx.prefix}/websocket`;

// The answer to a handshake, on a connection that stays open.
async function handshake(ctx, path, headers, options = {}) {
  const connection = await ctx.connect();
  connection.write(requestText("GET", path, { headers, ...options }));
  return Answer.begin(connection, "GET");
}

// Both URLs have the same handshake and the same errors.
for (const [statements, pathOf] of [
  [transport, sessionPath],
  [raw, rawPath],
]) {
  const add = (statement, run) =>
    statements.add(statement, BOTH, (ctx) =>
      run(ctx, (...rest) => handshake(ctx, pathOf(ctx), ...rest)),
    );

  add("version 13 is accepted", async (ctx, shake) => {
    expectStatus(await shake(HANDSHAKE), 101);
  });

  add("any other version, or none, is 400, or 426 that names version 13", async (ctx, shake) => {
    for (const version of [
      ["Sec-WebSocket-Version: 12"],
      ["Sec-WebSocket-Version: 0"],
      ["Sec-WebSocket-Version: x"],
      [],
    ]) {
      const answer = await shake([UPGRADE, CONNECTION, NONCE, ...version]);
      expectStatusIn(answer, [400, 426]);
      if (answer.status === 426) expectHeader(answer, "sec-websocket-version", "13");
    }
  });

  add("no Upgrade: websocket is 400", async (ctx, shake) => {
    for (const upgrade of [[], ["Upgrade: h2c"], ["Upgrade: websocketx"], ["Upgrade:"]]) {
      expectStatus(await shake([CONNECTION, VERSION, NONCE, ...upgrade]), 400);
    }
  });

  add("Upgrade: websocket may be in any case", async (ctx, shake) => {
    for (const value of ["WebSocket", "WEBSOCKET", "webSocket"]) {
      expectStatus(await shake([`Upgrade: ${value}`, CONNECTION, VERSION, NONCE]), 101);
    }
  });

  add("Connection without the token upgrade is 400", async (ctx, shake) => {
    for (const value of [
      [],
      ["Connection: close"],
      ["Connection: keep-alive"],
      ["Connection: upgrades"],
    ]) {
      expectStatus(await shake([UPGRADE, VERSION, NONCE, ...value]), 400);
    }
  });

  add("Connection is a list, in any case", async (ctx, shake) => {
    for (const value of [
      "keep-alive, Upgrade",
      "upgrade",
      "Keep-Alive,UPGRADE",
      "a , upgrade , b",
    ]) {
      expectStatus(await shake([UPGRADE, `Connection: ${value}`, VERSION, NONCE]), 101);
    }
  });

  add("no Sec-WebSocket-Key is 400", async (ctx, shake) => {
    expectStatus(await shake([UPGRADE, CONNECTION, VERSION]), 400);
  });

  add("other methods are 405, Allow: GET", async (ctx) => {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      const answer = await ctx.request(method, pathOf(ctx), { headers: HANDSHAKE });
      expectStatus(answer, 405, "");
      expectHeader(answer, "allow", "GET");
    }
  });

  add("101 has Upgrade, Connection and the accept key", async (ctx, shake) => {
    const answer = await shake(HANDSHAKE);
    expectStatus(answer, 101);
    assert.match(answer.headers.upgrade, /^websocket$/i);
    assert.match(answer.headers.connection, /^upgrade$/i);
    expectHeader(answer, "sec-websocket-accept", acceptFor(KEY));
  });

  add("101 has no Content-Length and no Transfer-Encoding", async (ctx, shake) => {
    expectAbsent(await shake(HANDSHAKE), "content-length", "transfer-encoding");
  });

  add("no subprotocol and no extension is selected", async (ctx, shake) => {
    const answer = await shake([
      ...HANDSHAKE,
      "Sec-WebSocket-Protocol: sockjs, chat",
      "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
    ]);
    expectStatus(answer, 101);
    expectAbsent(answer, "sec-websocket-protocol", "sec-websocket-extensions");
  });

  add("any Origin is accepted", async (ctx, shake) => {
    for (const origin of ["http://example.org", "null", "file://", "https://x:8"]) {
      expectStatus(await shake([...HANDSHAKE, `Origin: ${origin}`]), 101);
    }
  });
}

transport.add("no cookie is needed", ["cookie_needed_echo", "daemon"], async (ctx) => {
  await ctx.websocket();
});

transport.add("two connections may use one id at the same time", BOTH, async (ctx) => {
  const url = ctx.sessionUrl();
  const clients = [await ctx.websocket(url), await ctx.websocket(url)];
  if (ctx.target.daemon) return;
  clients.forEach((client, i) => client.sendText(`["${i}"]`));
  for (const [i, client] of clients.entries()) assert.equal(await client.readText(), `a["${i}"]`);
});

transport.add("a new connection may follow an old one with the same id", BOTH, async (ctx) => {
  const url = ctx.sessionUrl();
  const old = await ctx.websocket(url);
  old.send(OPCODE.close, Buffer.from([3, 232]));
  await old.readClose();
  await ctx.websocket(url);
});

transport.add("nothing is registered: the id is no HTTP session", BOTH, async (ctx) => {
  const url = ctx.sessionUrl();
  await ctx.websocket(url);
  const session = ctx.session(url);
  assert.ok(await session.isUnknown());
  assert.equal(await session.poll(), "o");
});

transport.add(
  "the end of the connection is the end of the session, at once",
  ["daemon"],
  async (ctx) => {
    const regular = ctx.session();
    for (const leave of ["destroy", "reset"]) {
      const client = await ctx.websocket();
      const user = ctx.name("user");
      client.sendText(JSON.stringify([`CONNECT ${user}:${ctx.app.key}`]));
      await untilOnline(ctx.rest, user, true);
      // A session that was left regularly lives for 5 s: longer than this one.
      if (regular.user === null) await regular.open();
      client[leave]();
      await untilOnline(ctx.rest, user, false);
    }
    await untilOnline(ctx.rest, regular.user, true);
  },
);

transport.add("the first message is o", BOTH, async (ctx) => {
  const client = await ctx.rawWebSocket();
  assert.equal(await client.readText(), "o");
});

transport.add(
  "each frame is one unfragmented text message, not masked",
  ["echo", "close"],
  async (ctx) => {
    const client = await ctx.rawWebSocket();
    if (ctx.prefix === "/echo") client.sendText(JSON.stringify(["x".repeat(50_000)]));
    for (const expected of ["o", ctx.prefix === "/echo" ? `a["${"x".repeat(50_000)}"]` : GO_AWAY]) {
      const frame = await client.readFrame();
      const { fin, opcode, rsv, masked } = frame;
      assert.deepEqual(
        { fin, opcode, rsv, masked },
        { fin: true, opcode: OPCODE.text, rsv: 0, masked: false },
      );
      assert.equal(frame.text, expected);
    }
  },
);

// What comes back after `send(client)` is the echo of a marker and nothing else.
async function expectOnlyMarker(ctx, send, client) {
  client ??= await ctx.websocket();
  send(client);
  client.sendText('["marker"]');
  assert.equal(await client.readText(), 'a["marker"]');
}

transport.add("an empty text message is ignored", ["echo"], (ctx) =>
  expectOnlyMarker(ctx, (client) => client.sendText("")),
);

transport.add("[] is nothing", ["echo"], (ctx) =>
  expectOnlyMarker(ctx, (client) => client.sendText("[]")),
);

transport.add("an array of strings is its messages", ["echo"], async (ctx) => {
  const client = await ctx.websocket();
  client.sendText(' ["a", "b","c"]');
  const received = [];
  while (received.length < 3) received.push(...JSON.parse((await client.readText()).slice(1)));
  assert.deepEqual(received, ["a", "b", "c"]);
});

transport.add("a bare string is one message", ["echo"], async (ctx) => {
  const client = await ctx.websocket();
  client.sendText('"[\\"x\\"]"');
  assert.equal(await client.readText(), 'a["[\\"x\\"]"]');
});

// The connection is closed, abruptly or with a close frame, before anything else.
async function expectRefused(client, what) {
  try {
    const frame = await client.readFrameBesidesPings(`the close after ${what}`);
    assert.equal(frame.opcode, OPCODE.close, `after ${what}: ${frame.text}`);
  } catch (error) {
    if (!client.connection.finished) throw error;
  }
}

transport.add("anything else closes the connection at once", BOTH, async (ctx) => {
  for (const text of [
    "[",
    '["x"',
    '"x',
    "x",
    "{}",
    '{"a":"b"}',
    "1",
    "null",
    "true",
    "[1]",
    '["x",null]',
    '["x",["y"]]',
    "[{}]",
    '["x"]["y"]',
    '["\\ud8"]',
    " ",
  ]) {
    const client = await ctx.websocket();
    client.sendText(text);
    await expectRefused(client, text);
  }
});

transport.add("a binary message is treated like text, or refused", ["echo"], async (ctx) => {
  const client = await ctx.websocket();
  client.send(OPCODE.binary, '["binary"]');
  const frame = await client.readFrameBesidesPings("an answer to a binary message");
  if (frame.opcode === OPCODE.text) assert.equal(frame.text, 'a["binary"]');
  else assert.equal(frame.opcode, OPCODE.close);
});

transport.add(
  "application close: the c frame, then a close frame with 1000 or no code",
  ["close", "daemon"],
  async (ctx) => {
    const client = await ctx.websocket();
    let expected = GO_AWAY;
    if (ctx.target.daemon) {
      client.sendText('["CONNECT u:wrong"]');
      expected = WRONG_KEY;
    }
    assert.equal(await client.readText(), expected);
    const frame = await client.readFrameBesidesPings("the close frame");
    assert.equal(frame.opcode, OPCODE.close);
    if (frame.payload.length > 0) assert.equal(frame.payload.readUInt16BE(0), 1000);
  },
);

transport.add("application close: then the TCP connection is closed", ["close"], async (ctx) => {
  const client = await ctx.websocket();
  await client.readClose();
  client.send(OPCODE.close, Buffer.from([3, 232]));
  await client.closed();
});

transport.add(
  "every heartbeat_delay h, or a ping instead",
  ["echo, quick heartbeats", "daemon, quick heartbeats"],
  async (ctx) => {
    const client = await ctx.websocket();
    for (let i = 0; i < 4; ++i) {
      const frame = await client.readFrame("a heartbeat");
      if (frame.opcode === OPCODE.ping) client.send(OPCODE.pong, frame.payload);
      else assert.equal(frame.text, "h");
    }
  },
);

transport.add(
  "a client that does not answer a ping is dropped",
  ["daemon, quick heartbeats"],
  async (ctx) => {
    for (const path of [sessionPath(ctx), rawPath(ctx)]) {
      const client = await ctx.rawWebSocket(path);
      await client.closed("the end of a client that answers no ping");
    }
  },
);

transport.add("a ping is answered by a pong with the same payload", BOTH, async (ctx) => {
  const client = await ctx.websocket();
  for (const payload of ["", "abc", "x".repeat(125)]) {
    client.send(OPCODE.ping, payload);
    const pong = await client.readFrameBesidesPings("a pong");
    assert.equal(pong.opcode, OPCODE.pong);
    assert.equal(pong.text, payload);
  }
});

transport.add("fragments are accepted, with control frames in between", ["echo"], async (ctx) => {
  const client = await ctx.websocket();
  const bytes = Buffer.from('["żółw 🐢"]');
  client.send(OPCODE.text, bytes.subarray(0, 4), { fin: false });
  client.send(OPCODE.ping, "between");
  client.send(OPCODE.continuation, "", { fin: false });
  client.send(OPCODE.continuation, bytes.subarray(4, 12), { fin: false });
  client.send(OPCODE.continuation, bytes.subarray(12));
  const pong = await client.readFrameBesidesPings("a pong");
  assert.equal(pong.opcode, OPCODE.pong);
  assert.equal(pong.text, "between");
  assert.deepEqual(JSON.parse((await client.readText()).slice(1)), ["żółw 🐢"]);
});

transport.add("close is answered by close, then TCP is closed", BOTH, async (ctx) => {
  for (const payload of [
    Buffer.alloc(0),
    Buffer.from([3, 232]),
    Buffer.from([11, 184, 98, 121, 101]),
  ]) {
    const client = await ctx.websocket();
    client.send(OPCODE.close, payload);
    await client.readClose();
    await client.closed();
  }
});

async function expectClosedWith(ctx, code, bytes) {
  for (const path of [sessionPath(ctx), rawPath(ctx)]) {
    const client = await ctx.rawWebSocket(path);
    client.write(bytes);
    assert.equal((await client.readClose()).code, code, path);
    await client.closed();
  }
}

transport.add("text that is not UTF-8 is 1007", BOTH, async (ctx) => {
  for (const bytes of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
    await expectClosedWith(ctx, 1007, frameBytes(OPCODE.text, Buffer.from(bytes)));
  }
});

for (const [what, bytes] of [
  ["an unmasked frame", frameBytes(OPCODE.text, "[]", { masked: false })],
  ["reserved bits", frameBytes(OPCODE.text, "[]", { rsv: 4 })],
  ["an unknown opcode", frameBytes(3, "[]")],
  ["a fragmented control frame", frameBytes(OPCODE.ping, "x", { fin: false })],
  ["a control frame longer than 125", frameBytes(OPCODE.ping, "x".repeat(126))],
  ["a stray continuation", frameBytes(OPCODE.continuation, "x")],
]) {
  transport.add(`${what} is 1002`, BOTH, (ctx) => expectClosedWith(ctx, 1002, bytes));
}

transport.add("too large a message is 1009", BOTH, async (ctx) => {
  const head = frameBytes(OPCODE.text, "", { length: 2 ** 31 }).subarray(0, 14);
  await expectClosedWith(ctx, 1009, head);
});

// Raw WebSocket: P/websocket

raw.add("no o and no a[…]: each message comes back unchanged", ["echo"], async (ctx) => {
  const client = await ctx.rawWebSocket(rawPath(ctx));
  for (const text of ["x", '["x"]', '"', "żółw 🐢", "\u0000\u2028", "{", "x".repeat(50_000)]) {
    client.sendText(text);
    assert.equal(await client.readText(), text);
  }
});

raw.add(
  "no heartbeat frame",
  ["echo, quick heartbeats", "daemon, quick heartbeats"],
  async (ctx) => {
    const client = await ctx.rawWebSocket(rawPath(ctx));
    const clock = await ctx.websocket(); // opened later: its heartbeat comes later
    await clock.readFrame("a heartbeat, or a ping");
    client.send(OPCODE.ping, "marker");
    const frame = await client.readFrameBesidesPings("the pong");
    assert.equal(frame.opcode, OPCODE.pong, frame.text);
  },
);

raw.add("an empty message is ignored", ["echo"], async (ctx) => {
  const client = await ctx.rawWebSocket(rawPath(ctx));
  client.sendText("");
  client.sendText("next");
  assert.equal(await client.readText(), "next");
});

raw.add("application close: code and reason are in the close frame", ["close"], async (ctx) => {
  const client = await ctx.rawWebSocket(rawPath(ctx));
  const frame = await client.readFrameBesidesPings("the close frame");
  assert.equal(frame.opcode, OPCODE.close, frame.text);
  assert.equal(frame.payload.readUInt16BE(0), 3000);
  assert.equal(frame.payload.subarray(2).toString("utf8"), "Go away!");
});

raw.add(
  "a code outside of what WebSocket allows is 4000 + code mod 1000, with the reason",
  ["daemon"],
  async (ctx) => {
    for (const [command, code, reason] of [
      ["CONNECT u:wrong", 4000, "Invalid API key."],
      ["SUBSCRIBE c", 4001, "Subscribing before connecting."],
    ]) {
      const client = await ctx.rawWebSocket(rawPath(ctx));
      client.sendText(command);
      assert.deepEqual(await client.readClose(), { code, reason });
    }
    const client = await ctx.rawWebSocket(rawPath(ctx));
    const user = ctx.name("user");
    client.sendText(`CONNECT ${user}:${ctx.app.key}`);
    await untilOnline(ctx.rest, user, true);
    await ctx.rest.disconnect(user);
    assert.deepEqual(await client.readClose(), {
      code: 4002,
      reason: "Server closed the connection (intentionally).",
    });
  },
);

raw.add("each message of the application is one text message", ["daemon"], async (ctx) => {
  const client = await ctx.rawWebSocket(rawPath(ctx));
  const user = ctx.name("user");
  client.sendText(`CONNECT ${user}:${ctx.app.key}`);
  await eventually("the user to be online", async () => {
    const answer = await ctx.rest.tell(user, '"x"');
    return answer.json.count === 1;
  });
  assert.equal(await client.readText(), '{"payload":"\\"x\\""}');
});

export const statements = [transport, raw].flatMap((one) => one.statements);
