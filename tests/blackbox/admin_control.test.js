// What operators can do by the admin endpoint, who may, and what is noted of it.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { connectionOf, see } from "./support/admin.js";
import { eventually } from "./support/deadline.js";
import { expectAnswer, untilListed, untilOnline } from "./support/expect.js";
import { OPERATIONS } from "./support/openapi.js";
import { RawConnection, requestText } from "./support/raw_http.js";
import {
  APPS,
  configuration,
  freePort,
  iniText,
  ServerProcess,
  temporaryDirectory,
} from "./support/server.js";
import { suite, withOwnServer } from "./support/suite.js";

const BAD_CONFIGURATION = 78;
const TOKEN = "a-token-of-32-characters-0123456";
const GO_AWAY = { code: 3000, reason: "Go away!" };
const DISCONNECTED = "Server closed the connection (intentionally).";

const userPath = (user, app = "main") => `/users/${encodeURIComponent(user)}?app=${app}`;

// Waits for a line of the log that has all these texts.
function untilLogged(ctx, ...texts) {
  return eventually(`a line of the log with ${texts.join(" and ")}`, () => {
    const lines = ctx.server.stderr.split("\n");
    return lines.find((line) => texts.every((text) => line.includes(text))) ?? false;
  });
}

const linesWith = (ctx, text) => {
  return ctx.server.stderr.split("\n").filter((line) => line.includes(text));
};

// -- disconnecting -----------------------------------------------------------

suite("disconnecting a client", {}, (scenario) => {
  const idOf = async (ctx, client) => (await connectionOf(ctx, client.user)).id;

  for (const raw of [false, true]) {
    const kind = raw ? "raw" : "SockJS";
    scenario(`closes a ${kind} client with 3000, that it may come back`, async (ctx) => {
      const client = await ctx.subscriber({ raw });
      const id = await idOf(ctx, client);
      expectAnswer(await ctx.admin("DELETE", `/connections/${id}`), 200);
      assert.deepEqual(await client.nextClose(), GO_AWAY);
      await untilOnline(ctx.rest(), client.user, false);
    });

    scenario(`closes a ${kind} client for good with reconnect=false`, async (ctx) => {
      const client = await ctx.subscriber({ raw });
      const id = await idOf(ctx, client);
      const answer = await ctx.admin("DELETE", `/connections/${id}?reconnect=false`);
      expectAnswer(answer, 200);
      assert.equal(answer.json.disconnected, id);
      const code = raw ? 4002 : 9002;
      assert.deepEqual(await client.nextClose(), { code, reason: DISCONNECTED });
    });
  }

  scenario("leaves the user's other connections alone", async (ctx) => {
    const client = await ctx.subscriber();
    const id = await idOf(ctx, client);
    const other = await ctx.subscriber({ user: client.user });
    expectAnswer(await ctx.admin("DELETE", `/connections/${id}`), 200);
    await client.nextClose();
    await ctx.expectNothingElse(other);
  });

  scenario("closes one that has not said who it is", async (ctx) => {
    const client = await ctx.raw();
    const { connections } = await see(ctx, "/connections");
    const { id } = connections.find(({ app }) => app === null);
    expectAnswer(await ctx.admin("DELETE", `/connections/${id}`), 200);
    assert.deepEqual(await client.nextClose(), GO_AWAY);
  });

  scenario("is 404 for an actor that is no client, and harms nobody", async (ctx) => {
    await ctx.subscriber({ channels: [ctx.name("channel")] });
    for (const kind of ["hub", "channel", "session", "admin"]) {
      const [{ id }] = (await see(ctx, `/actors?kind=${kind}&limit=1`)).actors;
      expectAnswer(await ctx.admin("DELETE", `/connections/${id}`), 404);
      expectAnswer(await ctx.admin("GET", `/actors/${id}`), 200);
    }
  });

  scenario("happens once: the second request is 404", async (ctx) => {
    const client = await ctx.subscriber();
    const id = await idOf(ctx, client);
    expectAnswer(await ctx.admin("DELETE", `/connections/${id}`), 200);
    await client.closed();
    await eventually("it to be gone", async () => {
      return (await ctx.admin("DELETE", `/connections/${id}`)).status === 404;
    });
  });
});

