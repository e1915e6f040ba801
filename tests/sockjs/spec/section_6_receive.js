// sockjs.md, sections 6.1 to 6.6: receiving over HTTP.
import assert from "node:assert/strict";
import { createContext, runInContext } from "node:vm";

import { requestText } from "../../blackbox/support/raw_http.js";
import { DELETED, GO_AWAY, STILL_OPEN } from "../support/close_frames.js";
import { attached } from "../support/session.js";
import { Answer, strictText } from "../support/answer.js";
import {
  expectAbsent,
  expectCors,
  expectHeader,
  expectNoCache,
  expectStatus,
} from "../support/expect.js";
import { expectHtmlfilePage, htmlfilePage } from "../support/pages.js";
import {
  CALLBACK,
  EVENTSOURCE,
  HTMLFILE,
  JSONP,
  POLLING,
  STREAMING,
  TRANSPORTS,
  XHR,
  XHR_STREAMING,
  each,
} from "../support/transports.js";
import { section } from "./statement.js";

const responses = section("6.1");
const polling = section("6.2");
const streaming = section("6.3");
const eventsource = section("6.4");
const htmlfile = section("6.5");
const callback = section("6.6");

const BOTH = ["echo", "daemon"];
const LIMIT = 4096;

async function startedAnswer(ctx, transport, options) {
  const receiver = await ctx.session().receiver(transport, options);
  await receiver.start();
  return receiver.answer;
}

// The table, column by column.
for (const transport of TRANSPORTS) {
  const { name } = transport;
  responses.add(`${name}: the method is ${transport.method}`, BOTH, async (ctx) => {
    const url = ctx.sessionUrl() + transport.suffix;
    const wrong = transport.method === "GET" ? "POST" : "GET";
    expectStatus(await ctx.request(wrong, url), 405);
    const receiver = await ctx.session().receiver(transport);
    await receiver.expectFrame("o");
  });

  responses.add(`${name}: the Content-Type is ${transport.contentType}`, BOTH, async (ctx) => {
    expectHeader(await startedAnswer(ctx, transport), "content-type", transport.contentType);
  });

  responses.add(
    `${name}: ${transport.cors ? "CORS headers" : "no CORS headers"}`,
    BOTH,
    async (ctx) => {
      const headers = ["Origin: http://example.org"];
      const answer = await startedAnswer(ctx, transport, { headers });
      if (transport.cors) {
        expectCors(answer, "http://example.org");
      } else {
        expectAbsent(answer, "access-control-allow-origin", "access-control-allow-credentials");
      }
    },
  );

  responses.add(
    `${name}: ${transport.streaming ? "its prelude" : "no prelude"}`,
    BOTH,
    async (ctx) => {
      const receiver = await ctx.session().receiver(transport);
      const wire = await receiver.nextWire();
      if (transport.streaming) transport.expectPrelude(strictText(receiver.prelude));
      else assert.equal(strictText(wire), transport.wire("o"));
    },
  );

  responses.add(`${name}: the wrapping of a frame`, BOTH, async (ctx) => {
    const session = ctx.session();
    const receiver = await session.receiver(transport);
    assert.equal(strictText(await receiver.nextWire()), transport.wire("o"));
    const other = ctx.session();
    const next = await attached(other, transport, await other.open(transport));
    await other.push("a b");
    assert.equal(strictText(await next.nextWire()), transport.wire(other.frame("a b")));
  });

  const many = transport.streaming ? "many frames a response" : "exactly one frame a response";
  responses.add(`${name}: ${many}`, BOTH, async (ctx) => {
    const session = ctx.session();
    const first = await session.open(transport);
    for (const text of ["1", "2", "3"]) {
      const receiver = await attached(session, transport, first);
      await session.push(text);
      await receiver.expectFrame(session.frame(text));
      if (!transport.streaming) {
        // The answer is complete: the next one follows on the same connection.
        receiver.connection.write(requestText("GET", ctx.prefix));
        assert.equal((await receiver.connection.readResponse()).text, "Welcome to SockJS!\n");
      }
    }
  });
}

