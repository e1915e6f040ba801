// sockjs.md, sections 5.1 to 5.3: frames, messages, their encoding.
import assert from "node:assert/strict";

import { GO_AWAY } from "../support/close_frames.js";
import { expectStatus } from "../support/expect.js";
import {
  allOfUnicode,
  charactersFrom,
  ESCAPED_RANGES,
  expectEscaped,
  fullyEscaped,
} from "../support/characters.js";
import { echoesOf } from "../support/echo_line.js";
import { STREAMING, TRANSPORTS, XHR, XHR_STREAMING } from "../support/transports.js";
import { section } from "./statement.js";

const frames = section("5.1");
const messages = section("5.2");
const encoding = section("5.3");

const BOTH = ["echo", "daemon"];

frames.add("o is the first frame of a session", BOTH, async (ctx) => {
  for (const transport of TRANSPORTS) {
    await (await ctx.session().receiver(transport)).expectFrame("o");
  }
  await ctx.websocket();
});

frames.add("o comes exactly once", BOTH, async (ctx) => {
  for (const transport of TRANSPORTS) {
    const session = ctx.session();
    const receiver = await session.open(transport);
    await session.push("1");
    const next = transport.streaming ? receiver : await session.receiver(transport);
    await next.expectFrame(session.frame("1"));
  }
});

frames.add(
  "h is a heartbeat",
  ["echo, quick heartbeats", "daemon, quick heartbeats"],
  async (ctx) => {
    for (const transport of [XHR, XHR_STREAMING]) {
      const session = ctx.session();
      const receiver = await session.open(transport);
      const next = transport.streaming ? receiver : await session.receiver(transport);
      await next.expectFrame("h");
    }
  },
);

frames.add("a[m1,m2,…] is one or more messages, without blanks", BOTH, async (ctx) => {
  const session = ctx.session();
  await session.open(XHR);
  await session.push("a b");
  await session.push("c");
  assert.equal(await session.poll(), session.frame("a b", "c"));
});

frames.add('c[code,"reason"] closes the session, without blanks', ["close"], async (ctx) => {
  const session = ctx.session();
  await session.open(XHR);
  assert.equal(await session.poll(), GO_AWAY);
});

frames.add("a close frame is the last one of its response", ["close"], async (ctx) => {
  for (const transport of STREAMING) {
    const receiver = await ctx.session().receiver(transport);
    await receiver.expectFrame("o");
    await receiver.expectFrame(GO_AWAY);
    await receiver.expectEnd();
  }
});

frames.add("each element is a JSON string in plain SockJS", ["echo"], async (ctx) => {
  const session = ctx.session();
  await session.open(XHR);
  await session.send("1", "{}", "[]", "null", "");
  assert.equal(await session.poll(), 'a["1","{}","[]","null",""]');
});

frames.add(
  "an element may be any JSON value: Thunderpush sends objects",
  ["daemon"],
  async (ctx) => {
    const session = ctx.session();
    await session.open(XHR);
    const channel = ctx.name("channel");
    await session.send(`SUBSCRIBE ${channel}`);
    await ctx.rest.publish(channel, '"Hello World!"');
    const element = `{"payload":"\\"Hello World!\\"","channel":"${channel}"}`;
    assert.equal(await session.poll(), `a[${element}]`);
  },
);

messages.add("a send request is a JSON array of strings", ["echo"], async (ctx) => {
  for (const suffix of ["/xhr_send", "/jsonp_send"]) {
    const session = ctx.session();
    await session.open(XHR);
    await session.post('["one","two", "three" ]', { suffix });
    assert.equal(await session.poll(), 'a["one","two","three"]');
  }
});

messages.add("a WebSocket message is a JSON array of strings", ["echo"], async (ctx) => {
  const client = await ctx.websocket();
  client.sendText('["one", "two"]');
  const received = [];
  while (received.length < 2) received.push(...JSON.parse((await client.readText()).slice(1)));
  assert.deepEqual(received, ["one", "two"]);
});

messages.add("a WebSocket message may be one bare JSON string", ["echo"], async (ctx) => {
  const client = await ctx.websocket();
  client.sendText('"one"');
  assert.equal(await client.readText(), 'a["one"]');
});

messages.add("an empty array is valid and does nothing", ["echo"], async (ctx) => {
  for (const [suffix, status] of [
    ["/xhr_send", 204],
    ["/jsonp_send", 200],
  ]) {
    const session = ctx.session();
    await session.open(XHR);
    expectStatus(await session.post("[]", { suffix }), status);
    await session.send("next");
    assert.equal(await session.poll(), 'a["next"]');
  }
  const client = await ctx.websocket();
  client.sendText("[]");
  client.sendText('["next"]');
  assert.equal(await client.readText(), 'a["next"]');
});

// The text comes back as it was, on every transport; `check` looks at the raw
// JSON that brought it.
async function expectEcho(ctx, text, check = () => {}, json = JSON.stringify([text])) {
  for (const { name, raw, values } of await echoesOf(ctx, json, 1)) {
    assert.deepEqual(values, [text], name);
    check(raw, name);
  }
}

