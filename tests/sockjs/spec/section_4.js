// sockjs.md, section 4: header sets.
import assert from "node:assert/strict";

import {
  expectAbsent,
  expectCacheable,
  expectCors,
  expectHeader,
  expectNoCache,
  expectStatus,
  expectStatusIn,
  listOf,
} from "../support/expect.js";
import { requestText } from "../../blackbox/support/raw_http.js";
import { Answer } from "../support/answer.js";
import { PREFLIGHT_SUFFIXES, TRANSPORTS, XHR } from "../support/transports.js";
import { section } from "./statement.js";

const cors = section("4.1");
const caching = section("4.2");
const preflight = section("4.3");
const cookie = section("4.4");

const BOTH = ["echo", "daemon"];
const ORIGIN = "https://example.org";

// Answers of a session's URLs to requests with these header lines, as
// [name, answer, has CORS]: each receive URL's first frame and each send URL's
// outcomes.
async function* answersOfSession(ctx, headers) {
  for (const transport of TRANSPORTS) {
    const receiver = await ctx.session().receiver(transport, { headers });
    await receiver.start();
    yield [transport.name, receiver.answer, transport.cors];
    receiver.destroy();
  }
  const session = ctx.session();
  const outcomes = [
    ["xhr_send to nobody", 404, () => session.post("[]", { headers })],
    ["xhr_send", 204, () => session.post("[]", { headers })],
    ["xhr_send of nothing", 500, () => session.post("", { headers })],
    ["xhr_send of no JSON", 500, () => session.post("[", { headers })],
    ["jsonp_send", 200, () => session.post("[]", { headers, suffix: "/jsonp_send" })],
    ["jsonp_send of nothing", 500, () => session.post("", { headers, suffix: "/jsonp_send" })],
  ];
  for (const [name, status, post] of outcomes) {
    if (name === "xhr_send") await session.poll(XHR);
    const answer = await post();
    assert.equal(answer.status, status, `${name}: ${answer}`);
    yield [name, answer, name.startsWith("xhr")];
  }
}

async function eachWithCors(ctx, headers, check) {
  check(await ctx.at("GET", "/info", { headers }));
  for await (const [name, answer, hasCors] of answersOfSession(ctx, headers)) {
    if (!hasCors) continue;
    try {
      check(answer);
    } catch (error) {
      error.message = `${name}: ${error.message}`;
      throw error;
    }
  }
}

cors.add("an Origin is copied, and credentials are allowed, also on errors", BOTH, (ctx) =>
  eachWithCors(ctx, [`Origin: ${ORIGIN}`], (answer) => expectCors(answer, ORIGIN)),
);

cors.add("the Origin null is copied as well", BOTH, (ctx) =>
  eachWithCors(ctx, ["Origin: null"], (answer) => expectCors(answer, "null")),
);

cors.add("without Origin: any, and credentials are not mentioned", BOTH, (ctx) =>
  eachWithCors(ctx, [], (answer) => expectCors(answer)),
);

cors.add("Access-Control-Request-Headers is copied", BOTH, (ctx) =>
  eachWithCors(ctx, ["Access-Control-Request-Headers: a, b, X-Custom"], (answer) =>
    expectHeader(answer, "access-control-allow-headers", "a, b, X-Custom"),
  ),
);

cors.add("empty or absent Access-Control-Request-Headers: no header", BOTH, async (ctx) => {
  for (const headers of [
    [],
    ["Access-Control-Request-Headers:"],
    ["Access-Control-Request-Headers:  "],
  ]) {
    await eachWithCors(ctx, headers, (answer) =>
      expectAbsent(answer, "access-control-allow-headers"),
    );
  }
});

cors.add("Vary: Origin", BOTH, (ctx) =>
  eachWithCors(ctx, [`Origin: ${ORIGIN}`], (answer) =>
    assert.ok(listOf(answer.values("vary").join(",")).includes("Origin"), String(answer)),
  ),
);

