// thunderpush.md, section 2: the HTTP API.
import assert from "node:assert/strict";

import {
  expectAnswer,
  expectCors,
  expectJsonError,
  expectStatusIn,
  JSON_TYPE,
  listOf,
  NOT_JSON,
  untilOnline,
  WRONG_SECRET,
} from "../support/expect.js";
import { eventually } from "../support/deadline.js";
import { requestText } from "../support/raw_http.js";
import { startWithArguments, withServer } from "../support/server.js";
import { request } from "../support/rest.js";
import { withOwnServer } from "../support/suite.js";
import { section } from "./row.js";

const { rows, add } = section(2);
export { rows };

// --- Requests -------------------------------------------------------------

add("Requests", "GET users/ counts distinct user ids online", async (ctx) => {
  const rest = ctx.rest("census");
  await eventually("no user of earlier tests to be left", async () => {
    expectAnswer(await rest.users(), 200, '{"count": 0}\n');
  });
  await ctx.subscriber({ app: "census", user: "one" });
  await ctx.subscriber({ app: "census", user: "one" });
  await ctx.subscriber({ app: "census", user: "two" });
  expectAnswer(await rest.users(), 200, '{"count": 2}\n');
});

add("Requests", "GET users/U/ tells whether a user is online", async (ctx) => {
  const client = await ctx.subscriber();
  const rest = ctx.rest();
  expectAnswer(await rest.user(client.user), 200, '{"online": true}\n');
  expectAnswer(await rest.user("nobody"), 200, '{"online": false}\n');
});

add("Requests", "POST users/U/ counts the connections of the user", async (ctx) => {
  const user = ctx.name("user");
  const first = await ctx.subscriber({ user });
  const second = await ctx.subscriber({ user });
  const rest = ctx.rest();
  expectAnswer(await rest.tell(user, "1"), 200, '{"count": 2}\n');
  assert.deepEqual(await first.nextMessage(), { payload: "1" });
  assert.deepEqual(await second.nextMessage(), { payload: "1" });
  expectAnswer(await rest.tell("nobody", "1"), 200, '{"count": 0}\n');
});

add("Requests", "DELETE users/U/ closes all connections with 9002, 204", async (ctx) => {
  const user = ctx.name("user");
  const clients = [];
  for (let i = 0; i < 3; ++i) clients.push(await ctx.subscriber({ user }));
  const rest = ctx.rest();
  expectAnswer(await rest.disconnect(user), 204, "");
  for (const client of clients) {
    assert.equal(
      await client.nextFrame("the close frame"),
      'c[9002,"Server closed the connection (intentionally)."]',
    );
    await client.closed();
  }
  expectAnswer(await rest.disconnect("nobody"), 204, "");
});

