// The admin endpoint against its description, api/openapi.json, both ways.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";

import { publishUntil, see, silentSubscriber, walk } from "./support/admin.js";
import { eventually } from "./support/deadline.js";
import { EventStream } from "./support/event_stream.js";
import { expectAnswer } from "./support/expect.js";
import { SchemaValidator } from "./support/json_schema.js";
import { DESCRIPTION_TEXT, expectDescribed, operation, OPERATIONS } from "./support/openapi.js";
import { PollingClient } from "./support/polling_client.js";
import { sessionPath } from "./support/sockjs_client.js";
import { suite, withOwnServer } from "./support/suite.js";

const PATIENT = { limits: { queue_bytes: "64MiB", queue_age: "1m" } };
const NOBODY = 999_999_999;

// -- what there is to see ----------------------------------------------------

// Clients of each kind and app, channels, users, one that is slow, and some
// that have gone.
async function populate(ctx) {
  const channel = ctx.name("channel");
  const channels = [channel, ctx.name("channel")];
  const first = await ctx.subscriber({ channels });
  await ctx.subscriber({ channels, app: "second", raw: true });
  await ctx.subscriber({ user: first.user, raw: true });
  await ctx.raw(); // has not said who it is
  const poller = await ctx.poller({ channels });
  poller.receive().catch(() => {}); // waits until the end of the test
  await streaming(ctx, "eventsource");

  const gone = await ctx.subscriber({ raw: true });
  await ctx.rest().disconnect(gone.user);
  await gone.closed();
  const left = await ctx.subscriber();
  await left.close();

  const flood = ctx.name("flood");
  for (let i = 0; i < 2; ++i) await silentSubscriber(ctx, flood);
  await publishUntil(ctx, flood, "slow clients", async () => {
    return (await see(ctx, `/connections?slow=true&channel=${flood}`)).connections.length === 2;
  });
  await eventually("those who went to be listed", async () => {
    const users = (await walk(ctx, "/connections/closed")).map((each) => each.user);
    return users.includes(gone.user) && users.includes(left.user);
  });
  return { user: first.user, channel };
}

// A client of a streaming transport, connected as a user of its own.
async function streaming(ctx, transport) {
  const path = sessionPath("");
  const stream = ctx.keep(await EventStream.open(ctx.port, path + transport));
  const user = ctx.name("user");
  const sender = ctx.keep(new PollingClient(ctx.port, { path }));
  await sender.send([`CONNECT ${user}:${ctx.rest().key}`]);
  return stream;
}

// -- questions ---------------------------------------------------------------

// One request of an operation; what it answers is read to its end, unless the
// end would be that of a trace.
async function ask(ctx, { method, path }, { where = {}, query = {}, ...options } = {}) {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => where[name] ?? assert.fail(name));
  const target = `${filled}?${new URLSearchParams(query)}`.replace(/\?$/, "");
  if (path !== "/trace") return ctx.admin(method, target, options);
  const stream = await EventStream.open(ctx.server.adminPort, target, options);
  const { status, headers } = stream;
  if (status === 200) {
    stream.close();
    return { status, headers, text: "", toString: () => `${target} answered ${status}` };
  }
  stream.close();
  return ctx.admin(method, target, options);
}

// Values of a parameter that are to be accepted, and others that are not.
function valuesOf({ name, schema }, known) {
  const bad = { app: ["nobody", ""], cursor: ["nonsense!", "", "id"] };
  if (schema.enum) return { good: schema.enum, bad: ["nonsense", "", schema.enum[0] + "x"] };
  if (schema.type === "boolean") return { good: ["true", "false"], bad: ["maybe", "1", ""] };
  if (schema.type !== "integer") return { good: known[name] ?? [], bad: bad[name] ?? [] };
  const { minimum, maximum, default: usual } = schema;
  const good = [minimum, maximum, usual, ...(known[name] ?? [])];
  const outside = [minimum - 1, ...(maximum === undefined ? [] : [maximum + 1])];
  return {
    good: good.filter((value) => value !== undefined),
    bad: [...outside, "many", "1.5", "", " 1", "99999999999999999999"],
  };
}

