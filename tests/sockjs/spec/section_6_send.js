// sockjs.md, sections 6.7 and 6.8: sending over HTTP.
import assert from "node:assert/strict";

import { requestText } from "../../blackbox/support/raw_http.js";
import { Answer } from "../support/answer.js";
import {
  expectAbsent,
  expectCors,
  expectHeader,
  expectNoCache,
  expectStatus,
  PLAIN_TYPE,
} from "../support/expect.js";
import { XHR, XHR_STREAMING } from "../support/transports.js";
import { section } from "./statement.js";

const xhr = section("6.7");
const jsonp = section("6.8");

const BOTH = ["echo", "daemon"];
const PAYLOAD = "Payload expected.";
const BROKEN = "Broken JSON encoding.";
const FORM = "application/x-www-form-urlencoded";

const FAULTS = [
  ["an empty body", "", PAYLOAD],
  ["a body that is not JSON", '["x', BROKEN],
];
const NOT_JSON = [
  "[",
  '["x"',
  '["x",]',
  "['x']",
  "[x]",
  "x",
  '["x"]x',
  '["\\x"]',
  '["\\ud8"]',
  '["\n"]',
  "[NaN]",
];
const NO_ARRAY = ["{}", '{"0":"x"}', '"x"', "1", "null", "true", "false"];
const NO_STRINGS = [
  "[1]",
  "[null]",
  "[true]",
  "[{}]",
  "[[]]",
  '[["x"]]',
  '["x",1]',
  '["x",null,"y"]',
];

async function openSession(ctx) {
  const session = ctx.session();
  await session.open(XHR);
  return session;
}

// The session works, and nothing but `texts` has been delivered.
async function expectUntouched(session, ...texts) {
  await session.push("next");
  assert.equal(await session.poll(), session.frame(...texts, "next"));
}

xhr.add("unknown session: 404", BOTH, async (ctx) => {
  for (const body of ['["x"]', "", "["]) {
    expectStatus(await ctx.session().post(body), 404);
  }
});

xhr.add("empty body: 500, Payload expected.", BOTH, async (ctx) => {
  const answer = await (await openSession(ctx)).post("");
  expectStatus(answer, 500);
  assert.ok(answer.text.includes(PAYLOAD), String(answer));
});

xhr.add("body is not JSON: 500, Broken JSON encoding.", BOTH, async (ctx) => {
  const session = await openSession(ctx);
  for (const body of NOT_JSON) {
    const answer = await session.post(body);
    expectStatus(answer, 500);
    assert.ok(answer.text.includes(BROKEN), `${body}: ${answer}`);
  }
});

xhr.add("a body that is not UTF-8 is not JSON", BOTH, async (ctx) => {
  const session = await openSession(ctx);
  for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
    const body = Buffer.concat([Buffer.from('["'), Buffer.from(bytes), Buffer.from('"]')]);
    const answer = await session.post(body);
    expectStatus(answer, 500);
    assert.ok(answer.text.includes(BROKEN), String(answer));
  }
  await expectUntouched(session);
});

xhr.add("JSON but not an array: 500, Payload expected.", BOTH, async (ctx) => {
  const session = await openSession(ctx);
  for (const body of NO_ARRAY) {
    const answer = await session.post(body);
    expectStatus(answer, 500);
    assert.ok(answer.text.includes(PAYLOAD), `${body}: ${answer}`);
  }
});

xhr.add("an array: 204, no body", BOTH, async (ctx) => {
  const session = await openSession(ctx);
  for (const body of ['["x"]', "[]", ' [ "x" , "y" ] \n']) {
    const answer = await session.post(body);
    expectStatus(answer, 204, "");
    expectAbsent(answer, "transfer-encoding");
    assert.ok([undefined, "0"].includes(answer.length), String(answer));
  }
});

xhr.add("messages are delivered in order, before the answer", ["echo"], async (ctx) => {
  const session = await openSession(ctx);
  await session.send("1", "2", "3");
  await session.send("4");
  assert.equal(await session.poll(), 'a["1","2","3","4"]');
});

