// Reading the configuration again, while clients are served.
import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { see } from "./support/admin.js";
import { eventually } from "./support/deadline.js";
import { expectAnswer, untilListed, untilOnline, WRONG_SECRET } from "./support/expect.js";
import { expectDescribed, operation } from "./support/openapi.js";
import { PublishLoop } from "./support/publish_loop.js";
import { RestClient } from "./support/rest.js";
import { APPS, configuration, iniText } from "./support/server.js";
import { withOwnServer } from "./support/suite.js";

const NEW = { key: "new-key", secret: "new-secret-4242" };

// Writes the server's file anew; what is known of its applications follows.
function rewrite(ctx, { apps = ctx.server.apps, config = {} } = {}) {
  const { port, adminPort, directory, file } = ctx.server;
  writeFileSync(file, iniText(configuration({ port, adminPort, directory, apps }, config)));
  ctx.server.apps = { ...ctx.server.apps, ...apps };
}

async function post(ctx) {
  const answer = await ctx.admin("POST", "/reload");
  expectDescribed(answer, operation("POST", "/reload"));
  return answer;
}

// Waits until all homes have done what was asked of them before.
const settled = (ctx) => see(ctx, "/stats");

// Reloads in one of two ways; waits until it has been done.
const WAYS = {
  "POST /reload": async (ctx) => {
    expectAnswer(await post(ctx), 200);
    await settled(ctx);
  },
  SIGHUP: async (ctx) => {
    const count = () => ctx.server.stderr.split("configuration reloaded").length;
    const before = count();
    ctx.server.child.kill("SIGHUP");
    await eventually("the log to tell of the reload", () => count() === before + 1);
    await settled(ctx);
  },
};

// On a server of its own, with a loop of messages that has to go on unharmed.
function underLoad(title, body, options = {}) {
  test(title, () =>
    withOwnServer(options, async (ctx) => {
      const loop = await PublishLoop.start(ctx);
      await body(ctx);
      await loop.further();
      await loop.stop();
    }),
  );
}

const without = (apps, name) => {
  return Object.fromEntries(Object.entries(apps).filter(([each]) => each !== name));
};

for (const [way, reload] of Object.entries(WAYS)) {
  describe(`${way}, while messages are sent`, () => {
    underLoad("adds an application", async (ctx) => {
      expectAnswer(await new RestClient(ctx.port, NEW).users(), 401, WRONG_SECRET);
      rewrite(ctx, { apps: { ...APPS, added: NEW } });
      await reload(ctx);
      const rest = ctx.rest("added");
      expectAnswer(await rest.users(), 200, '{"count": 0}\n');
      const channel = ctx.name("channel");
      for (const raw of [true, false]) {
        const client = await ctx.subscriber({ app: "added", channels: [channel], raw });
        await rest.publish(channel, '"hello"');
        assert.deepEqual(await client.nextMessage(), { payload: '"hello"', channel });
      }
      const { connections } = await see(ctx, "/connections?app=added");
      assert.equal(connections.length, 2);
    });

    underLoad("takes an application away, with its clients", async (ctx) => {
      const [sockjs, raw] = [
        await ctx.subscriber({ app: "second", channels: ["c"] }),
        await ctx.subscriber({ app: "second", channels: ["c"], raw: true }),
      ];
      const rest = ctx.rest("second");
      rewrite(ctx, { apps: without(APPS, "second") });
      await reload(ctx);
      const reason = "Invalid API key.";
      assert.deepEqual(await sockjs.nextClose(), { code: 9000, reason });
      assert.deepEqual(await raw.nextClose(), { code: 4000, reason });
      expectAnswer(await rest.users(), 401, WRONG_SECRET);
      expectAnswer(await rest.publish("c", "1"), 401, WRONG_SECRET);
      const late = await ctx.sockjs();
      late.send(`CONNECT late:${rest.key}`);
      assert.deepEqual(await late.nextClose(), { code: 9000, reason });
      assert.deepEqual((await see(ctx, "/connections?app=main")).connections.length, 1);
      expectAnswer(await ctx.admin("GET", "/connections?app=second"), 400);
    });

    underLoad("brings an application back, with nobody in it", async (ctx) => {
      const before = await ctx.subscriber({ app: "second", channels: ["c"] });
      rewrite(ctx, { apps: without(APPS, "second") });
      await reload(ctx);
      await before.nextClose();
      rewrite(ctx, { apps: APPS });
      await reload(ctx);
      const rest = ctx.rest("second");
      expectAnswer(await rest.users(), 200, '{"count": 0}\n');
      expectAnswer(await rest.channel("c"), 200, '{"users": []}\n');
      const { user } = await ctx.subscriber({ app: "second", channels: ["c"] });
      await untilListed(rest, "c", [user]);
    });

    underLoad("exchanges a secret; clients of the application stay", async (ctx) => {
      const client = await ctx.subscriber({ app: "second" });
      const old = ctx.rest("second");
      const second = { key: old.key, secret: "another-secret-9999" };
      rewrite(ctx, { apps: { ...APPS, second } });
      await reload(ctx);
      expectAnswer(await old.users(), 401, WRONG_SECRET);
      expectAnswer(await ctx.rest("second").users(), 200, '{"count": 1}\n');
      await ctx.expectNothingElse(client, "second");
    });

    underLoad("exchanges a key; who connected with the old one stays or is told", async (ctx) => {
      const client = await ctx.subscriber({ app: "second" });
      const old = ctx.rest("second");
      rewrite(ctx, { apps: { ...APPS, second: { key: "other-key-2", secret: old.secret } } });
      await reload(ctx);
      expectAnswer(await old.users(), 401, WRONG_SECRET);
      const rest = ctx.rest("second");
      expectAnswer(await rest.users(), 200);
      await ctx.subscriber({ app: "second" });
      const late = await ctx.sockjs();
      late.send(`CONNECT late:${old.key}`);
      assert.equal((await late.nextClose()).code, 9000);
      if ((await rest.user(client.user)).json.online) await ctx.expectNothingElse(client, "second");
      else assert.equal((await client.nextClose()).code, 9000);
    });

    underLoad("changes a limit for those who come", async (ctx) => {
      const body = JSON.stringify("x".repeat(2000));
      expectAnswer(await ctx.rest().publish("c", body), 200);
      rewrite(ctx, { config: { limits: { body_bytes: "1KiB", channels_per_connection: 2 } } });
      await reload(ctx);
      expectAnswer(await ctx.rest().publish("c", body), 413);
      const client = await ctx.sockjs();
      client.send(`CONNECT greedy:${ctx.rest().key}`, "SUBSCRIBE a:b:c");
      assert.equal((await client.nextClose()).code, 3501);
    });
  });
}