// What to ask each operation with, besides the parameter that is looked at.
async function questions(ctx) {
  const { user, channel } = await populate(ctx);
  const [{ id }] = (await see(ctx, `/connections?user=${user}`)).connections;
  const names = ["", "n", user, channel, "ü/ %?"];
  const known = { user: names, channel: names, name: names, prefix: names };
  Object.assign(known, { app: ["main", "second"], code: [0, 9002, 3008], connection: [id] });
  const base = { "/trace": { channel, app: "main", seconds: "1" } };
  return {
    known,
    where: { id, name: encodeURIComponent(channel) },
    base: (path) => base[path] ?? (path.includes("{name}") ? { app: "main" } : {}),
  };
}

const inQuery = ({ parameters }) => parameters.filter((each) => each.in === "query");
const READING = OPERATIONS.filter(({ method }) => method === "GET");
const LISTS = READING.filter((each) => inQuery(each).some(({ name }) => name === "cursor"));

// A trace has one subject.
function withSubject(query, name) {
  if (!["user", "connection"].includes(name)) return query;
  const { channel, ...rest } = query;
  return rest;
}

suite("the admin endpoint and api/openapi.json", { config: PATIENT }, (scenario) => {
  scenario("GET /openapi.json is the file", async (ctx) => {
    const answer = await ctx.admin("GET", "/openapi.json");
    expectAnswer(answer, 200, DESCRIPTION_TEXT);
    expectDescribed(answer, operation("GET", "/openapi.json"));
  });

  scenario("each path answers as described, with each parameter", async (ctx) => {
    const { known, where, base } = await questions(ctx);
    for (const asked of READING) {
      const usual = base(asked.path);
      const plain = await ask(ctx, asked, { where, query: usual });
      expectAnswer(plain, 200);
      expectDescribed(plain, asked);
      for (const parameter of inQuery(asked)) {
        for (const value of valuesOf(parameter, known).good) {
          const query = { ...withSubject(usual, parameter.name), [parameter.name]: value };
          const answer = await ask(ctx, asked, { where, query });
          expectAnswer(answer, 200);
          expectDescribed(answer, asked);
        }
      }
    }
  });

  scenario("each actor answers as described, by itself", async (ctx) => {
    await populate(ctx);
    const kinds = new Map();
    for (const { id, kind } of await walk(ctx, "/actors")) kinds.set(kind, id);
    const wanted = operation("GET", "/actors").parameters.find(({ name }) => name === "kind");
    assert.deepEqual([...kinds.keys()].sort(), [...wanted.schema.enum].sort());
    for (const [kind, id] of kinds) {
      const answer = await ctx.admin("GET", `/actors/${id}`);
      expectAnswer(answer, 200);
      expectDescribed(answer, operation("GET", "/actors/{id}"));
      assert.equal(answer.json.kind, kind);
    }
  });

  scenario("a value that a parameter cannot have is 400 and named", async (ctx) => {
    const { known, where, base } = await questions(ctx);
    for (const asked of OPERATIONS) {
      for (const parameter of inQuery(asked)) {
        for (const value of valuesOf(parameter, known).bad) {
          const usual = withSubject(base(asked.path), parameter.name);
          const query = { ...usual, [parameter.name]: value };
          const answer = await ask(ctx, asked, { where: { ...where, id: NOBODY }, query });
          expectAnswer(answer, 400);
          expectDescribed(answer, asked);
          assert.ok(answer.json.message.includes(parameter.name), `${answer} names it`);
        }
      }
    }
  });

  scenario("an unknown parameter is 400 and named, wherever 400 is described", async (ctx) => {
    const { where, base } = await questions(ctx);
    for (const asked of OPERATIONS.filter(({ responses }) => responses[400])) {
      const query = { ...base(asked.path), colour: "blue" };
      const answer = await ask(ctx, asked, { where: { ...where, id: NOBODY }, query });
      expectAnswer(answer, 400);
      expectDescribed(answer, asked);
      assert.ok(answer.json.message.includes("colour"), `${answer} names it`);
    }
  });

  scenario("elsewhere it is no reason for an answer that is not described", async (ctx) => {
    for (const asked of OPERATIONS.filter(({ responses }) => !responses[400])) {
      expectDescribed(await ask(ctx, asked, { query: { colour: "blue" } }), asked);
    }
  });

  scenario("a parameter that is given twice is 400 and named", async (ctx) => {
    for (const asked of LISTS) {
      const answer = await ctx.admin("GET", `${asked.path}?limit=1&limit=2`);
      expectAnswer(answer, 400);
      expectDescribed(answer, asked);
      assert.ok(answer.json.message.includes("limit"), `${answer} names it`);
    }
  });

  scenario("who or what is not there is 404, as described", async (ctx) => {
    const bad = [NOBODY, "x", "-1", "1.5", "99999999999999999999", "%FF"];
    const where = { id: bad, name: ["nobody", "%FF", "%C3%BC"] };
    for (const asked of OPERATIONS.filter(({ path }) => path.includes("{"))) {
      const [, name] = /\{(\w+)\}/.exec(asked.path);
      for (const value of where[name]) {
        const query = name === "name" ? { app: "main" } : {};
        const answer = await ask(ctx, asked, { where: { [name]: value }, query });
        expectAnswer(answer, 404);
        expectDescribed(answer, asked);
      }
    }
  });

  scenario("what disconnects and resets answers as described", async (ctx) => {
    const { user, channel } = await populate(ctx);
    const client = await ctx.subscriber({ raw: true });
    const [{ id }] = (await see(ctx, `/connections?user=${client.user}`)).connections;
    const main = { app: "main" };
    const encoded = (name) => ({ name: encodeURIComponent(name) });
    for (const [path, options] of [
      ["/connections/{id}", { where: { id } }],
      ["/channels/{name}", { where: encoded(channel), query: main }],
      ["/users/{name}", { where: encoded(user), query: main }],
    ]) {
      const asked = operation("DELETE", path);
      const answer = await ask(ctx, asked, options);
      expectAnswer(answer, 200);
      expectDescribed(answer, asked);
    }
  });

  scenario("PUT /log-level takes each body that is described, and no other", async (ctx) => {
    const asked = operation("PUT", "/log-level");
    const { level, component } = asked.body.properties;
    const before = await see(ctx, "/log-level");
    const put = async (body) => {
      const answer = await ctx.admin("PUT", "/log-level", { body });
      expectDescribed(answer, asked);
      return answer;
    };
    for (const each of level.enum) {
      expectAnswer(await put(JSON.stringify({ level: each })), 200);
      for (const one of component.enum) {
        expectAnswer(await put(JSON.stringify({ level: each, component: one })), 200);
      }
    }
    for (const body of [
      "",
      "level",
      "[]",
      '"debug"',
      "{}",
      '{"level": 1}',
      '{"level": "loud"}',
      '{"level": "DEBUG"}',
      '{"component": "http"}',
      '{"level": "debug", "component": "kitchen"}',
      '{"level": "debug", "component": null}',
      '{"level": "debug", "more": "x"}',
      '{"level": "debug"',
    ]) {
      expectAnswer(await put(body), 400);
    }
    expectAnswer(await put(JSON.stringify({ level: before.level })), 200);
  });

  scenario("each component that can log is described", async (ctx) => {
    const { component } = operation("PUT", "/log-level").body.properties;
    const body = JSON.stringify({ level: "info", component: "kitchen" });
    const { message } = (await ctx.admin("PUT", "/log-level", { body })).json;
    const [, offered] = /Allowed are: (.*)\.$/.exec(message);
    assert.deepEqual([...component.enum].sort(), offered.split(", ").sort());
  });

  scenario("POST /reload answers as described, whether it succeeds or not", async (ctx) => {
    const asked = operation("POST", "/reload");
    const { file } = ctx.server;
    const text = readFileSync(file);
    const good = await ctx.admin("POST", "/reload");
    expectAnswer(good, 200);
    expectDescribed(good, asked);
    writeFileSync(file, "[server]\nprot = 1\n");
    const bad = await ctx.admin("POST", "/reload");
    writeFileSync(file, text);
    expectAnswer(bad, 422);
    expectDescribed(bad, asked);
  });

  scenario("a foreign Host gets what is described", async (ctx) => {
    const { where, base } = await questions(ctx);
    for (const asked of OPERATIONS) {
      const answer = await ask(ctx, asked, {
        where: { ...where, id: NOBODY },
        query: base(asked.path),
        headers: { Host: "evil.example" },
      });
      expectAnswer(answer, asked.responses[403] ? 403 : 200);
      expectDescribed(answer, asked);
    }
  });

  for (const { path, parameters } of LISTS) {
    const sorts = parameters.find(({ name }) => name === "sort")?.schema.enum ?? [""];
    scenario(`${path} with limit=1 shows everything exactly once, in each order`, async (ctx) => {
      await populate(ctx);
      // The actors of the server itself work while they are looked at.
      const only = path === "/connections/closed" ? "" : "app=main&";
      const there = (await walk(ctx, path, `${only}limit=1000`)).map(idOf).sort();
      assert.ok(there.length >= 2, `${there.length} entries`);
      for (const sort of sorts) {
        const order = sort && `&sort=${sort}`;
        const seen = (await walk(ctx, path, `${only}limit=1${order}`)).map(idOf).sort();
        assert.deepEqual(seen, there, `ids of ${path}?${only}limit=1${order}`);
      }
    });
  }
});