xhr.add("commands are carried out in order, before the answer", ["daemon"], async (ctx) => {
  const session = ctx.session();
  assert.equal(await session.poll(), "o");
  const [user, channel] = [ctx.name("user"), ctx.name("channel")];
  await session.send(`CONNECT ${user}:${ctx.app.key}`, "SUBSCRIBE other", `SUBSCRIBE ${channel}`);
  assert.deepEqual((await ctx.rest.user(user)).json, { online: true });
  assert.deepEqual((await ctx.rest.channel(channel)).json, { users: [user] });
});

xhr.add("the Content-Type does not matter, nor whether there is one", ["echo"], async (ctx) => {
  const session = await openSession(ctx);
  const types = [
    "text/plain",
    "text/plain;charset=UTF-8",
    "T",
    "application/json",
    FORM,
    "application/xml",
    "text/xml; charset=utf-8",
    "image/png",
    "",
  ];
  for (const type of types) {
    expectStatus(
      await session.post(JSON.stringify([type]), { headers: [`Content-Type: ${type}`] }),
      204,
    );
  }
  expectStatus(await session.post('["none"]'), 204);
  assert.equal(await session.poll(), `a${JSON.stringify([...types, "none"])}`);
});

xhr.add("chunked request bodies", ["echo"], async (ctx) => {
  const session = await openSession(ctx);
  const body = Buffer.from('["one","dwa żółwie"]');
  const chunks = [body.subarray(0, 1), body.subarray(1, 11), body.subarray(11)];
  const connection = await ctx.connect();
  connection.write(
    requestText("POST", `${session.url}/xhr_send`, { headers: ["Transfer-Encoding: chunked"] }),
  );
  for (const chunk of chunks) {
    connection.write(`${chunk.length.toString(16)}\r\n`);
    connection.write(chunk);
    connection.write("\r\n");
  }
  connection.write("0\r\n\r\n");
  expectStatus(await (await Answer.begin(connection, "POST")).complete(), 204, "");
  assert.equal(await session.poll(), 'a["one","dwa żółwie"]');
});

xhr.add("an element that is not a string: 500, the whole request is refused", BOTH, async (ctx) => {
  const session = await openSession(ctx);
  for (const body of NO_STRINGS) expectStatus(await session.post(body), 500);
  await expectUntouched(session);
});

// [status, answer] of each outcome of a send.
async function* outcomes(ctx, headers) {
  yield [404, await ctx.session().post('["x"]', { headers })];
  const session = await openSession(ctx);
  for (const [, body] of FAULTS) yield [500, await session.post(body, { headers })];
  for (const body of ["{}", "[1]"]) yield [500, await session.post(body, { headers })];
  yield [204, await session.post('["x"]', { headers })];
}

xhr.add("all answers have CORS headers", BOTH, async (ctx) => {
  for await (const [status, answer] of outcomes(ctx, ["Origin: http://example.org"])) {
    expectStatus(answer, status);
    expectCors(answer, "http://example.org");
  }
});

xhr.add("all answers are no-cache", BOTH, async (ctx) => {
  for await (const [status, answer] of outcomes(ctx, [])) {
    expectStatus(answer, status);
    expectNoCache(answer);
  }
});

xhr.add("all answers have the cookie, if on", ["cookie_needed_echo", "daemon"], async (ctx) => {
  for await (const [status, answer] of outcomes(ctx, ["Cookie: JSESSIONID=abc"])) {
    expectStatus(answer, status);
    expectHeader(answer, "set-cookie", "JSESSIONID=abc; path=/");
  }
});

xhr.add("all answers are text/plain in UTF-8, also the 204", BOTH, async (ctx) => {
  for await (const [status, answer] of outcomes(ctx, [])) {
    expectStatus(answer, status);
    expectHeader(answer, "content-type", PLAIN_TYPE);
  }
});

