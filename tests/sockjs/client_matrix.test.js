// sockjs-client in Node, forced to each transport that it has there, and ws.
import assert from "node:assert/strict";
import { test } from "node:test";
import WebSocket from "ws";

import { within } from "../blackbox/support/deadline.js";
import { untilListed } from "../blackbox/support/expect.js";
import { allOfUnicode, charactersFrom, ESCAPED_RANGES } from "./support/characters.js";
import { Client, CLIENT_TRANSPORTS, enabledNames } from "./support/clients.js";
import { suite } from "./support/scenario.js";

// Few, as a client that gets no time for 5 s loses its session.
const CONCURRENT_CLIENTS = 5;

const ALL_OF_UNICODE = allOfUnicode();
const SIZES = [0, 1, 2, 125, 126, 127, 1000, 4095, 4096, 16_384, 32_768, 59_999, 60_000];

// Strings with the awkward characters of sockjs.md, 5.3, alone, in a row and
// among others, with what surrounds their ranges.
function awkwardStrings() {
  const ranges = ESCAPED_RANGES.map(([first, last]) =>
    charactersFrom(Math.max(0, first - 2), Math.min(0xffff, last + 2)),
  );
  const ascii = charactersFrom(0, 0x7f);
  return [
    ...ranges,
    ...ranges.join("").split(""),
    ascii,
    `${ascii}${ranges.join("é")}🐢`,
    "\ud7ff\ue000",
    "\u{10FFFF}",
  ];
}

const PERCENTS = [
  "%",
  "%%",
  "100 %",
  "%25",
  "%41",
  "%zz",
  "%u0041",
  "%0D%0A",
  "%00",
  "%C3%A9",
  "é%é",
];

// What a string is after a server that replaces lone surrogates.
const replaced = (text) => text.replace(/[\ud800-\udfff]/g, "\ufffd");

async function expectEchoes(client, texts) {
  const before = client.messages.length;
  client.send(...texts);
  const received = (await client.received(before + texts.length)).slice(before);
  // Not deepEqual of all: its message would be as long as the texts.
  texts.forEach((text, i) => {
    assert.ok(received[i] === text, `echo ${i}, of ${text.length} characters, is another one`);
  });
}

test("these are the transports that sockjs-client can be forced to in Node", () => {
  assert.deepEqual(enabledNames(), CLIENT_TRANSPORTS);
});