const idOf = ({ id }) => id;

describe("the admin endpoint's answers besides those", () => {
  test("without the token: 401 and what is described", async () => {
    const token = "0123456789-a-token-of-operators";
    await withOwnServer({ config: { admin: { token } } }, async (ctx) => {
      const where = { id: NOBODY, name: "c" };
      for (const asked of OPERATIONS) {
        const query = asked.path === "/trace" ? { user: "u", app: "main" } : {};
        const answer = await ask(ctx, asked, { where, query });
        expectAnswer(answer, asked.open ? 200 : 401);
        expectDescribed(answer, asked);
      }
    });
  });

  test("GET /ready says why a server that is full or draining is not", async () => {
    const config = { limits: { connections: 2 }, server: { homes: 1, drain: "1h" } };
    await withOwnServer({ config }, async (ctx) => {
      const ready = async (status) => {
        const answer = await ctx.admin("GET", "/ready");
        expectDescribed(answer, operation("GET", "/ready"));
        expectAnswer(answer, status);
        return answer.json;
      };
      await ready(200);
      await ctx.subscriber();
      await ctx.subscriber();
      const { reasons } = await eventually("it to be full", () => ready(503));
      assert.match(reasons.join(), /connections/);
      ctx.server.child.kill("SIGTERM");
      await eventually("it to say that it is draining", async () => {
        assert.match((await ready(503)).reasons.join(), /drain/);
      });
      await ctx.server.end("SIGTERM");
    });
  });

  test("the validator refuses what is not described", () => {
    const Actor = {
      type: "object",
      required: ["id"],
      additionalProperties: false,
      properties: { id: { type: "integer", minimum: 0 }, app: { type: ["string", "null"] } },
    };
    const validator = new SchemaValidator({ components: { Actor } });
    const schema = { oneOf: [{ type: "null" }, { $ref: "#/components/Actor" }] };
    for (const good of [null, { id: 0 }, { id: 1, app: null }, { id: 1, app: "a" }]) {
      assert.deepEqual(validator.errors(good, schema), []);
    }
    for (const bad of [[], "", {}, { id: -1 }, { id: 0.5 }, { id: 1, app: 1 }, { id: 1, x: 1 }]) {
      assert.notDeepEqual(validator.errors(bad, schema), [], JSON.stringify(bad));
    }
    assert.throws(() => validator.errors(1, { multipleOf: 2 }), /multipleOf/);
  });
});