describe("what a reload answers", () => {
  underLoad("names what has changed, and nothing else", async (ctx) => {
    assert.deepEqual((await post(ctx)).json, { changed: [], restart_needed: [] });
    const second = { key: APPS.second.key, secret: "another-secret-9999" };
    rewrite(ctx, {
      apps: { ...without(APPS, "census"), second, added: NEW },
      config: { limits: { json_depth: 7 }, server: { heartbeat: "24s" } },
    });
    const { changed, restart_needed: needed } = (await post(ctx)).json;
    assert.deepEqual(needed, []);
    for (const name of [
      "app.added.key",
      "app.added.secret",
      "app.census.key",
      "app.census.secret",
      "app.second.secret",
      "limits.json_depth",
      "server.heartbeat",
    ]) {
      assert.ok(changed.includes(name), `${name} among ${changed}`);
    }
    for (const name of changed) assert.doesNotMatch(name, /^app\.main|app\.second\.key/);
    assert.deepEqual((await post(ctx)).json, { changed: [], restart_needed: [] });
    const { options } = await see(ctx, "/config");
    assert.equal(options.find(({ option }) => option === "limits.json_depth").value, "7");
  });

  underLoad("names what needs a restart, and leaves it as it is", async (ctx) => {
    const fixed = {
      server: { port: 1, homes: 1, demo: "on", pid_file: "/nowhere/else.pid" },
      admin: { listen: "127.0.0.1:2" },
      log: { format: "json" },
    };
    rewrite(ctx, { config: { ...fixed, limits: { json_depth: 8 } } });
    for (const again of [false, true]) {
      const { changed, restart_needed: needed } = (await post(ctx)).json;
      assert.deepEqual(
        needed.sort(),
        [
          "admin.listen",
          "log.format",
          "server.demo",
          "server.homes",
          "server.pid_file",
          "server.port",
        ],
        again ? "the second time" : "the first time",
      );
      assert.deepEqual(changed, again ? [] : ["limits.json_depth"]);
    }
    const { options } = await see(ctx, "/config");
    const inEffect = Object.fromEntries(options.map(({ option, value }) => [option, value]));
    assert.equal(inEffect["server.port"], String(ctx.port));
    assert.equal(inEffect["server.homes"], "2");
    expectAnswer(await ctx.http("GET", "/"), 404);
    await eventually("the log to name them", () => {
      return /restart needed.*server\.port/.test(ctx.server.stderr);
    });
  });

  underLoad("tells the log who asked, and what has changed", async (ctx) => {
    rewrite(ctx, { apps: { ...APPS, added: NEW } });
    await post(ctx);
    await eventually("the log to tell", () => /reloaded.*app\.added\.key/.test(ctx.server.stderr));
    for (const { secret } of [NEW, ...Object.values(APPS)]) {
      assert.ok(!ctx.server.stderr.includes(secret), "a secret is in the log");
    }
  });
});