responses.add("all have the no-cache header", BOTH, (ctx) =>
  each(TRANSPORTS, async (transport) => expectNoCache(await startedAnswer(ctx, transport))),
);

responses.add("all have the cookie, if on", ["cookie_needed_echo", "daemon"], (ctx) =>
  each(TRANSPORTS, async (transport) =>
    expectHeader(await startedAnswer(ctx, transport), "set-cookie", "JSESSIONID=dummy; path=/"),
  ),
);

// What a script that arrives does: the callback is called with `frame`.
function runScript(script, name = CALLBACK) {
  const calls = [];
  const [object, member] = name.split(".");
  const sandbox = createContext({ [object]: { [member]: (frame) => calls.push(frame) } });
  runInContext(script, sandbox);
  return calls;
}

const AWKWARD = "\u2028\u2029\"'\\ </x> %20 \u0000\n é🐢";

responses.add("messages are encoded twice for jsonp and htmlfile", ["echo"], (ctx) =>
  each([JSONP, HTMLFILE], async (transport) => {
    const session = ctx.session();
    const receiver = await attached(session, transport, await session.open(transport));
    await session.push('"');
    const wire = strictText(await receiver.nextWire());
    assert.ok(wire.includes(String.raw`("a[\"\\\"\"]")`), wire);
  }),
);

responses.add("U+2028 and U+2029 are escaped in scripts", BOTH, (ctx) =>
  each([JSONP, HTMLFILE], async (transport) => {
    const session = ctx.session();
    const receiver = await attached(session, transport, await session.open(transport));
    await session.push("\u2028\u2029");
    const wire = strictText(await receiver.nextWire());
    assert.doesNotMatch(wire, /[\u2028\u2029]/);
    assert.equal(transport.frameOf(wire).includes("\\u2028\\u2029"), true, wire);
  }),
);

responses.add("jsonp has X-Content-Type-Options: nosniff", BOTH, async (ctx) => {
  expectHeader(await startedAnswer(ctx, JSONP), "x-content-type-options", "nosniff");
});

responses.add("jsonp: the callback gets the frame as a string", BOTH, async (ctx) => {
  const session = ctx.session();
  await session.open(JSONP);
  await session.push(AWKWARD);
  const receiver = await session.receiver(JSONP);
  const [frame] = runScript(strictText(await receiver.nextWire()));
  assert.equal(typeof frame, "string");
  assert.deepEqual(JSON.parse(frame.slice(1)), JSON.parse(session.frame(AWKWARD).slice(1)));
});

responses.add("htmlfile: p gets the frame as a string", BOTH, async (ctx) => {
  const session = ctx.session();
  const receiver = await session.open(HTMLFILE);
  await session.push(AWKWARD);
  const wire = strictText(await receiver.nextWire());
  const script = wire.replace(/^<script>\n/, "").replace(/<\/script>\r\n$/, "");
  const calls = [];
  runInContext(script, createContext({ p: (frame) => calls.push(frame) }));
  assert.deepEqual(JSON.parse(calls[0].slice(1)), JSON.parse(session.frame(AWKWARD).slice(1)));
});

responses.add("the body of a receiving request is ignored", BOTH, async (ctx) => {
  for (const name of ["xhr", "xhr_streaming"]) {
    for (const [lines, body] of [
      [["Content-Length: 4"], '["x"'],
      [["Transfer-Encoding: chunked"], "3\r\nabc\r\n0\r\n\r\n"],
    ]) {
      const session = ctx.session();
      const connection = await ctx.connect();
      connection.write(requestText("POST", `${session.url}/${name}`, { headers: lines, body }));
      const answer = await Answer.begin(connection, "POST");
      expectStatus(answer, 200);
      if (name === "xhr") expectStatus(await answer.complete(), 200, "o\n");
      else assert.ok(await answer.nextChunk());
    }
  }
});

responses.add("a POST without Content-Length has no body", BOTH, async (ctx) => {
  for (const transport of [XHR, XHR_STREAMING]) {
    const connection = await ctx.connect();
    connection.write(requestText("POST", ctx.sessionUrl() + transport.suffix));
    const answer = await Answer.begin(connection, "POST");
    expectStatus(answer, 200);
  }
});