xhr.add(
  "an error does not close the session: the next correct send works",
  ["echo"],
  async (ctx) => {
    const session = await openSession(ctx);
    for (const body of ["", NOT_JSON[0], NO_ARRAY[0], NO_STRINGS[0]]) {
      expectStatus(await session.post(body), 500);
      await session.send("works");
      assert.equal(await session.poll(), 'a["works"]');
    }
  },
);

xhr.add("an error leaves an attached receiver alone", ["echo"], async (ctx) => {
  const session = ctx.session();
  const receiver = await session.open(XHR_STREAMING);
  for (const body of ["", "[", "{}", "[1]"]) expectStatus(await session.post(body), 500);
  await session.send("works");
  await receiver.expectFrame('a["works"]');
});

// 6.8

const send = (session, body, headers = []) =>
  session.post(body, { suffix: "/jsonp_send", headers });
const sendForm = (session, body, type = FORM) => send(session, body, [`Content-Type: ${type}`]);

jsonp.add("unknown session: 404", BOTH, async (ctx) => {
  expectStatus(await send(ctx.session(), '["x"]'), 404);
  expectStatus(await sendForm(ctx.session(), "d=%5B%22x%22%5D"), 404);
});

jsonp.add("a form: the JSON is in field d, percent-decoded", ["echo"], async (ctx) => {
  const session = await openSession(ctx);
  expectStatus(await sendForm(session, `d=${encodeURIComponent('["dwa żółwie 🐢 %+&="]')}`), 200);
  const frame = await session.poll();
  assert.deepEqual(JSON.parse(frame.slice(1)), ["dwa żółwie 🐢 %+&="]);
});

jsonp.add("a form: + is a blank", ["echo"], async (ctx) => {
  const session = await openSession(ctx);
  expectStatus(await sendForm(session, "d=%5B%22a+b%2Bc%22%5D"), 200);
  assert.equal(await session.poll(), 'a["a b+c"]');
});

jsonp.add("a form: raw characters stand for themselves", ["echo"], async (ctx) => {
  const session = await openSession(ctx);
  expectStatus(await sendForm(session, 'd=["ż"]'), 200);
  assert.equal(await session.poll(), 'a["ż"]');
});

jsonp.add("a form: the type may have parameters", ["echo"], async (ctx) => {
  for (const parameters of ["; charset=UTF-8", ";charset=utf-8", ' ; charset="utf-8"']) {
    const session = await openSession(ctx);
    expectStatus(await sendForm(session, "d=%5B%22x%22%5D", FORM + parameters), 200);
    assert.equal(await session.poll(), 'a["x"]');
  }
});

jsonp.add("a form: d may be one field of several", ["echo"], async (ctx) => {
  for (const body of [
    "i=1&d=%5B%22x%22%5D",
    "d=%5B%22x%22%5D&i=1",
    "dd=1&xd=2&d=%5B%22x%22%5D&=3",
  ]) {
    const session = await openSession(ctx);
    expectStatus(await sendForm(session, body), 200);
    assert.equal(await session.poll(), 'a["x"]');
  }
});

jsonp.add(
  "a form without field d, or with an empty one: 500, Payload expected.",
  BOTH,
  async (ctx) => {
    const session = await openSession(ctx);
    for (const body of ["", "d", "d=", "x=1", "D=%5B%5D", "&&", "d=&x=%5B%5D", '["x"]']) {
      const answer = await sendForm(session, body);
      expectStatus(answer, 500);
      assert.ok(answer.text.includes(PAYLOAD), `${body}: ${answer}`);
    }
  },
);

jsonp.add("any other or no content type: the body itself is the JSON", ["echo"], async (ctx) => {
  const session = await openSession(ctx);
  expectStatus(await send(session, '["none"]'), 200);
  for (const type of ["text/plain", "application/json", "image/png", "text/plain; charset=UTF-8"]) {
    expectStatus(await send(session, JSON.stringify([type]), [`Content-Type: ${type}`]), 200);
  }
  assert.equal(
    await session.poll(),
    'a["none","text/plain","application/json","image/png","text/plain; charset=UTF-8"]',
  );
});