add("Requests", "GET channels/C/ lists one entry for each connection", async (ctx) => {
  const channel = ctx.name("channel");
  const rest = ctx.rest();
  expectAnswer(await rest.channel(channel), 200, '{"users": []}\n');
  const first = await ctx.subscriber({ channels: [channel] });
  expectAnswer(await rest.channel(channel), 200, `{"users": ["${first.user}"]}\n`);
  const second = await ctx.subscriber({ channels: [channel] });
  await ctx.subscriber({ user: first.user, channels: [channel] });
  const answer = await rest.channel(channel);
  assert.match(answer.text, /^\{"users": \["[^"]*", "[^"]*", "[^"]*"\]\}\n$/, "blanks after , and :");
  assert.deepEqual(
    answer.json.users.sort(),
    [first.user, first.user, second.user].sort(),
  );
});

add("Requests", "POST channels/C/ counts the subscribed connections", async (ctx) => {
  const channel = ctx.name("channel");
  const rest = ctx.rest();
  expectAnswer(await rest.publish(channel, "1"), 200, '{"count": 0}\n');
  const user = ctx.name("user");
  await ctx.subscriber({ user, channels: [channel] });
  await ctx.subscriber({ user, channels: [channel] });
  expectAnswer(await rest.publish(channel, "1"), 200, '{"count": 2}\n');
});

add("Requests", "OPTIONS on any of these answers 200 and nothing", async (ctx) => {
  for (const path of ["/users/", "/users/u/", "/channels/c/"]) {
    const answer = await ctx.rest().request("OPTIONS", path);
    expectStatusIn(answer, [200, 204]);
    assert.equal(answer.text, "", String(answer));
  }
});

// --- Errors ---------------------------------------------------------------

add("Errors", "unknown key, missing or wrong secret", async (ctx) => {
  const rest = ctx.rest();
  const tries = [
    { key: "unknown" },
    { secret: null },
    { secret: "wrong" },
    { secret: "" },
    { secret: rest.secret.slice(0, -1) },
    { secret: `${rest.secret}x` },
    { secret: rest.secret.toUpperCase() },
    { secret: ctx.rest("second").secret },
    { key: ctx.rest("second").key },
  ];
  const requests = [
    ["GET", "/users/"],
    ["GET", "/users/u/"],
    ["DELETE", "/users/u/"],
    ["GET", "/channels/c/"],
    // Checked before the body, so a broken one makes no difference.
    ["POST", "/users/u/", "not json"],
    ["POST", "/channels/c/", "not json"],
  ];
  for (const wrong of tries) {
    for (const [method, path, body] of requests) {
      expectAnswer(await rest.request(method, path, { body, ...wrong }), 401, WRONG_SECRET);
    }
  }
});

async function expectRefusedBodies(ctx, bodies) {
  const rest = ctx.rest();
  for (const body of bodies) {
    const shown = JSON.stringify(Buffer.from(body).toString("latin1"));
    for (const path of ["/channels/c/", "/users/u/"]) {
      const answer = await rest.request("POST", path, { body });
      assert.equal(answer.status, 400, `body ${shown}: ${answer}`);
      assert.equal(answer.text, NOT_JSON, `answer to the body ${shown}`);
    }
  }
}

add("Errors", "body empty, only white space, or not JSON", async (ctx) => {
  await expectRefusedBodies(ctx, [
    "", " ", "\n", " \t\r\n ", "x", "hello", '"open', "[1", '{"a":}', '{"a"}',
    "{1:2}", "tru", "True", "nul", "undefined", "[", "]", "{", "}", ",", ":",
    '"\\x41"', '"\\u12"', '"\\uZZZZ"', "1 e5", "--1", "-", "0x10", "1e", "1e+",
  ]);
});

add("Errors", "NaN, Infinity and -Infinity anywhere in the body", async (ctx) => {
  await expectRefusedBodies(ctx, [
    "NaN", "Infinity", "-Infinity", "[NaN]", '{"a":Infinity}', '{"a":[1,-Infinity]}', "-NaN", "Inf",
  ]);
});

add("Errors", "body not UTF-8, raw control characters, trailing text, comments and other near-JSON", async (ctx) => {
  await expectRefusedBodies(ctx, [
    Buffer.from([0x22, 0xff, 0x22]),
    Buffer.from([0x22, 0xc3, 0x22]),
    Buffer.from([0x22, 0x80, 0x22]),
    Buffer.from([0x22, 0xc0, 0xaf, 0x22]), // an overlong slash
    Buffer.from([0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]), // above U+10FFFF
    '"a\nb"', '"a\tb"', '"a\u0001b"', '"a\u0000b"', '{"a\nb":1}',
    "1 2", "[1] x", '"a""b"', "{}{}", "1,", "null null",
    "/* a */ 1", "1 // a", "# a\n1", "'a'", "{'a':1}", "{a:1}",
    "01", "-01", "[007]", "1.", ".5", "-.5", "1.e5", "+1", "[1,]", '{"a":1,}', "[,1]",
  ]);
});

add("Errors", "UTF-8 encoded surrogate in the body", async (ctx) => {
  await expectRefusedBodies(ctx, [
    Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
    Buffer.from([0x22, 0xed, 0xbf, 0xbf, 0x22]),
    Buffer.from([0x22, 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80, 0x22]),
  ]);
});

add("Errors", "lone surrogate escape, duplicate names, 1e999, very long numbers, white space around: passed on as text", async (ctx) => {
  const channel = ctx.name("channel");
  const client = await ctx.subscriber({ channels: [channel] });
  const bodies = [
    '"\\ud800"',
    '"a\\uDBFFb"',
    '{"a":1,"a":2}',
    "1e999",
    "-1E+999",
    "1e-999",
    "9".repeat(5000),
    `0.${"3".repeat(5000)}`,
    ' \t\r\n {"a" : [ 1 , 2 ] } \r\n\t ',
    "-0",
  ];
  for (const body of bodies) {
    const answer = await ctx.rest().publish(channel, body);
    assert.equal(answer.status, 200, `body ${body.slice(0, 40)}: ${answer}`);
    assert.deepEqual(await client.nextMessage(), { payload: body, channel });
  }
});

add("Errors", "UTF-8 byte order mark before the JSON", async (ctx) => {
  expectStatusIn(await ctx.rest().publish("c", "\ufeff1"), [400, 200]);
});

add("Errors", "nesting of 100,000 levels does not crash", async (ctx) => {
  const levels = 100_000;
  const bodies = [
    "[".repeat(levels) + "]".repeat(levels),
    "[".repeat(levels),
    '{"a":'.repeat(levels) + "1" + "}".repeat(levels),
  ];
  for (const body of bodies) {
    const answer = await ctx.rest().publish("c", body);
    expectStatusIn(answer, [400, 200]);
    expectAnswer(await ctx.rest().channel("c"), 200);
  }
});

add("Errors", "method the path does not have is 405 with Allow", async (ctx) => {
  const rest = ctx.rest();
  const allowed = {
    "/users/": ["get"],
    "/users/u/": ["delete", "get", "post"],
    "/channels/c/": ["get", "post"],
  };
  for (const [path, methods] of Object.entries(allowed)) {
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      if (methods.includes(method.toLowerCase())) continue;
      const body = method === "DELETE" ? undefined : "1";
      const answer = await rest.request(method, path, { body });
      expectAnswer(answer, 405);
      const listed = listOf(answer.headers.allow).filter(
        (item) => item !== "options" && item !== "head",
      );
      assert.deepEqual(listed, methods, `Allow of ${answer}`);
    }
    const head = await rest.request("HEAD", path);
    expectStatusIn(head, [405, 200]);
    assert.equal(head.text, "");
  }
});

add("Errors", "unknown path, missing final slash, other version, empty name or key, ping, events", async (ctx) => {
  const { key, secret } = ctx.rest();
  const headers = { "X-Thunder-Secret-Key": secret };
  const paths = [
    `/api/1.0.0/${key}`,
    `/api/1.0.0/${key}/`,
    `/api/1.0.0/${key}/users`,
    `/api/1.0.0/${key}/users/u`,
    `/api/1.0.0/${key}/channels/c`,
    `/api/1.0.0/${key}/channels`,
    `/api/1.0.0/${key}/channels/`,
    `/api/1.0.0/${key}/channels//`,
    `/api/1.0.0/${key}/users//`,
    `/api/1.0.0/${key}/ping/`,
    `/api/1.0.0/${key}/events/x/`,
    `/api/1.0.0/${key}/Users/`,
    `/api/1.0.0//users/`,
    `/api/1.0.1/${key}/users/`,
    `/api/2.0.0/${key}/users/`,
    `/api/1a0b0/${key}/users/`,
    `/api/${key}/users/`,
    `/API/1.0.0/${key}/users/`,
    "/api/",
    "/nothing",
  ];
  for (const path of paths) {
    expectAnswer(await ctx.http("GET", path, { headers }), 404);
  }
  for (const path of [`/api/1.0.0/${key}/ping/`, `/api/1.0.0/${key}/events/x/`, `/api/1.0.0/${key}/channels//`]) {
    expectAnswer(await ctx.http("POST", path, { headers, body: "1" }), 404);
  }
});

add("Errors", "name whose percent escapes are not UTF-8", async (ctx) => {
  for (const name of ["%FF", "a%C3", "%ED%A0%80", "%C0%AF"]) {
    for (const kind of ["users", "channels"]) {
      expectJsonError(await ctx.rest().get(`/${kind}/${name}/`), 400);
      expectJsonError(await ctx.rest().request("POST", `/${kind}/${name}/`, { body: "1" }), 400);
    }
    expectJsonError(await ctx.rest().request("DELETE", `/users/${name}/`), 400);
  }
});

add("Errors", "body above the limit is 413; the default allows 1 MB", async (ctx) => {
  const megabyte = JSON.stringify("x".repeat(1_000_000 - 2));
  expectAnswer(await ctx.rest().publish(ctx.name("nobody"), megabyte), 200, '{"count": 0}\n');
  await withOwnServer({ config: { limits: { body_bytes: 2000 } } }, async (own) => {
    const atLimit = JSON.stringify("x".repeat(1998));
    expectAnswer(await own.rest().publish("c", atLimit), 200);
    expectAnswer(await own.rest().publish("c", `${atLimit} `), 413);
    expectAnswer(await own.rest().users(), 200);
  });
});

add("Errors", "unexpected failure does not happen: odd requests get no 5xx", async (ctx) => {
  const rest = ctx.rest();
  const odd = [
    ["GET", `/users/${"x".repeat(3000)}/`],
    ["GET", "/users/%2e%2e/"],
    ["GET", "/users/../"],
    ["GET", "/channels/../../"],
    ["GET", `/channels/${"c".repeat(65)}/`],
    ["POST", "/channels/%0A/", "1"],
    ["POST", "/users/%22%5C%0A/", "1"],
    ["DELETE", "/users/%2F/"],
    ["GET", "/users/a;b=c/"],
    ["GET", "/users/%F0%9F%90%A2/"],
    ["GET", "/users/:/"],
    ["POST", "/channels/c/", '"\\u0000"'],
    ["POST", "/channels/c/", '{"":""}'],
  ];
  for (const [method, path, body] of odd) {
    const answer = await rest.request(method, path, { body });
    assert.ok(answer.status < 500, String(answer));
  }
});

// --- Headers --------------------------------------------------------------

add("Headers", "Content-Type of JSON answers", async (ctx) => {
  const rest = ctx.rest();
  const answers = [
    await rest.users(),
    await rest.user("u"),
    await rest.channel("c"),
    await rest.publish("c", "1"),
    await rest.tell("u", "1"),
    await rest.publish("c", "x"),
    await rest.get("/users/", { secret: null }),
  ];
  for (const answer of answers) {
    assert.equal(answer.headers["content-type"], JSON_TYPE, String(answer));
  }
});

add("Headers", "CORS on 200, 204, 400, 401 and OPTIONS", async (ctx) => {
  const rest = ctx.rest();
  const headers = { Origin: "http://example.org" };
  const expected = [
    [200, await rest.get("/users/", { headers })],
    [200, await rest.get("/users/")],
    [200, await rest.get("/users/u/", { headers })],
    [200, await rest.get("/channels/c/", { headers })],
    [200, await rest.publish("c", "1", { headers })],
    [200, await rest.tell("u", "1", { headers })],
    [204, await rest.request("DELETE", "/users/u/", { headers })],
    [400, await rest.publish("c", "x", { headers })],
    [401, await rest.get("/users/", { headers, secret: "wrong" })],
    [401, await rest.publish("c", "1", { headers, key: "unknown" })],
  ];
  for (const [status, answer] of expected) {
    expectAnswer(answer, status);
    expectCors(answer);
  }
  expectCors(await rest.request("OPTIONS", "/users/u/", { headers, secret: null }));
});

add("Headers", "OPTIONS needs no authentication and takes any key", async (ctx) => {
  const headers = {
    Origin: "http://example.org",
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "x-thunder-secret-key, content-type",
  };
  for (const key of [ctx.rest().key, "unknown"]) {
    for (const path of ["/users/", "/users/u/", "/channels/c/"]) {
      const answer = await ctx.rest().request("OPTIONS", path, { key, secret: null, headers });
      expectStatusIn(answer, [200, 204]);
      assert.equal(answer.text, "", String(answer));
      expectCors(answer);
    }
  }
});

add("Headers", "Etag is not needed, If-None-Match does no harm", async (ctx) => {
  const answer = await ctx.rest().get("/users/", { headers: { "If-None-Match": '"no-such-tag"' } });
  expectAnswer(answer, 200);
});

add("Headers", "Server is free, and says no more than a name", async (ctx) => {
  const answer = await ctx.rest().users();
  expectAnswer(answer, 200);
  assert.ok((answer.headers.server ?? "").length < 100);
});

add("Headers", "request Content-Type is ignored, form types too", async (ctx) => {
  for (const type of [
    "application/json", "application/x-www-form-urlencoded", "multipart/form-data",
    "multipart/form-data; boundary=x", "text/plain; charset=latin1", "nonsense",
  ]) {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel] });
    const answer = await ctx.rest().publish(channel, '"a=b&c"', { headers: { "Content-Type": type } });
    expectAnswer(answer, 200, '{"count": 1}\n');
    assert.deepEqual(await client.nextMessage(), { payload: '"a=b&c"', channel });
  }
});