// 6.2

polling.add("what can be sent is sent at once: o", BOTH, (ctx) =>
  each(POLLING, async (transport) => assert.equal(await ctx.session().poll(transport), "o")),
);

polling.add("what can be sent is sent at once: queued messages", BOTH, (ctx) =>
  each(POLLING, async (transport) => {
    const session = ctx.session();
    await session.open(transport);
    await session.push("queued");
    assert.equal(await session.poll(transport), session.frame("queued"));
  }),
);

polling.add("what can be sent is sent at once: a close frame", ["close"], (ctx) =>
  each(POLLING, async (transport) => {
    const session = ctx.session();
    await session.open(transport);
    assert.equal(await session.poll(transport), GO_AWAY);
  }),
);

polling.add("what can be sent is sent at once: 2010", BOTH, (ctx) =>
  each(POLLING, async (transport) => {
    const session = ctx.session();
    await session.open(XHR_STREAMING);
    assert.equal(await session.poll(transport), STILL_OPEN);
  }),
);

polling.add("else a poll waits for a message", BOTH, (ctx) =>
  each(POLLING, async (transport) => {
    const session = ctx.session();
    await session.open(transport);
    const poll = await session.receiver(transport);
    await session.push("waited for");
    await poll.expectFrame(session.frame("waited for"));
  }),
);

polling.add("else a poll waits for the close", ["daemon"], (ctx) =>
  each(POLLING, async (transport) => {
    const session = ctx.session();
    await session.open(transport);
    const poll = await session.receiver(transport);
    expectStatus(await ctx.rest.disconnect(session.user), 204);
    await poll.expectFrame(DELETED);
  }),
);

polling.add(
  "else a poll waits for a heartbeat",
  ["echo, quick heartbeats", "daemon, quick heartbeats"],
  (ctx) =>
    each(POLLING, async (transport) => {
      const session = ctx.session();
      await session.open(transport);
      assert.equal(await session.poll(transport), "h");
    }),
);

polling.add(
  "the first poll of a session brings only o, whatever is queued meanwhile",
  ["close", "ticker"],
  (ctx) =>
    each(POLLING, async (transport) => {
      const receiver = await ctx.session().receiver(transport);
      assert.equal(strictText(await receiver.nextWire()), transport.wire("o"));
    }),
);

// 6.3

streaming.add("headers and prelude come at once, with nothing else to send", BOTH, (ctx) =>
  each(STREAMING, async (transport) => {
    const session = ctx.session();
    await session.open(XHR);
    await (await session.receiver(transport)).start();
  }),
);

streaming.add(
  "headers and prelude come before the session is looked at: also before 2010",
  BOTH,
  async (ctx) => {
    const session = ctx.session();
    await session.open(XHR_STREAMING);
    await each(STREAMING, async (transport) => {
      const second = await session.receiver(transport);
      await second.start();
      await second.expectFrame(STILL_OPEN);
    });
  },
);

streaming.add("frames come as they are, each flushed", BOTH, (ctx) =>
  each(STREAMING, async (transport) => {
    const session = ctx.session();
    const receiver = await session.open(transport);
    for (const text of ["1", "2", "3", "4", "5"]) {
      await session.push(text);
      await receiver.expectFrame(session.frame(text));
    }
  }),
);

streaming.add("HTTP/1.1 responses are chunked", BOTH, (ctx) =>
  each(STREAMING, async (transport) => {
    expectHeader(await startedAnswer(ctx, transport), "transfer-encoding", "chunked");
  }),
);

streaming.add("the prelude is a chunk of its own", BOTH, (ctx) =>
  each(STREAMING, async (transport) => {
    const answer = await startedAnswer(ctx, transport); // start() takes one chunk for the prelude
    assert.equal(strictText(await answer.nextChunk()), transport.wire("o"));
  }),
);