cors.add("405 has the headers, too", BOTH, async (ctx) => {
  const headers = [`Origin: ${ORIGIN}`];
  for (const suffix of PREFLIGHT_SUFFIXES) {
    const answer = await ctx.request("GET", ctx.sessionUrl() + suffix, { headers });
    expectStatus(answer, 405);
    expectCors(answer, ORIGIN);
  }
});

cors.add(
  "copied values are free of control characters",
  ["echo", "cookie_needed_echo", "daemon"],
  async (ctx) => {
    for (const name of ["Origin", "Access-Control-Request-Headers", "Cookie: JSESSIONID"]) {
      for (const control of ["\x01", "\x08", "\x0b", "\x1f", "\x7f", "\r", "\0"]) {
        const separator = name.includes(":") ? "=" : ":";
        const connection = await ctx.connect();
        connection.write(
          requestText("POST", `${ctx.sessionUrl()}/xhr`, {
            headers: [`${name}${separator}a${control}b`, "Content-Length: 0"],
          }),
        );
        const answer = await Answer.begin(connection, "POST");
        expectStatusIn(answer, [200, 400]);
        for (const [field, value] of answer.fields) {
          assert.doesNotMatch(value, /[\x00-\x08\x0a-\x1f\x7f]/, `${field} for ${name}`);
        }
      }
    }
  },
);

caching.add("every response of a transport, a send URL and info is no-cache", BOTH, async (ctx) => {
  expectNoCache(await ctx.at("GET", "/info"));
  for await (const [name, answer] of answersOfSession(ctx, [])) {
    assert.doesNotThrow(() => expectNoCache(answer), name);
  }
});

caching.add("errors about the callback are no-cache, too", BOTH, async (ctx) => {
  for (const name of ["jsonp", "htmlfile", "jsonp?c=%20", "htmlfile?c=%20"]) {
    const answer = await ctx.request("GET", `${ctx.sessionUrl()}/${name}`);
    expectStatus(answer, 500);
    expectNoCache(answer);
  }
});

caching.add("the iframe page may be kept for a year", BOTH, async (ctx) => {
  expectCacheable(await ctx.at("GET", "/iframe.html"));
});

caching.add("preflights may be kept for a year", BOTH, async (ctx) => {
  expectCacheable(await ctx.at("OPTIONS", "/info"));
  for (const suffix of PREFLIGHT_SUFFIXES) {
    expectCacheable(await ctx.request("OPTIONS", ctx.sessionUrl() + suffix));
  }
});

async function eachPreflight(ctx, headers, check) {
  check(await ctx.at("OPTIONS", "/info", { headers }), "/info");
  for (const suffix of PREFLIGHT_SUFFIXES) {
    check(await ctx.request("OPTIONS", ctx.sessionUrl() + suffix, { headers }), suffix);
  }
}

preflight.add("204 or 200, no body", BOTH, (ctx) =>
  eachPreflight(ctx, [], (answer) => {
    expectStatusIn(answer, [204, 200]);
    assert.equal(answer.text, "");
  }),
);

preflight.add("CORS headers", BOTH, async (ctx) => {
  const headers = [`Origin: ${ORIGIN}`, "Access-Control-Request-Headers: a, b"];
  await eachPreflight(ctx, headers, (answer) => {
    expectCors(answer, ORIGIN);
    expectHeader(answer, "access-control-allow-headers", "a, b");
  });
  await eachPreflight(ctx, ["Origin: null"], (answer) => expectCors(answer, "null"));
  await eachPreflight(ctx, [], (answer) => expectCors(answer));
});

preflight.add("Access-Control-Max-Age is a year", BOTH, (ctx) =>
  eachPreflight(ctx, [], (answer) => expectHeader(answer, "access-control-max-age", "31536000")),
);