add("Headers", "request with query string is served, the secret is never read from it", async (ctx) => {
  const rest = ctx.rest();
  const query = "?auth_key=x&auth_timestamp=1&auth_version=1.0&body_md5=0&auth_signature=0";
  expectAnswer(await rest.get(`/users/${query}`), 200);
  expectAnswer(await rest.get("/users/?"), 200);
  expectAnswer(await rest.request("POST", `/channels/c/${query}`, { body: "1" }), 200);
  const secret = encodeURIComponent(rest.secret);
  for (const name of ["X-Thunder-Secret-Key", "secret", "apikey"]) {
    expectAnswer(await rest.get(`/users/?${name}=${secret}`, { secret: null }), 401, WRONG_SECRET);
  }
});

add("Headers", "body on GET and DELETE is ignored", async (ctx) => {
  const rest = ctx.rest();
  expectAnswer(await rest.request("GET", "/users/u/", { body: "not json" }), 200, '{"online": false}\n');
  expectAnswer(await rest.request("GET", "/channels/c/", { body: "{" }), 200);
  expectAnswer(await rest.request("DELETE", "/users/u/", { body: "not json" }), 204);
});

add("Headers", "chunked request body works", async (ctx) => {
  const channel = ctx.name("channel");
  const client = await ctx.subscriber({ channels: [channel] });
  const { key, secret } = ctx.rest();
  const connection = await ctx.rawHttp();
  connection.write(
    requestText("POST", `/api/1.0.0/${key}/channels/${channel}/`, {
      headers: [`X-Thunder-Secret-Key: ${secret}`, "Transfer-Encoding: chunked"],
      body: '4\r\n{"a"\r\n3\r\n:1}\r\n0\r\n\r\n',
    }),
  );
  const answer = await connection.readResponse();
  assert.equal(answer.status, 200);
  assert.equal(answer.text, '{"count": 1}\n');
  assert.deepEqual(await client.nextMessage(), { payload: '{"a":1}', channel });
});