jsonp.add(
  "which is not decoded: %61 stays three characters, + a plus sign",
  ["echo"],
  async (ctx) => {
    const session = await openSession(ctx);
    expectStatus(await send(session, '["%61+"]', ["Content-Type: text/plain"]), 200);
    expectStatus(await send(session, '["%61+"]'), 200);
    assert.equal(await session.poll(), 'a["%61+","%61+"]');
  },
);

jsonp.add("success is 200 with body ok, text/plain in UTF-8", BOTH, async (ctx) => {
  const session = await openSession(ctx);
  for (const answer of [await send(session, '["x"]'), await sendForm(session, "d=%5B%5D")]) {
    expectStatus(answer, 200, "ok");
    assert.equal(answer.bytes.length, 2);
    expectHeader(answer, "content-type", PLAIN_TYPE);
  }
});

jsonp.add("empty body: 500, Payload expected.", BOTH, async (ctx) => {
  const answer = await send(await openSession(ctx), "");
  expectStatus(answer, 500);
  assert.ok(answer.text.includes(PAYLOAD), String(answer));
});

jsonp.add("broken JSON: 500, Broken JSON encoding.", BOTH, async (ctx) => {
  const session = await openSession(ctx);
  for (const body of NOT_JSON) {
    for (const answer of [
      await send(session, body),
      await sendForm(session, `d=${encodeURIComponent(body)}`),
    ]) {
      expectStatus(answer, 500);
      assert.ok(answer.text.includes(BROKEN), `${body}: ${answer}`);
    }
  }
});

jsonp.add("JSON but not an array: 500, Payload expected.", BOTH, async (ctx) => {
  const session = await openSession(ctx);
  for (const body of NO_ARRAY) {
    for (const answer of [
      await send(session, body),
      await sendForm(session, `d=${encodeURIComponent(body)}`),
    ]) {
      expectStatus(answer, 500);
      assert.ok(answer.text.includes(PAYLOAD), `${body}: ${answer}`);
    }
  }
});

jsonp.add("a form whose field is not UTF-8 when decoded: 500", BOTH, async (ctx) => {
  const session = await openSession(ctx);
  expectStatus(await sendForm(session, "d=%5B%22%FF%22%5D"), 500);
  await expectUntouched(session);
});

jsonp.add(
  "an element that is not a string: 500, the whole request is refused",
  BOTH,
  async (ctx) => {
    const session = await openSession(ctx);
    for (const body of NO_STRINGS) expectStatus(await send(session, body), 500);
    await expectUntouched(session);
  },
);

jsonp.add("messages are delivered in order, before the answer", ["echo"], async (ctx) => {
  const session = await openSession(ctx);
  expectStatus(await send(session, '["1","2"]'), 200);
  expectStatus(await sendForm(session, `d=${encodeURIComponent('["3"]')}`), 200);
  assert.equal(await session.poll(), 'a["1","2","3"]');
});

jsonp.add(
  "all answers are no-cache and have the cookie, if on",
  ["echo", "cookie_needed_echo", "daemon"],
  async (ctx) => {
    const session = await openSession(ctx);
    const headers = ["Cookie: JSESSIONID=abc"];
    for (const [target, body, status] of [
      [ctx.session(), '["x"]', 404],
      [session, "", 500],
      [session, "[", 500],
      [session, "[]", 200],
    ]) {
      const answer = await send(target, body, headers);
      expectStatus(answer, status);
      expectNoCache(answer);
      if (ctx.target.cookie) expectHeader(answer, "set-cookie", "JSESSIONID=abc; path=/");
      else expectAbsent(answer, "set-cookie");
    }
  },
);

jsonp.add(
  "an error does not close the session: the next correct send works",
  ["echo"],
  async (ctx) => {
    const session = await openSession(ctx);
    for (const body of ["", NOT_JSON[0], NO_ARRAY[0], NO_STRINGS[0]]) {
      expectStatus(await send(session, body), 500);
      expectStatus(await send(session, '["works"]'), 200);
      assert.equal(await session.poll(), 'a["works"]');
    }
  },
);

export const statements = [xhr, jsonp].flatMap((one) => one.statements);