describe("a configuration that is wrong", () => {
  const head = "[server]\nport = 1\n";
  const app = "[app.main]\nkey = k\nsecret = s\n";
  const BAD = [
    ["an unknown option", `${app}[server]\nprot = 1\n`, 5, /prot/],
    ["a value that cannot be", `${app}[limits]\nqueue_bytes = lots\n`, 5, /queue_bytes/],
    ["a line that is none", `${app}nonsense\n`, 4, /./],
    ["no application", head, null, /app/],
    ["an application without a secret", "[app.main]\nkey = k\n", null, /secret/],
  ];

  for (const [title, text, line, pattern] of BAD) {
    underLoad(`${title}: is refused with its place and changes nothing`, async (ctx) => {
      const client = await ctx.subscriber({ app: "second", channels: ["c"] });
      const before = await see(ctx, "/config");
      writeFileSync(ctx.server.file, text);
      const answer = await post(ctx);
      expectAnswer(answer, 422);
      const { message } = answer.json;
      assert.match(message, pattern);
      if (line) assert.ok(message.includes(`${ctx.server.file}:${line}`), message);
      await eventually("the log to tell", () => /not reloaded/.test(ctx.server.stderr));
      assert.match(ctx.server.stderr, pattern);

      assert.deepEqual(await see(ctx, "/config"), before);
      expectAnswer(await ctx.rest("second").publish("c", "1"), 200, '{"count": 1}\n');
      assert.deepEqual(await client.nextMessage(), { payload: "1", channel: "c" });
      await ctx.expectNothingElse(client, "second");
      await ctx.subscriber({ app: "census" });
    });
  }

  underLoad("by SIGHUP: the log tells why, and nothing changes", async (ctx) => {
    const { user } = await ctx.subscriber({ app: "second" });
    writeFileSync(ctx.server.file, BAD[0][1]);
    ctx.server.child.kill("SIGHUP");
    await eventually("the log to tell", () => {
      const lines = ctx.server.stderr.split("\n").filter((each) => / error server: /.test(each));
      return lines.some((each) => each.includes(`${ctx.server.file}:5`) && /prot/.test(each));
    });
    await untilOnline(ctx.rest("second"), user);
    rewrite(ctx, { apps: { ...APPS, added: NEW } });
    expectAnswer(await post(ctx), 200);
    await settled(ctx);
    expectAnswer(await ctx.rest("added").users(), 200);
  });

  underLoad("a file that is not there is refused", async (ctx) => {
    const { file, directory } = ctx.server;
    const elsewhere = join(directory, "elsewhere.ini");
    renameSync(file, elsewhere);
    const answer = await post(ctx);
    expectAnswer(answer, 422);
    assert.ok(answer.json.message.includes(file), String(answer));
    renameSync(elsewhere, file);
    expectAnswer(await post(ctx), 200);
  });
});

test("whoever has the answer to POST /reload finds it done, on all homes", async () => {
  await withOwnServer({}, async (ctx) => {
    const { key } = APPS.main;
    const users = (secret) => new RestClient(ctx.port, { key, secret }).users();
    let old = APPS.main.secret;
    for (let round = 0; round < 200; ++round) {
      const secret = `secret-of-round-${round}`;
      rewrite(ctx, { apps: { ...APPS, main: { key, secret } } });
      expectAnswer(await post(ctx), 200);
      // Over connections that are kept, on all homes: no time goes by.
      const asked = [secret, old, secret, old, secret, old].map(users);
      const statuses = (await Promise.all(asked)).map(({ status }) => status);
      assert.deepEqual(statuses, [200, 401, 200, 401, 200, 401], `round ${round}`);
      old = secret;
    }
  });
});

test("reloads that are asked for at once are all answered", async () => {
  await withOwnServer({}, async (ctx) => {
    const loop = await PublishLoop.start(ctx);
    const client = await ctx.subscriber({ app: "second" });
    for (let round = 0; round < 5; ++round) {
      rewrite(ctx, { apps: round % 2 ? APPS : { ...APPS, added: NEW } });
      ctx.server.child.kill("SIGHUP");
      const answers = await Promise.all(Array.from({ length: 5 }, () => post(ctx)));
      for (const answer of answers) expectAnswer(answer, 200);
    }
    await ctx.expectNothingElse(client, "second");
    await loop.stop();
  });
});