add("Headers", "Expect: 100-continue is answered", async (ctx) => {
  const { key, secret } = ctx.rest();
  const connection = await ctx.rawHttp();
  connection.write(
    requestText("POST", `/api/1.0.0/${key}/channels/c/`, {
      headers: [`X-Thunder-Secret-Key: ${secret}`, "Content-Length: 1", "Expect: 100-continue"],
    }),
  );
  assert.equal((await connection.readHead()).status, 100);
  connection.write("1");
  assert.equal((await connection.readResponse()).status, 200);
});

// --- Names in URLs --------------------------------------------------------

// `id` as a client names it must be what `path` names in the API.
async function expectSameUser(ctx, id, path) {
  const client = await ctx.subscriber({ user: id });
  const rest = ctx.rest();
  expectAnswer(await rest.get(path), 200, '{"online": true}\n');
  const answer = await rest.request("POST", path, { body: "1" });
  expectAnswer(answer, 200, '{"count": 1}\n');
  assert.deepEqual(await client.nextMessage(), { payload: "1" });
  expectAnswer(await rest.request("DELETE", path), 204);
  assert.equal((await client.nextClose()).code, 9002);
  await untilOnline(rest, id, false);
}

add("Names", "%2F, %20 and UTF-8 escapes in a user id are decoded", async (ctx) => {
  await expectSameUser(ctx, "esc/aped", "/users/esc%2Faped/");
  await expectSameUser(ctx, "with blank", "/users/with%20blank/");
  await expectSameUser(ctx, "żółw", "/users/%C5%BC%C3%B3%C5%82w/");
  await expectSameUser(ctx, "🐢", "/users/%F0%9F%90%A2/");
  await expectSameUser(ctx, "plus+sign", "/users/plus+sign/");
  await expectSameUser(ctx, "plus+escaped", "/users/plus%2Bescaped/");
  await expectSameUser(ctx, "lower/case", "/users/lower%2fcase/");
  await expectSameUser(ctx, "once%20only", "/users/once%2520only/");
});