streaming.add("each frame is a chunk of its own", ["close"], (ctx) =>
  each(STREAMING, async (transport) => {
    const receiver = await ctx.session().receiver(transport);
    assert.equal(strictText(await receiver.nextWire()), transport.wire("o"));
    assert.equal(strictText(await receiver.nextWire()), transport.wire(GO_AWAY));
  }),
);

// Pushes texts of `length` characters until the response ends; returns the
// sizes of the frames on the wire, o included.
async function sizesUntilEnd(ctx, transport, length) {
  const session = ctx.session();
  const receiver = await session.open(transport);
  const sizes = [transport.wire("o").length];
  while (sizes.reduce((sum, size) => sum + size) < LIMIT) {
    await session.push("x".repeat(length));
    const wire = await receiver.nextWire("a frame below the limit");
    assert.ok(wire, `${transport.name} ended after ${sizes.length} frames: ${sizes}`);
    sizes.push(wire.length);
  }
  await receiver.expectEnd();
  return sizes;
}

streaming.add(
  "with limit 4096, o and 31 frames of 134 bytes end the response",
  ["echo"],
  async (ctx) => {
    const sizes = await sizesUntilEnd(ctx, XHR_STREAMING, 128);
    assert.deepEqual(sizes, [2, ...Array(31).fill(134)]);
  },
);

streaming.add("the framing counts, the prelude does not", ["echo"], (ctx) =>
  each(STREAMING, async (transport) => {
    const sizes = await sizesUntilEnd(ctx, transport, 100);
    assert.ok(sizes.length > 20, `${transport.name}: ${sizes}`);
  }),
);

streaming.add("the response ends as soon as the count equals the limit", ["echo"], async (ctx) => {
  const session = ctx.session();
  const receiver = await session.open(XHR_STREAMING);
  const first = "x".repeat(LIMIT - "o\n".length - 2 * 'a[""]\n'.length - 1);
  await session.push(first);
  await receiver.expectFrame(session.frame(first));
  await session.push("y");
  await receiver.expectFrame(session.frame("y"));
  await receiver.expectEnd();
});

streaming.add("the response goes on one byte below the limit", ["echo"], async (ctx) => {
  const session = ctx.session();
  const receiver = await session.open(XHR_STREAMING);
  const first = "x".repeat(LIMIT - "o\n".length - 'a[""]\n'.length - 1);
  for (const text of [first, "y"]) {
    await session.push(text);
    await receiver.expectFrame(session.frame(text));
  }
  await receiver.expectEnd();
});

streaming.add("the response ends in the regular way, and the connection stays", ["echo"], (ctx) =>
  each(STREAMING, async (transport) => {
    const session = ctx.session();
    const receiver = await session.open(transport);
    await session.push("x".repeat(LIMIT));
    await receiver.nextFrame();
    await receiver.expectEnd();
    const { connection } = receiver;
    connection.write(requestText("GET", ctx.prefix));
    assert.equal((await connection.readResponse()).text, "Welcome to SockJS!\n");
  }),
);

streaming.add("the session is detached, and the client asks again", ["echo"], (ctx) =>
  each(STREAMING, async (transport) => {
    const session = ctx.session();
    const receiver = await session.open(transport);
    await session.push("x".repeat(LIMIT));
    await receiver.nextFrame();
    await receiver.expectEnd();
    const next = await session.receiver(transport, { connection: receiver.connection });
    await session.push("next");
    await next.expectFrame(session.frame("next"));
  }),
);

streaming.add("the limit never cuts a frame: one may exceed it", ["echo"], (ctx) =>
  each(STREAMING, async (transport) => {
    const session = ctx.session();
    const receiver = await session.open(transport);
    const text = "x".repeat(5 * LIMIT);
    await session.push(text);
    await receiver.expectFrame(session.frame(text));
    await receiver.expectEnd();
  }),
);

streaming.add("each response counts anew", ["echo"], async (ctx) => {
  const session = ctx.session();
  const first = await session.open(XHR_STREAMING);
  await session.push("x".repeat(LIMIT));
  await first.nextFrame();
  await first.expectEnd();
  const second = await session.receiver(XHR_STREAMING);
  for (const text of ["1", "2"]) {
    await session.push(text);
    await second.expectFrame(session.frame(text));
  }
});