suite("disconnecting a user", {}, (scenario) => {
  scenario("closes all connections for good; the user is offline when it answers", async (ctx) => {
    const user = `${ctx.name("user")}/ü %?`;
    const channel = ctx.name("channel");
    const clients = [];
    for (const raw of [false, true, false]) {
      clients.push(await ctx.subscriber({ user, raw, channels: [channel] }));
    }
    const answer = await ctx.admin("DELETE", userPath(user));
    expectAnswer(answer, 200);
    assert.deepEqual(answer.json, { disconnected: user });
    expectAnswer(await ctx.rest().user(user), 200, '{"online": false}\n');
    expectAnswer(await ctx.rest().channel(channel), 200, '{"users": []}\n');
    for (const [index, code] of [9002, 4002, 9002].entries()) {
      assert.deepEqual(await clients[index].nextClose(), { code, reason: DISCONNECTED });
    }
    expectAnswer(await ctx.admin("DELETE", userPath(user)), 404);
  });

  scenario("leaves the same name of another application alone", async (ctx) => {
    const { user } = await ctx.subscriber();
    const other = await ctx.subscriber({ user, app: "second" });
    expectAnswer(await ctx.admin("DELETE", userPath(user)), 200);
    await ctx.expectNothingElse(other);
  });

  scenario("wants the application named, where there are several", async (ctx) => {
    const client = await ctx.subscriber();
    const answer = await ctx.admin("DELETE", `/users/${client.user}`);
    expectAnswer(answer, 400);
    assert.match(answer.json.message, /\bapp\b/);
    await ctx.expectNothingElse(client);
  });
});

test("an only application need not be named", async () => {
  await withOwnServer({ apps: { main: APPS.main } }, async (ctx) => {
    const client = await ctx.subscriber({ channels: ["c"] });
    expectAnswer(await ctx.admin("DELETE", "/channels/c"), 200);
    expectAnswer(await ctx.admin("DELETE", `/users/${client.user}`), 200);
    assert.equal((await client.nextClose()).code, 9002);
  });
});

// -- resetting a channel -----------------------------------------------------

suite("resetting a channel", {}, (scenario) => {
  const actorOf = async (ctx, channel) => {
    const { actors } = await see(ctx, `/actors?kind=channel&name=${channel}`);
    assert.equal(actors.length, 1, `actors of ${channel}`);
    return actors[0];
  };

  scenario("replaces its actor; subscribers stay and get what comes later", async (ctx) => {
    const channel = ctx.name("channel");
    const clients = [];
    for (let i = 0; i < 6; ++i) {
      clients.push(await ctx.subscriber({ channels: [channel], raw: i % 2 === 0 }));
    }
    const before = await actorOf(ctx, channel);
    const answer = await ctx.admin("DELETE", `/channels/${channel}?app=main`);
    expectAnswer(answer, 200);
    assert.deepEqual(answer.json, { reset: channel });
    await untilListed(ctx.rest(), channel, clients.map(({ user }) => user));
    assert.notEqual((await actorOf(ctx, channel)).id, before.id);
    for (let i = 0; i < 3; ++i) {
      expectAnswer(await ctx.rest().publish(channel, `${i}`), 200, '{"count": 6}\n');
      for (const client of clients) {
        assert.deepEqual(await client.nextMessage(), { payload: `${i}`, channel });
      }
    }
    for (const client of clients) await ctx.expectNothingElse(client);
  });

  scenario("lets clients come and go as before", async (ctx) => {
    const channel = ctx.name("channel");
    const first = await ctx.subscriber({ channels: [channel] });
    expectAnswer(await ctx.admin("DELETE", `/channels/${channel}?app=main`), 200);
    const second = await ctx.subscriber({ channels: [channel] });
    await untilListed(ctx.rest(), channel, [first.user, second.user]);
    first.send(`UNSUBSCRIBE ${channel}`);
    await untilListed(ctx.rest(), channel, [second.user]);
    await second.close();
    await untilListed(ctx.rest(), channel, []);
    expectAnswer(await ctx.admin("DELETE", `/channels/${channel}?app=main`), 404);
  });

  scenario("leaves the same name of another application alone", async (ctx) => {
    const channel = ctx.name("channel");
    await ctx.subscriber({ channels: [channel], app: "second" });
    const { id } = await actorOf(ctx, channel);
    expectAnswer(await ctx.admin("DELETE", `/channels/${channel}?app=main`), 404);
    assert.equal((await actorOf(ctx, channel)).id, id);
  });
});