add("Names", "raw slash in a user id: all up to the final slash", async (ctx) => {
  await expectSameUser(ctx, "a/b", "/users/a/b/");
  await expectSameUser(ctx, "a/b/c", "/users/a/b/c/");
});

add("Names", "users slash// and //x are slash/ and /x", async (ctx) => {
  await expectSameUser(ctx, "slash/", "/users/slash//");
  await expectSameUser(ctx, "/x", "/users//x/");
});

add("Names", "dot segments stay and slashes are not merged", async (ctx) => {
  await expectSameUser(ctx, "a/../b", "/users/a/../b/");
  await expectSameUser(ctx, "a/./b", "/users/a/./b/");
  await expectSameUser(ctx, "a//b", "/users/a//b/");
  await expectSameUser(ctx, "..", "/users/../");
});

add("Names", "escape in the key is decoded", async (ctx) => {
  const answer = await ctx.rest().get("/users/", { key: "p%75blickey" });
  expectAnswer(answer, 200);
});

add("Names", "bare % is a percent sign, or 400", async (ctx) => {
  const client = await ctx.subscriber({ user: "50%" });
  for (const path of ["/users/50%/"]) {
    const answer = await ctx.rest().get(path);
    expectStatusIn(answer, [200, 400]);
    if (answer.status === 200) assert.equal(answer.text, '{"online": true}\n');
  }
  expectStatusIn(await ctx.rest().get("/users/%zz/"), [200, 400]);
  expectAnswer(await ctx.rest().get("/users/50%25/"), 200, '{"online": true}\n');
  client.terminate();
});