suite("sockjs-client 1.6.1", CONCURRENT_CLIENTS, (scenario) => {
  for (const transport of CLIENT_TRANSPORTS) {
    const open = async (ctx) => {
      const client = await Client.open(ctx, [transport]);
      assert.equal(client.transport, transport);
      return client;
    };

    scenario(`${transport}: messages of 0 to 60,000 bytes`, "echo", async (ctx) => {
      const client = await open(ctx);
      await expectEchoes(
        client,
        SIZES.map((size) => "x".repeat(size)),
      );
    });

    scenario(`${transport}: one message of each size after the other`, "echo", async (ctx) => {
      const client = await open(ctx);
      for (const size of SIZES) await expectEchoes(client, ["é".repeat(size / 2)]);
    });

    // Several clients, and the default response limit, as clients make a pause
    // after each response.
    scenario(`${transport}: all of Unicode`, "cookie_needed_echo", async (ctx) => {
      const texts = ALL_OF_UNICODE;
      const share = Math.ceil(texts.length / 6);
      await Promise.all(
        Array.from({ length: 6 }, async (_, n) => {
          const client = await open(ctx);
          const end = Math.min(texts.length, (n + 1) * share);
          for (let i = n * share; i < end; i += 4)
            await expectEchoes(client, texts.slice(i, Math.min(i + 4, end)));
        }),
      );
    });

    scenario(`${transport}: the awkward ranges`, "echo", async (ctx) => {
      const client = await open(ctx);
      await expectEchoes(client, awkwardStrings());
    });

    scenario(`${transport}: lone surrogates do no harm`, "echo", async (ctx) => {
      const client = await open(ctx);
      const texts = ["\ud800", "\udfff", "a\ud83d", "\udc22b", "\udc22\ud83d", "\ud800\ud800"];
      client.send(...texts);
      const received = await client.received(texts.length);
      texts.forEach((text, i) =>
        assert.ok([text, replaced(text)].includes(received[i]), `echo ${i}`),
      );
      client.send("still open");
      assert.equal((await client.received(texts.length + 1)).at(-1), "still open");
    });

    scenario(`${transport}: percent signs`, "echo", async (ctx) => {
      const client = await open(ctx);
      await expectEchoes(client, [...PERCENTS, PERCENTS.join("")]);
    });

    scenario(`${transport}: texts that look like frames and JSON`, "echo", async (ctx) => {
      const client = await open(ctx);
      await expectEchoes(client, [
        "o",
        "h",
        'a["x"]',
        'c[3000,"Go away!"]',
        "[]",
        "{}",
        '"',
        "\\",
        "\\u0041",
        "null",
        "</script>",
        "data: x",
        "\r\n\r\n",
        "0\r\n\r\n",
      ]);
    });

    scenario(`${transport}: 1,000 messages in order`, "echo", async (ctx) => {
      const client = await open(ctx);
      await expectEchoes(
        client,
        Array.from({ length: 1000 }, (_, i) => `message ${i}`),
      );
    });

    scenario(
      `${transport}: 1,000 messages in order, each after some have come`,
      "echo",
      async (ctx) => {
        const client = await open(ctx);
        const texts = Array.from({ length: 1000 }, (_, i) => `${i}`);
        for (let i = 0; i < texts.length; i += 50) {
          client.send(...texts.slice(i, i + 50));
          await client.received(Math.max(0, i - 100));
        }
        assert.deepEqual(await client.received(texts.length), texts);
      },
    );

    scenario(`${transport}: /close closes with 3000, Go away!`, "close", async (ctx) => {
      const client = await open(ctx);
      assert.deepEqual(await client.closed(), { code: 3000, reason: "Go away!", wasClean: true });
    });

    scenario(`${transport}: /amplify answers with up to 524,288 bytes`, "amplify", async (ctx) => {
      const client = await open(ctx);
      for (let n = 1; n < 20; ++n) client.send(String(n));
      const received = await client.received(19);
      received.forEach((text, i) =>
        assert.ok(text === "x".repeat(2 ** (i + 1)), `message ${i + 1}`),
      );
    });

    scenario(`${transport}: /broadcast reaches every session`, "broadcast", async (ctx) => {
      const clients = [await open(ctx), await open(ctx), await open(ctx)];
      const text = ctx.name(transport);
      clients[1].send(text);
      for (const client of clients) {
        await client.until("the broadcast", () => client.messages.includes(text));
      }
    });

    scenario(`${transport}: /ticker ticks`, "ticker", async (ctx) => {
      const client = await open(ctx);
      assert.deepEqual(await client.received(2), ["tick!", "tick!"]);
    });

    scenario(`${transport}: heartbeats keep the session`, "echo, quick heartbeats", async (ctx) => {
      const client = await open(ctx);
      if (transport !== "websocket") {
        await client.until("three heartbeats", () => client.heartbeats >= 3);
      }
      client.send("still open");
      assert.deepEqual(await client.received(1), ["still open"]);
    });

    scenario(`${transport}: a publication of Thunderpush is an object`, "daemon", async (ctx) => {
      const client = await open(ctx);
      const [user, channel] = [ctx.name("user"), ctx.name("channel")];
      client.send(`CONNECT ${user}:${ctx.app.key}`, `SUBSCRIBE ${channel}`);
      await untilListed(ctx.rest, channel, [user]);
      const body = JSON.stringify({ text: "50 % żółw 🐢 \u2028\uffff", list: [1, null] });
      await ctx.rest.publish(channel, body);
      assert.deepEqual(await client.received(1), [{ payload: body, channel }]);
    });

    scenario(`${transport}: 300 publications in order`, "daemon", async (ctx) => {
      const client = await open(ctx);
      const [user, channel] = [ctx.name("user"), ctx.name("channel")];
      client.send(`CONNECT ${user}:${ctx.app.key}`, `SUBSCRIBE ${channel}`);
      await untilListed(ctx.rest, channel, [user]);
      for (let i = 0; i < 300; ++i) await ctx.rest.publish(channel, String(i));
      const received = await client.received(300);
      assert.deepEqual(
        received.map(({ payload }) => Number(payload)),
        [...Array(300).keys()],
      );
    });

    scenario(`${transport}: a wrong key is 9000`, "daemon", async (ctx) => {
      const client = await open(ctx);
      client.send("CONNECT u:wrong");
      assert.deepEqual(await client.closed(), {
        code: 9000,
        reason: "Invalid API key.",
        wasClean: true,
      });
    });
  }
});

suite("ws", CONCURRENT_CLIENTS, (scenario) => {
  for (const [name, path] of [
    ["raw", "/websocket"],
    ["SockJS", "/000/ws/websocket"],
  ]) {
    const wrap = name === "raw" ? (text) => text : (text) => JSON.stringify([text]);
    const unwrap = name === "raw" ? (text) => [text] : (text) => JSON.parse(text.slice(1));

    scenario(`${name}: every size, all of Unicode, in order`, "echo", async (ctx) => {
      const socket = new WebSocket(`ws://127.0.0.1:${ctx.port}${ctx.prefix}${path}`);
      ctx.connections.push({ destroy: () => socket.terminate() });
      // The empty message is ignored on a raw WebSocket.
      const texts = [
        ...SIZES.slice(1).map((size) => "x".repeat(size)),
        ...ALL_OF_UNICODE,
        ...awkwardStrings(),
      ];
      const received = [];
      const done = new Promise((resolve, reject) => {
        socket.on("message", (data) => {
          const text = data.toString("utf8");
          if (text === "o" && name === "SockJS") return;
          received.push(...unwrap(text));
          if (received.length === texts.length) resolve();
        });
        socket.on("error", reject);
        socket.on("close", (code, reason) => reject(new Error(`closed: ${code} ${reason}`)));
      });
      socket.on("open", () => texts.forEach((text) => socket.send(wrap(text))));
      await within(done, () => `${texts.length} echoes, ${received.length} came`);
      texts.forEach((text, i) => assert.ok(received[i] === text, `echo ${i}`));
    });
  }
});
