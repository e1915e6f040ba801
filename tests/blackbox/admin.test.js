// The pages for operators, on a listener of their own.
import assert from "node:assert/strict";

import { eventually } from "./support/deadline.js";
import { expectAnswer } from "./support/expect.js";
import { suite } from "./support/suite.js";

const FIELDS = ["age_seconds", "handled", "home", "id", "kind", "mailbox", "name", "state"];

async function page(ctx, query) {
  const answer = await ctx.admin("GET", `/actors${query}`);
  expectAnswer(answer, 200);
  assert.ok(Array.isArray(answer.json.actors), String(answer));
  const { next } = answer.json;
  assert.ok(next === null || ["string", "number"].includes(typeof next), `next: ${next}`);
  return answer.json;
}

// All actors that `query` finds, page by page.
async function walk(ctx, query) {
  const actors = [];
  let cursor = "";
  for (let pages = 0; pages < 1000; ++pages) {
    const { actors: some, next } = await page(ctx, `?${query}${cursor}`);
    actors.push(...some);
    if (next === null) return actors;
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
  throw new Error(`no end of pages for ${query}`);
}

suite("the admin listener", {}, (scenario) => {
  scenario("GET /health is 200 and ok", async (ctx) => {
    const answer = await ctx.admin("GET", "/health");
    expectAnswer(answer, 200);
    assert.match(answer.headers["content-type"], /^application\/json/);
    assert.equal(answer.json.status, "ok");
  });

  scenario("GET /stats counts connections, channels, sessions, publications, deliveries", async (ctx) => {
    const stats = async () => {
      const answer = await ctx.admin("GET", "/stats");
      expectAnswer(answer, 200);
      for (const name of ["connections", "channels", "sessions", "publications", "deliveries"]) {
        const value = answer.json[name];
        assert.ok(Number.isInteger(value) && value >= 0, `${name} in ${answer}`);
      }
      return answer.json;
    };
    const channel = ctx.name("channel");
    const before = await stats();
    const clients = [];
    for (let i = 0; i < 3; ++i) clients.push(await ctx.subscriber({ channels: [channel] }));
    for (let i = 0; i < 5; ++i) await ctx.rest().publish(channel, "1");
    for (const client of clients) {
      for (let i = 0; i < 5; ++i) await client.nextMessage();
    }
    await eventually("the numbers to show what happened", async () => {
      const after = await stats();
      assert.ok(after.connections >= 3, `connections: ${after.connections}`);
      assert.ok(after.sessions >= 3, `sessions: ${after.sessions}`);
      assert.ok(after.channels >= 1, `channels: ${after.channels}`);
      assert.ok(after.publications >= before.publications + 5, `published: ${before.publications}, ${after.publications}`);
      assert.ok(after.deliveries >= before.deliveries + 15, `delivered: ${before.deliveries}, ${after.deliveries}`);
    });
  });

  scenario("GET /actors shows connections, channels and sessions with all their fields", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel] });
    const found = await eventually("the actors to be listed", async () => {
      const actors = await walk(ctx, "limit=100");
      const kinds = new Set(actors.map((actor) => actor.kind));
      for (const kind of ["connection", "channel", "session"]) {
        assert.ok(kinds.has(kind), `kind ${kind} among ${[...kinds].join(", ")}`);
      }
      return actors;
    });
    for (const actor of found) {
      for (const field of FIELDS) assert.ok(field in actor, `${field} in ${JSON.stringify(actor)}`);
      assert.equal(typeof actor.kind, "string");
      assert.equal(typeof actor.state, "string");
      for (const number of ["home", "mailbox", "handled", "age_seconds"]) {
        assert.ok(Number.isInteger(actor[number]) && actor[number] >= 0, `${number} in ${JSON.stringify(actor)}`);
      }
    }
    const names = (kind) => found.filter((actor) => actor.kind === kind).map((actor) => actor.name);
    assert.ok(names("channel").some((name) => name.includes(channel)), `${channel} among ${names("channel")}`);
    assert.ok(names("session").some((name) => name.includes(client.user)), `${client.user} among ${names("session")}`);
  });

  scenario("kind=… lists only that kind", async (ctx) => {
    await ctx.subscriber({ channels: [ctx.name("channel")] });
    for (const kind of ["connection", "channel", "session"]) {
      await eventually(`an actor of kind ${kind}`, async () => {
        const actors = await walk(ctx, `kind=${kind}`);
        assert.ok(actors.length > 0);
        for (const actor of actors) assert.equal(actor.kind, kind);
      });
    }
  });

  scenario("limit=N bounds a page, the cursor leads through all actors exactly once", async (ctx) => {
    const prefix = ctx.name("walk");
    const channels = Array.from({ length: 25 }, (_, i) => `${prefix}.${i}`);
    await ctx.subscriber({ channels });
    for (const sort of ["id", "mailbox", "handled", "age"]) {
      for (const limit of [1, 7, 100]) {
        await eventually(`a walk by ${sort}, ${limit} a page`, async () => {
          const { actors } = await page(ctx, `?kind=channel&sort=${sort}&limit=${limit}`);
          assert.ok(actors.length <= limit, `${actors.length} actors on a page of ${limit}`);
          const all = await walk(ctx, `kind=channel&sort=${sort}&limit=${limit}`);
          const ids = all.map((actor) => actor.id);
          assert.equal(new Set(ids).size, ids.length, "no actor twice");
          const ours = all.filter((actor) => actor.name.includes(prefix));
          assert.equal(ours.length, channels.length, "every channel once");
        });
      }
    }
  });

  scenario("sort=handled and sort=age order the page", async (ctx) => {
    const channels = [ctx.name("channel"), ctx.name("channel"), ctx.name("channel")];
    await ctx.subscriber({ channels });
    for (let i = 0; i < 30; ++i) await ctx.rest().publish(channels[1], "1");
    for (const [sort, field] of [["handled", "handled"], ["age", "age_seconds"], ["mailbox", "mailbox"]]) {
      const { actors } = await page(ctx, `?kind=channel&sort=${sort}&limit=100`);
      const values = actors.map((actor) => actor[field]);
      const ascending = [...values].sort((a, b) => a - b);
      const ordered = [JSON.stringify(ascending), JSON.stringify(ascending.reverse())];
      assert.ok(ordered.includes(JSON.stringify(values)), `${sort}: ${values.join(", ")}`);
    }
  });

  scenario("bad parameters are 400 with a text that names them", async (ctx) => {
    for (const [parameter, value] of [
      ["kind", "nonsense"],
      ["sort", "nonsense"],
      ["sort", ""],
      ["limit", "0"],
      ["limit", "-1"],
      ["limit", "many"],
      ["limit", "99999999999999999999"],
      ["cursor", "nonsense!"],
    ]) {
      const answer = await ctx.admin("GET", `/actors?${parameter}=${encodeURIComponent(value)}`);
      expectAnswer(answer, 400);
      assert.ok(answer.text.includes(parameter), `${answer} names ${parameter}`);
    }
  });

  scenario("other paths are 404, other methods 405 with Allow", async (ctx) => {
    for (const path of ["/nothing", "/actors/", "/connect", "/connect/info", `/api/1.0.0/${ctx.rest().key}/users/`]) {
      expectAnswer(await ctx.admin("GET", path), 404);
    }
    for (const path of ["/health", "/stats", "/actors"]) {
      const answer = await ctx.admin("POST", path, { body: "{}" });
      expectAnswer(answer, 405);
      assert.match(answer.headers.allow, /\bGET\b/);
    }
  });

  scenario("the public port answers 404 to the paths of the admin port", async (ctx) => {
    for (const path of ["/health", "/stats", "/actors", "/actors?kind=channel", "/metrics"]) {
      expectAnswer(await ctx.http("GET", path), 404);
    }
  });

  scenario("no answer shows a secret", async (ctx) => {
    await ctx.subscriber({ channels: [ctx.name("channel")] });
    for (const path of ["/health", "/stats", "/actors?limit=100"]) {
      const { text } = await ctx.admin("GET", path);
      for (const { secret } of Object.values(ctx.server.apps)) {
        assert.ok(!text.includes(secret), `the secret is in ${path}`);
      }
    }
  });
});