preflight.add(
  "Access-Control-Allow-Methods is OPTIONS, POST, and OPTIONS, GET for info",
  BOTH,
  (ctx) =>
    eachPreflight(ctx, [], (answer, suffix) =>
      expectHeader(
        answer,
        "access-control-allow-methods",
        suffix === "/info" ? "OPTIONS, GET" : "OPTIONS, POST",
      ),
    ),
);

preflight.add("the cookie on transport URLs", ["cookie_needed_echo", "daemon"], (ctx) =>
  eachPreflight(ctx, [], (answer, suffix) => {
    if (suffix === "/info") expectAbsent(answer, "set-cookie");
    else expectHeader(answer, "set-cookie", "JSESSIONID=dummy; path=/");
  }),
);

preflight.add("it neither needs nor creates a session", BOTH, async (ctx) => {
  const session = ctx.session();
  for (const suffix of PREFLIGHT_SUFFIXES) {
    expectStatusIn(await ctx.request("OPTIONS", session.url + suffix), [204, 200]);
  }
  assert.ok(await session.isUnknown());
  assert.equal(await session.poll(), "o");
});

async function eachWithCookie(ctx, headers, expected) {
  for await (const [name, answer] of answersOfSession(ctx, headers)) {
    assert.deepEqual(answer.values("set-cookie"), expected, `${name}: ${answer}`);
  }
  for (const suffix of PREFLIGHT_SUFFIXES) {
    const answer = await ctx.request("OPTIONS", ctx.sessionUrl() + suffix, { headers });
    assert.deepEqual(answer.values("set-cookie"), expected, `OPTIONS ${suffix}: ${answer}`);
  }
}

const ON = ["cookie_needed_echo", "daemon"];

cookie.add("on, without a cookie in the request: dummy", ON, async (ctx) => {
  await eachWithCookie(ctx, [], ["JSESSIONID=dummy; path=/"]);
  await eachWithCookie(ctx, ["Cookie: other=abc"], ["JSESSIONID=dummy; path=/"]);
});

cookie.add("on, with a cookie: its value", ON, (ctx) =>
  eachWithCookie(ctx, ["Cookie: JSESSIONID=abcdef0123"], ["JSESSIONID=abcdef0123; path=/"]),
);

cookie.add("on, with several cookies: the value of JSESSIONID", ON, async (ctx) => {
  for (const line of [
    "a=b; JSESSIONID=xyz; c=d",
    "JSESSIONID=xyz; c=d",
    "XJSESSIONID=no; JSESSIONID=xyz",
  ]) {
    const answer = await ctx.request("POST", `${ctx.sessionUrl()}/xhr`, {
      headers: [`Cookie: ${line}`],
    });
    expectHeader(answer, "set-cookie", "JSESSIONID=xyz; path=/");
  }
});

cookie.add("on: errors about the callback have it, too", ON, async (ctx) => {
  for (const name of ["jsonp", "htmlfile"]) {
    const answer = await ctx.request("GET", `${ctx.sessionUrl()}/${name}`);
    expectStatus(answer, 500);
    expectHeader(answer, "set-cookie", "JSESSIONID=dummy; path=/");
  }
});

cookie.add("off: no Set-Cookie", ["echo"], (ctx) =>
  eachWithCookie(ctx, ["Cookie: JSESSIONID=abcdef"], []),
);

cookie.add("greeting, info and iframe never set it", ["echo", ...ON], async (ctx) => {
  const headers = ["Cookie: JSESSIONID=abcdef"];
  for (const suffix of ["", "/", "/info", "/iframe.html"]) {
    expectAbsent(await ctx.at("GET", suffix, { headers }), "set-cookie");
  }
});

cookie.add("cookie_needed in info follows the setting", ["echo", ...ON], async (ctx) => {
  const { cookie_needed } = JSON.parse((await ctx.at("GET", "/info")).text);
  assert.strictEqual(cookie_needed, ctx.target.cookie);
});

export const statements = [cors, caching, preflight, cookie].flatMap((one) => one.statements);