// -- the audit ---------------------------------------------------------------

suite("what operators do", {}, (scenario) => {
  // A request over a connection of its own, whose address is known.
  async function ask(ctx, method, path, body = "") {
    const connection = ctx.keep(await RawConnection.open(ctx.server.adminPort));
    const headers = [`Content-Length: ${body.length}`];
    connection.write(requestText(method, path, { headers, body }));
    const { status } = await connection.readResponse();
    assert.equal(status, 200, `${method} ${path}`);
    return `127.0.0.1:${connection.socket.localPort}`;
  }

  scenario("is logged with what, whom and who asked", async (ctx) => {
    const channel = ctx.name("channel");
    const [first, second] = [
      await ctx.subscriber({ channels: [channel] }),
      await ctx.subscriber({ channels: [channel] }),
    ];
    const { id } = await connectionOf(ctx, first.user);
    for (const [method, path, texts, body] of [
      ["DELETE", `/channels/${channel}?app=main`, ["reset", channel]],
      ["DELETE", `/connections/${id}`, ["disconnect", `${id}`]],
      ["DELETE", userPath(second.user), ["disconnect", second.user]],
      ["POST", "/reload", ["reload"]],
      ["PUT", "/log-level", ["log level", "debug"], '{"level": "debug"}'],
    ]) {
      const address = await ask(ctx, method, path, body);
      const line = await untilLogged(ctx, "audit", address);
      for (const text of texts) assert.ok(line.includes(text), `${text} in ${line}`);
      assert.match(line, / info admin: /);
    }
  });

  scenario("but not what they only look at", async (ctx) => {
    const before = linesWith(ctx, "audit").length;
    for (const path of ["/actors", "/config", "/log-level", "/metrics"]) {
      expectAnswer(await ctx.admin("GET", path), 200);
    }
    const address = await ask(ctx, "POST", "/reload");
    await untilLogged(ctx, "audit", address);
    assert.equal(linesWith(ctx, "audit").length, before + 1);
  });

  scenario("cannot be forged by a name with control characters", async (ctx) => {
    const user = `${ctx.name("user")}\n2026-01-01 info admin audit forged`;
    await ctx.subscriber({ user });
    expectAnswer(await ctx.admin("DELETE", userPath(user)), 200);
    const line = await untilLogged(ctx, "audit: disconnect user", "forged");
    assert.ok(line.includes("\\x0A") || line.includes("\\x0a"), line);
    assert.equal(linesWith(ctx, "audit forged").length, 1);
  });
});

// -- the log's level ---------------------------------------------------------