for (const [first, last] of ESCAPED_RANGES) {
  const hex = (code) => code.toString(16).toUpperCase().padStart(4, "0");
  encoding.add(`U+${hex(first)} to U+${hex(last)} are escaped, in lower case`, ["echo"], (ctx) => {
    const text = charactersFrom(first, last);
    return expectEcho(ctx, text, (raw, name) => expectEscaped(raw, text, name));
  });
}

encoding.add("line feed and carriage return have their short escapes", ["echo"], (ctx) =>
  expectEcho(ctx, "\n\r", (raw, name) => assert.equal(raw, '["\\n\\r"]', name)),
);

encoding.add("tab, backspace and form feed have their short escapes", ["echo"], (ctx) =>
  expectEcho(ctx, "\t\b\f", (raw, name) => assert.equal(raw, '["\\t\\b\\f"]', name)),
);

encoding.add("quotation mark and backslash have their short escapes", ["echo"], (ctx) =>
  expectEcho(ctx, '"\\', (raw, name) => assert.equal(raw, '["\\"\\\\"]', name)),
);

encoding.add(
  "the neighbours of the awkward ranges arrive, and all the rest of the BMP",
  ["echo"],
  async (ctx) => {
    for (const text of allOfUnicode()) {
      if (text.codePointAt(0) < 0x10000) await expectEcho(ctx, text);
    }
  },
);

encoding.add("characters above U+FFFF arrive, raw or as a pair of escapes", ["echo"], (ctx) => {
  const text = "\u{10000}\u{1F422}\u{1FFFE}\u{2FFFF}\u{E0001}\u{FFFFF}\u{100000}\u{10FFFF}";
  return expectEcho(ctx, text, (raw, name) => {
    for (const character of text) {
      const pair = fullyEscaped(character).slice(1, -1);
      assert.ok(raw.includes(character) || raw.includes(pair), `${name}: ${pair}`);
    }
  });
});

encoding.add("Thunderpush's payloads are escaped in the same way", ["daemon"], async (ctx) => {
  const awkward = ESCAPED_RANGES.slice(1)
    .map(([first, last]) => charactersFrom(first, last))
    .join("");
  const body = ` \t\r\n"${awkward}\\u0000\\ud800 żółw 🐢"\n`;
  for (const transport of TRANSPORTS) {
    const session = ctx.session();
    const receiver = await session.open(transport);
    const answer = await ctx.rest.tell(session.user, body);
    expectStatus(answer, 200, '{"count": 1}\n');
    const next = transport.streaming ? receiver : await session.receiver(transport);
    const frame = await next.nextFrame();
    assert.deepEqual(JSON.parse(frame.slice(1)), [{ payload: body }], transport.name);
    expectEscaped(frame, `${awkward}\t\r\n`, transport.name);
  }
});

encoding.add("every outgoing byte belongs to valid UTF-8", ["echo"], (ctx) =>
  // The readers decode strictly: an encoded surrogate would be an error.
  expectEcho(ctx, "é ż 漢 🐢 \u{10FFFF} \ud7ff\ue000"),
);

encoding.add("incoming: all short escapes", ["echo"], (ctx) =>
  expectEcho(ctx, '"\\/\b\f\n\r\t', undefined, String.raw`["\"\\\/\b\f\n\r\t"]`),
);

encoding.add("incoming: \\uXXXX with digits in either case", ["echo"], (ctx) =>
  expectEcho(
    ctx,
    "\u00e9\u00ea\uabcd\uabcd\uAbCd",
    undefined,
    String.raw`["\u00e9\u00EA\uabcd\uABCD\uAbCd"]`,
  ),
);

encoding.add("incoming: surrogate pairs are joined", ["echo"], (ctx) =>
  expectEcho(
    ctx,
    "\u{1F422}\u{10000}\u{10FFFF}",
    undefined,
    String.raw`["\ud83d\udc22\uD800\uDC00\udbff\udfff"]`,
  ),
);

encoding.add("incoming: clients may escape every character", ["echo"], (ctx) => {
  const text =
    charactersFrom(0, 0x2ff) +
    charactersFrom(0x2000, 0x20ff) +
    charactersFrom(0xff00, 0xffff) +
    "🐢";
  return expectEcho(ctx, text, undefined, `[${fullyEscaped(text)}]`);
});

encoding.add("incoming: raw UTF-8 of one to four bytes", ["echo"], (ctx) =>
  expectEcho(ctx, "a\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}"),
);

for (const [what, escapes] of [
  [
    "a lone high surrogate",
    ["\\ud800", "\\udbff", "\\ud800\\ud800", "\\ud800x", "\\ud800\\u0041", "\\ud800\\n"],
  ],
  ["a lone low surrogate", ["\\udc00", "\\udfff", "x\\udc00", "\\udc00\\udc00", "\\udc00\\ud800"]],
]) {
  encoding.add(
    `${what} comes back escaped or as U+FFFD, and the session lives`,
    ["echo"],
    async (ctx) => {
      const json = `[${escapes.map((escape) => `"${escape}"`).join(",")}]`;
      for (const { name, values } of await echoesOf(ctx, json, escapes.length)) {
        JSON.parse(json).forEach((sent, i) => {
          const replaced = sent.replace(/[\ud800-\udfff]/g, "\ufffd");
          assert.ok([sent, replaced].includes(values[i]), `${name}: ${escapes[i]}`);
        });
      }
    },
  );
}

export const statements = [frames, messages, encoding].flatMap((one) => one.statements);