add("Names", "? in an id must be %3F", async (ctx) => {
  await expectSameUser(ctx, "a?b", "/users/a%3Fb/");
  expectAnswer(await ctx.rest().get("/users/a?b/"), 404);
});

add("Names", "user ids users or with /users/ inside, channel users", async (ctx) => {
  await expectSameUser(ctx, "users", "/users/users/");
  await expectSameUser(ctx, "x/users/y", "/users/x/users/y/");
  await expectSameUser(ctx, "channels/c", "/users/channels/c/");
  const client = await ctx.subscriber({ channels: ["users", "channels"] });
  for (const channel of ["users", "channels"]) {
    const answer = await ctx.rest().get(`/channels/${channel}/`);
    expectAnswer(answer, 200, `{"users": ["${client.user}"]}\n`);
  }
});

add("Names", "key with a slash is reached by %2F only", async () => {
  const start = () =>
    startWithArguments(({ port, pidPath }) => [
      "-H", "127.0.0.1", "-p", String(port), "--pid-path", pidPath, "with/slash", "its-secret",
    ]);
  await withServer(start, async (server) => {
    const headers = { "X-Thunder-Secret-Key": "its-secret" };
    expectAnswer(await request(server.port, "GET", "/api/1.0.0/with%2Fslash/users/", { headers }), 200);
    expectStatusIn(await request(server.port, "GET", "/api/1.0.0/with/slash/users/", { headers }), [404, 401]);
  });
});

add("Names", "channel name that is not valid is an empty channel", async (ctx) => {
  for (const name of ["not%20valid", "a%2Fb", "%C5%BC", "a:b", "c%0A", "c".repeat(65), "a+b", "a%7Fb"]) {
    expectAnswer(await ctx.rest().get(`/channels/${name}/`), 200, '{"users": []}\n');
    const answer = await ctx.rest().request("POST", `/channels/${name}/`, { body: "1" });
    expectAnswer(answer, 200, '{"count": 0}\n');
  }
});