suite("PUT /log-level", { config: { log: { level: "info" } } }, (scenario) => {
  const put = async (ctx, level, component) => {
    const body = JSON.stringify({ level, component });
    const answer = await ctx.admin("PUT", "/log-level", { body });
    expectAnswer(answer, 200);
    return answer.json;
  };

  // A request whose path stands in the log if requests are logged.
  const leaveTrace = async (ctx) => {
    const mark = ctx.name("mark");
    expectAnswer(await ctx.http("GET", `/${mark}`), 404);
    return mark;
  };

  for (const component of [undefined, "http"]) {
    const of = component ? `of ${component}` : "of all";
    scenario(`changes what is logged ${of}, and back`, async (ctx) => {
      const unseen = await leaveTrace(ctx);
      await put(ctx, "debug", component);
      await untilLogged(ctx, await leaveTrace(ctx));
      await put(ctx, "info", component);
      const unseenEither = await leaveTrace(ctx);
      await put(ctx, "debug", component);
      await untilLogged(ctx, await leaveTrace(ctx));
      await put(ctx, "info", component);
      assert.deepEqual(linesWith(ctx, unseen), []);
      assert.deepEqual(linesWith(ctx, unseenEither), []);
    });
  }

  scenario("GET shows the levels, and components that differ", async (ctx) => {
    const changed = await put(ctx, "debug", "websocket");
    assert.deepEqual(changed, { level: "info", components: { websocket: "debug" } });
    assert.deepEqual(await see(ctx, "/log-level"), changed);
    assert.deepEqual(await put(ctx, "info", "websocket"), { level: "info", components: {} });
  });

  scenario("a level that is refused changes nothing", async (ctx) => {
    const before = await see(ctx, "/log-level");
    expectAnswer(await ctx.admin("PUT", "/log-level", { body: '{"level": "loud"}' }), 400);
    assert.deepEqual(await see(ctx, "/log-level"), before);
  });

  scenario("a reload restores what the configuration says", async (ctx) => {
    await put(ctx, "error", "admin");
    expectAnswer(await ctx.admin("POST", "/reload"), 200);
    assert.deepEqual(await see(ctx, "/log-level"), { level: "info", components: {} });
  });
});

// -- who may -----------------------------------------------------------------

const WRITING = OPERATIONS.filter(({ method }) => method !== "GET");

suite("a page of another site", {}, (scenario) => {
  const targetOf = (path, { user }) => {
    const target = path.replace("{id}", "1").replace("{name}", user);
    return path.includes("{name}") ? `${target}?app=main` : target;
  };

  scenario("cannot ask by a name of its own that leads here (DNS rebinding)", async (ctx) => {
    const port = ctx.server.adminPort;
    for (const host of [
      "evil.example",
      `evil.example:${port}`,
      `localhost.evil.example:${port}`,
      `127.0.0.1.evil.example:${port}`,
      `127.evil.example:${port}`,
    ]) {
      for (const path of ["/actors", "/connections", "/config", "/metrics", "/stats", "/nothing"]) {
        expectAnswer(await ctx.admin("GET", path, { headers: { Host: host } }), 403);
      }
    }
  });

  scenario("cannot change anything (CSRF)", async (ctx) => {
    const client = await ctx.subscriber();
    const port = ctx.server.adminPort;
    for (const Origin of [
      "http://evil.example",
      "https://evil.example:8081",
      "null",
      `http://127.0.0.1:${port}.evil.example`,
      `http://127.0.0.1:${ctx.port}`,
    ]) {
      for (const { method, path } of WRITING) {
        const headers = { Origin };
        const answer = await ctx.admin(method, targetOf(path, client), { headers, body: "{}" });
        expectAnswer(answer, 403);
      }
    }
    await ctx.expectNothingElse(client);
  });

  scenario("learns nothing: no answer permits its origin to read it", async (ctx) => {
    for (const path of ["/", "/actors", "/metrics", "/health", "/openapi.json"]) {
      const answer = await ctx.admin("GET", path, { headers: { Origin: "http://evil.example" } });
      assert.equal(answer.headers["access-control-allow-origin"], undefined, path);
    }
    const asked = { Origin: "http://evil.example", "Access-Control-Request-Method": "DELETE" };
    const preflight = await ctx.admin("OPTIONS", "/reload", { headers: asked });
    assert.ok(preflight.status >= 400, String(preflight));
  });

  scenario("the endpoint's own page and its usual names may", async (ctx) => {
    const port = ctx.server.adminPort;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, "localhost", `[::1]:${port}`]) {
      const headers = { Host: host };
      expectAnswer(await ctx.admin("GET", "/stats", { headers }), 200);
      headers.Origin = `http://${host}`;
      expectAnswer(await ctx.admin("POST", "/reload", { headers }), 200);
    }
  });
});