streaming.add("after a close frame the response ends", ["close"], (ctx) =>
  each(STREAMING, async (transport) => {
    const receiver = await ctx.session().receiver(transport);
    await receiver.expectFrame("o");
    await receiver.expectFrame(GO_AWAY);
    await receiver.expectEnd();
  }),
);

// 6.4

eventsource.add("a percent sign is %25", ["echo"], async (ctx) => {
  const session = ctx.session();
  const receiver = await session.open(EVENTSOURCE);
  await session.push("100 % %25 %%");
  assert.equal(strictText(await receiver.nextWire()), 'data: a["100 %25 %2525 %25%25"]\r\n\r\n');
});

eventsource.add("a percent sign in Thunderpush's payload is %25", ["daemon"], async (ctx) => {
  const session = ctx.session();
  const receiver = await session.open(EVENTSOURCE);
  await session.push("50 %");
  assert.equal(
    strictText(await receiver.nextWire()),
    'data: a[{"payload":"\\"50 %25\\""}]\r\n\r\n',
  );
});

eventsource.add("line ends and NUL never stand in a frame", ["echo"], async (ctx) => {
  const session = ctx.session();
  const receiver = await session.open(EVENTSOURCE);
  await session.push("\r\n\0");
  const wire = strictText(await receiver.nextWire());
  assert.equal(wire.replace("\\u0000", "\\0"), 'data: a["\\r\\n\\0"]\r\n\r\n');
});

eventsource.add("other bytes are as they are", ["echo"], async (ctx) => {
  const session = ctx.session();
  const receiver = await session.open(EVENTSOURCE);
  const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join("");
  await session.push(ascii);
  const wire = strictText(await receiver.nextWire());
  assert.equal(wire, `data: a${JSON.stringify([ascii]).replace("%", "%25")}\r\n\r\n`);
});

eventsource.add("exactly one blank after data:", BOTH, async (ctx) => {
  const receiver = await ctx.session().receiver(EVENTSOURCE);
  assert.equal(strictText(await receiver.nextWire()), "data: o\r\n\r\n");
});

eventsource.add("no id, event or retry lines", BOTH, async (ctx) => {
  const session = ctx.session();
  const receiver = await session.open(EVENTSOURCE);
  let text = strictText(receiver.prelude);
  for (let i = 0; i < 3; ++i) {
    await session.push(String(i));
    text += strictText(await receiver.nextWire());
  }
  assert.doesNotMatch(text, /^(id|event|retry)/m);
});

// 6.5

async function htmlfilePrelude(ctx, name) {
  const connection = await ctx.connect();
  connection.write(requestText("GET", `${ctx.sessionUrl()}/htmlfile?c=${name}`));
  const answer = await Answer.begin(connection, "GET");
  expectStatus(answer, 200);
  return strictText(await answer.nextChunk());
}

htmlfile.add("the page is a constant apart from the callback", BOTH, async (ctx) => {
  for (const name of ["c", "callback", "_jp.abcdefg", "a-b_c.D9"]) {
    const text = await htmlfilePrelude(ctx, name);
    assert.equal(text.trim(), htmlfilePage(name));
  }
});

htmlfile.add("blanks follow so that the prelude is longer than 1024 bytes", BOTH, async (ctx) => {
  for (const name of ["c", "x".repeat(32)]) {
    const text = await htmlfilePrelude(ctx, name);
    assert.ok(Buffer.byteLength(text) > 1024, `${text.length} bytes`);
    expectHtmlfilePage(text, name);
  }
});

htmlfile.add("the prelude ends with two line ends", BOTH, async (ctx) => {
  assert.match(await htmlfilePrelude(ctx, "callback"), /\r\n\r\n$/);
});

htmlfile.add("all of it is one chunk", BOTH, async (ctx) => {
  const receiver = await ctx.session().receiver(HTMLFILE);
  await receiver.start();
  expectHtmlfilePage(strictText(receiver.prelude), CALLBACK);
  await receiver.expectFrame("o");
});

