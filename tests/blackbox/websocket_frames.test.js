// RFC 6455 frame by frame, written by hand, on both kinds of WebSocket.
import assert from "node:assert/strict";

import { eventually } from "./support/deadline.js";
import { expectAnswer, expectOneOf, untilOnline } from "./support/expect.js";
import { frameBytes, OPCODE } from "./support/raw_websocket.js";
import { suite } from "./support/suite.js";

const KEY = "publickey";
const LIMIT = 4000; // of one message from a client, in bytes

const TRANSPORTS = [
  { title: "raw", path: "/connect/websocket", wrap: (text) => text },
  { title: "SockJS", path: "/connect/000/xyz/websocket", wrap: (text) => JSON.stringify([text]) },
];

function close(code, reason = "") {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(code);
  return Buffer.concat([head, Buffer.from(reason)]);
}

for (const { title, path, wrap } of TRANSPORTS) {
  suite(`frames on a ${title} WebSocket`, { config: { limits: { message_bytes: LIMIT } } }, (scenario) => {
    async function open(ctx) {
      const client = await ctx.rawWebSocket(path);
      if (title === "SockJS") assert.equal(await client.readText("the o frame"), "o");
      return client;
    }

    async function expectClosedWith(ctx, code, bytes, what) {
      const client = await open(ctx);
      client.write(bytes);
      const closing = await client.readClose(`the close frame after ${what}`);
      assert.equal(closing.code, code, `close code after ${what}: ${JSON.stringify(closing)}`);
      await client.closed(`the end of the TCP connection after ${what}`);
    }

    scenario("a ping is answered by a pong with the same payload", async (ctx) => {
      const client = await open(ctx);
      for (const payload of ["", "hello", "x".repeat(125)]) {
        client.send(OPCODE.ping, payload);
        const pong = await client.readFrame("the pong");
        assert.equal(pong.opcode, OPCODE.pong);
        assert.equal(pong.text, payload);
        assert.equal(pong.masked, false);
      }
    });

    scenario("a pong nobody asked for is ignored", async (ctx) => {
      const client = await open(ctx);
      client.send(OPCODE.pong, "unasked");
      client.send(OPCODE.ping, "p");
      assert.equal((await client.readFrame()).opcode, OPCODE.pong);
    });

    scenario("a message in fragments, with control frames in between, is one message", async (ctx) => {
      const client = await open(ctx);
      const user = ctx.name("żółw🐢");
      const bytes = Buffer.from(wrap(`CONNECT ${user}:${KEY}`));
      client.send(OPCODE.text, bytes.subarray(0, 1), { fin: false });
      client.send(OPCODE.ping, "between");
      for (let i = 1; i < bytes.length; ++i) {
        client.send(OPCODE.continuation, bytes.subarray(i, i + 1), { fin: false });
      }
      client.send(OPCODE.pong, "");
      client.send(OPCODE.continuation, "", { fin: true });
      const pong = await client.readFrame("the pong");
      assert.equal(pong.opcode, OPCODE.pong);
      assert.equal(pong.text, "between");
      await untilOnline(ctx.rest(), user);
    });

    scenario("frames that arrive byte by byte are read as well", async (ctx) => {
      const client = await open(ctx);
      const user = ctx.name("user");
      for (const byte of frameBytes(OPCODE.text, wrap(`CONNECT ${user}:${KEY}`))) {
        client.write(Buffer.from([byte]));
      }
      await untilOnline(ctx.rest(), user);
    });

    scenario("many frames in one packet are all read, in order", async (ctx) => {
      const client = await open(ctx);
      const user = ctx.name("user");
      const channel = ctx.name("channel");
      const frames = [frameBytes(OPCODE.text, wrap(`CONNECT ${user}:${KEY}`))];
      for (let i = 0; i < 100; ++i) {
        frames.push(frameBytes(OPCODE.text, wrap(`SUBSCRIBE ${channel}`)));
        frames.push(frameBytes(OPCODE.text, wrap(`UNSUBSCRIBE ${channel}`)));
      }
      frames.push(frameBytes(OPCODE.ping, "end"));
      client.write(Buffer.concat(frames));
      const pong = await client.readFrame("the pong");
      assert.equal(pong.text, "end");
      await untilOnline(ctx.rest(), user);
      await eventually("the last command to be done", async () => {
        expectAnswer(await ctx.rest().channel(channel), 200, '{"users": []}\n');
      });
    });

    scenario("an empty message is ignored", async (ctx) => {
      const client = await open(ctx);
      client.sendText("");
      client.send(OPCODE.ping, "p");
      assert.equal((await client.readFrame()).opcode, OPCODE.pong);
    });

    scenario("a binary message is read as text or refused, never ignored", async (ctx) => {
      const client = await open(ctx);
      const user = ctx.name("user");
      client.send(OPCODE.binary, wrap(`CONNECT ${user}:${KEY}`));
      await eventually("the user to be online, or the connection closed", async () => {
        if (client.connection.finished) return true;
        return (await ctx.rest().user(user)).json.online;
      });
    });

    scenario("a close is answered by a close, then the TCP connection ends", async (ctx) => {
      for (const code of [1000, 1001, 1011, 3000, 4999]) {
        const client = await open(ctx);
        client.send(OPCODE.close, close(code, "bye"));
        const answer = await client.readClose();
        expectOneOf(answer.code, [code, 1000], `answer to ${code}`);
        await client.closed();
      }
    });

    scenario("a close without a code is answered as well", async (ctx) => {
      const client = await open(ctx);
      client.send(OPCODE.close, "");
      const answer = await client.readClose();
      expectOneOf(answer.code, [1000, 1005], "close code");
      await client.closed();
    });

    scenario("a close ends presence", async (ctx) => {
      const client = await open(ctx);
      const user = ctx.name("user");
      client.sendText(wrap(`CONNECT ${user}:${KEY}`));
      await untilOnline(ctx.rest(), user);
      client.send(OPCODE.close, close(1000));
      await client.readClose();
      await untilOnline(ctx.rest(), user, false);
    });

    scenario("frames after a close are not read", async (ctx) => {
      const client = await open(ctx);
      const user = ctx.name("user");
      client.write(
        Buffer.concat([
          frameBytes(OPCODE.close, close(1000)),
          frameBytes(OPCODE.text, wrap(`CONNECT ${user}:${KEY}`)),
        ]),
      );
      await client.closed();
      expectAnswer(await ctx.rest().user(user), 200, '{"online": false}\n');
    });

    const violations = [
      ["an unmasked frame", frameBytes(OPCODE.text, "x", { masked: false })],
      ["an unmasked ping", frameBytes(OPCODE.ping, "", { masked: false })],
      ["reserved bit 1", frameBytes(OPCODE.text, "x", { rsv: 4 })],
      ["reserved bit 2", frameBytes(OPCODE.text, "x", { rsv: 2 })],
      ["reserved bit 3", frameBytes(OPCODE.ping, "", { rsv: 1 })],
      ["opcode 3", frameBytes(3, "x")],
      ["opcode 7", frameBytes(7, "x")],
      ["opcode 11", frameBytes(11, "")],
      ["opcode 15", frameBytes(15, "")],
      ["a ping in fragments", frameBytes(OPCODE.ping, "x", { fin: false })],
      ["a close in fragments", frameBytes(OPCODE.close, close(1000), { fin: false })],
      ["a ping of 126 bytes", frameBytes(OPCODE.ping, "x".repeat(126))],
      ["a stray continuation", frameBytes(OPCODE.continuation, "x")],
      [
        "a text inside a fragmented text",
        Buffer.concat([frameBytes(OPCODE.text, "x", { fin: false }), frameBytes(OPCODE.text, "y")]),
      ],
      ["a close of one byte", frameBytes(OPCODE.close, "x")],
      ["close code 999", frameBytes(OPCODE.close, close(999))],
      ["close code 1005", frameBytes(OPCODE.close, close(1005))],
      ["close code 1006", frameBytes(OPCODE.close, close(1006))],
      ["close code 5000", frameBytes(OPCODE.close, close(5000))],
    ];
    scenario("violations of the protocol close with 1002", async (ctx) => {
      for (const [what, bytes] of violations) await expectClosedWith(ctx, 1002, bytes, what);
    });

    scenario("bad UTF-8 closes with 1007", async (ctx) => {
      const bad = [
        ["a stray continuation byte", [0x61, 0x80]],
        ["an overlong form", [0xc0, 0xaf]],
        ["an encoded surrogate", [0xed, 0xa0, 0x80]],
        ["a code point above U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
        ["a sequence cut off by the end", [0x61, 0xc5]],
        ["the byte FF", [0xff]],
      ];
      for (const [what, bytes] of bad) {
        await expectClosedWith(ctx, 1007, frameBytes(OPCODE.text, Buffer.from(bytes)), what);
      }
      await expectClosedWith(
        ctx,
        1007,
        Buffer.concat([
          frameBytes(OPCODE.text, Buffer.from([0xc5]), { fin: false }),
          frameBytes(OPCODE.continuation, Buffer.from([0x61])),
        ]),
        "a sequence broken by a fragment",
      );
      await expectClosedWith(
        ctx,
        1007,
        frameBytes(OPCODE.close, Buffer.concat([close(1000), Buffer.from([0xff])])),
        "a close reason that is not UTF-8",
      );
    });

    scenario("a character split over two fragments is whole", async (ctx) => {
      const client = await open(ctx);
      const user = ctx.name("🐢");
      const bytes = Buffer.from(wrap(`CONNECT ${user}:${KEY}`));
      const middle = bytes.indexOf(Buffer.from("🐢")) + 2;
      client.send(OPCODE.text, bytes.subarray(0, middle), { fin: false });
      client.send(OPCODE.continuation, bytes.subarray(middle));
      await untilOnline(ctx.rest(), user);
    });

    scenario("a message above the limit closes with 1009, one at the limit does not", async (ctx) => {
      const client = await open(ctx);
      const room = LIMIT - Buffer.byteLength(wrap("HELLO "));
      client.sendText(wrap(`HELLO ${"x".repeat(room)}`));
      client.send(OPCODE.ping, "still there");
      assert.equal((await client.readFrame()).opcode, OPCODE.pong);
      await expectClosedWith(ctx, 1009, frameBytes(OPCODE.text, "x".repeat(LIMIT + 1)), "a long message");
      const half = "x".repeat(LIMIT / 2 + 1);
      await expectClosedWith(
        ctx,
        1009,
        Buffer.concat([frameBytes(OPCODE.text, half, { fin: false }), frameBytes(OPCODE.continuation, half)]),
        "a long message in fragments",
      );
    });

    scenario("a length beyond the limit is refused before its bytes come", async (ctx) => {
      for (const length of [LIMIT + 1, 0x7fffffff, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
        const head = frameBytes(OPCODE.text, "", { length });
        await expectClosedWith(ctx, 1009, head, `a frame announced with ${length} bytes`);
      }
    });

    scenario("a length with its highest bit set is refused", async (ctx) => {
      const client = await open(ctx);
      const head = Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4]);
      client.write(head);
      const { code } = await client.readClose();
      expectOneOf(code, [1002, 1009], "close code");
      await client.closed();
    });
  });
}