suite("an endpoint with a token", { config: { admin: { token: TOKEN } } }, (scenario) => {
  const showing = (value) => ({ headers: value === undefined ? {} : { Authorization: value } });
  const closed = OPERATIONS.filter(({ open }) => !open);

  for (const [title, value] of [
    ["no token", undefined],
    ["a wrong token", `Bearer ${TOKEN}x`],
    ["the beginning of the token", `Bearer ${TOKEN.slice(0, -1)}`],
    ["the token without a scheme", TOKEN],
    ["another scheme", `Basic ${TOKEN}`],
    ["an empty token", "Bearer "],
  ]) {
    scenario(`answers 401 to ${title}`, async (ctx) => {
      for (const { method, path } of closed) {
        const target = path.replace("{id}", "1").replace("{name}", "n");
        const answer = await ctx.admin(method, target, { ...showing(value), body: "" });
        expectAnswer(answer, 401);
        assert.match(answer.headers["www-authenticate"], /^Bearer/);
        assert.ok(!answer.text.includes(TOKEN));
      }
    });
  }

  scenario("answers who shows it, by any name", async (ctx) => {
    const { headers } = showing(`Bearer ${TOKEN}`);
    for (const path of ["/stats", "/actors", "/connections", "/metrics", "/config"]) {
      expectAnswer(await ctx.admin("GET", path, { headers }), 200);
      const named = { ...headers, Host: "thunderpush.example" };
      expectAnswer(await ctx.admin("GET", path, { headers: named }), 200);
    }
    expectAnswer(await ctx.admin("POST", "/reload", { headers }), 200);
    const lower = showing(`bearer ${TOKEN}`);
    expectAnswer(await ctx.admin("GET", "/stats", lower), 200);
  });

  scenario("is open for /health, /ready and the page that asks for the token", async (ctx) => {
    for (const path of ["/health", "/ready", "/"]) expectAnswer(await ctx.admin("GET", path), 200);
  });

  scenario("does not show it, nor any secret, in what it answers or logs", async (ctx) => {
    const how = showing(`Bearer ${TOKEN}`);
    const { options } = (await ctx.admin("GET", "/config", how)).json;
    const secret = ["admin.token", ...Object.keys(APPS).map((app) => `app.${app}.secret`)];
    for (const name of secret) {
      assert.equal(options.find(({ option }) => option === name)?.value, null, name);
    }
    const text = JSON.stringify(options) + ctx.server.stderr;
    for (const hidden of [TOKEN, ...Object.values(APPS).map((app) => app.secret)]) {
      assert.ok(!text.includes(hidden), "it is shown");
    }
  });
});

describe("an endpoint that other machines reach", () => {
  const start = async (listen, admin = {}) => {
    const directory = temporaryDirectory();
    const file = join(directory, "open.ini");
    const [port, adminPort] = [await freePort(), await freePort()];
    const settings = configuration({ port, directory }, {
      admin: { listen: `${listen}:${adminPort}`, ...admin },
    });
    writeFileSync(file, iniText(settings));
    return { server: new ServerProcess(["--config", file]), adminPort };
  };

  for (const listen of ["0.0.0.0", "[::]", "192.0.2.1"]) {
    test(`on ${listen} and without a token the server does not start`, async () => {
      const { server } = await start(listen);
      const { code } = await server.waitForExit();
      assert.equal(code, BAD_CONFIGURATION, server.log());
      assert.match(server.stderr, /token/);
    });
  }

  test("with a token it does", async () => {
    const { server, adminPort } = await start("0.0.0.0", { token: TOKEN });
    await server.ready(adminPort);
    await server.stop();
  });
});