// 6.6

const WITH_CALLBACK = ["jsonp", "htmlfile"];

async function frameWithCallback(ctx, name, parameter) {
  const connection = await ctx.connect();
  connection.write(requestText("GET", `${ctx.sessionUrl()}/${name}?${parameter}`));
  const answer = await Answer.begin(connection, "GET");
  expectStatus(answer, 200);
  return strictText(name === "jsonp" ? await answer.rest() : await answer.nextChunk());
}

callback.add("a missing callback is 500", BOTH, async (ctx) => {
  for (const name of WITH_CALLBACK) {
    for (const query of ["", "?", "?d=callback", "?C=callback", "?cc=callback"]) {
      const answer = await ctx.request("GET", `${ctx.sessionUrl()}/${name}${query}`);
      expectStatus(answer, 500);
      assert.ok(answer.text.includes('"callback" parameter required'), String(answer));
    }
  }
});

callback.add("an empty callback is 500", BOTH, async (ctx) => {
  for (const name of WITH_CALLBACK) {
    for (const query of ["?c=", "?c", "?c=&t=1"]) {
      const answer = await ctx.request("GET", `${ctx.sessionUrl()}/${name}${query}`);
      expectStatus(answer, 500);
      assert.ok(answer.text.includes('"callback" parameter required'), String(answer));
    }
  }
});

callback.add("any other character in a callback is 500", BOTH, async (ctx) => {
  for (const name of WITH_CALLBACK) {
    for (const value of [
      "%20",
      "*",
      "abc(",
      "abc%28",
      "%3Cscript%3E",
      "a%0D%0Ab",
      "a;b",
      "a+b",
      "%C3%A9",
      "%00",
      "a[0]",
      "alert(1)//",
      "a%22",
      "%FF",
      "a%",
      "%zz",
    ]) {
      const answer = await ctx.request("GET", `${ctx.sessionUrl()}/${name}?c=${value}`);
      expectStatus(answer, 500);
      assert.ok(answer.text.includes('invalid "callback" parameter'), String(answer));
    }
  }
});

callback.add("letters, digits, -, _ and . are permitted", BOTH, async (ctx) => {
  for (const value of ["abcXYZ0123456789", "a-b", "_", "a.b.c", "x".repeat(32)]) {
    assert.equal(await frameWithCallback(ctx, "jsonp", `c=${value}`), `/**/${value}("o");\r\n`);
    expectHtmlfilePage(await frameWithCallback(ctx, "htmlfile", `c=${value}`), value);
  }
});

callback.add("the callback is percent-decoded first", BOTH, async (ctx) => {
  const decoded = await frameWithCallback(ctx, "jsonp", "c=%63allback");
  assert.equal(decoded, '/**/callback("o");\r\n');
  expectHtmlfilePage(await frameWithCallback(ctx, "htmlfile", "c=%63%61llback"), "callback");
});

callback.add("other parameters do not matter", BOTH, async (ctx) => {
  const text = await frameWithCallback(ctx, "jsonp", "t=12.5&c=callback&x=%20");
  assert.equal(text, '/**/callback("o");\r\n');
});

callback.add("neither error creates a session", BOTH, async (ctx) => {
  for (const name of [...WITH_CALLBACK, "jsonp?c=%20", "htmlfile?c=%20"]) {
    const session = ctx.session();
    expectStatus(await ctx.request("GET", `${session.url}/${name}`), 500);
    assert.ok(await session.isUnknown());
  }
});

callback.add("neither error touches a session", BOTH, async (ctx) => {
  const session = ctx.session();
  await session.open(XHR);
  await session.push("kept");
  for (const name of [...WITH_CALLBACK, "jsonp?c=%20", "htmlfile?c=%20"]) {
    expectStatus(await ctx.request("GET", `${session.url}/${name}`), 500);
  }
  assert.equal(await session.poll(), session.frame("kept"));
});

export const statements = [responses, polling, streaming, eventsource, htmlfile, callback].flatMap(
  (one) => one.statements,
);
