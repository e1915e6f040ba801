// Several addresses of one server: IPv4, IPv6, Unix sockets.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { test } from "node:test";

import { eventually } from "./support/deadline.js";
import { addressSeen, get, placeOf, rawConnection, webSocket } from "./support/places.js";
import { requestText } from "./support/raw_http.js";
import { configuration, freePort, iniText, ServerProcess, temporaryDirectory } from "./support/server.js";
import { suite, withOwnServer } from "./support/suite.js";

const directory = temporaryDirectory();
const inDirectory = (name) => join(directory, name);

const CONFIG = {
  "listener.four": { listen: "127.0.0.1:0" },
  "listener.six": { listen: "[::1]:0" },
  "listener.socket": { listen: `unix:${inDirectory("one.sock")}`, socket_mode: "0600" },
  "listener.abstract": { listen: `unix:@thunderpush-test-${process.pid}` },
};
const NAMES = ["four", "six", "socket"];

function modeOf(path) {
  return (lstatSync(path).mode & 0o777).toString(8);
}

suite("further listeners", { config: CONFIG }, (scenario) => {
  for (const name of NAMES) {
    scenario(`[listener.${name}] offers what [server] does, and no more`, async (ctx) => {
      const place = await placeOf(ctx.server, name);
      assert.equal((await get(place, "/connect")).status, 200);
      assert.equal((await get(place, "/client/thunderpush.js")).status, 200);
      assert.equal((await get(place, "/stats")).status, 404);
      const { key, secret } = ctx.server.apps.main;
      const headers = [`X-Thunder-Secret-Key: ${secret}`];
      const users = await get(place, `/api/1.0.0/${key}/users/`, { headers });
      assert.equal(users.status, 200);
    });

    scenario(`a client of [listener.${name}] gets what is published elsewhere`, async (ctx) => {
      const client = ctx.keep(await webSocket(await placeOf(ctx.server, name)));
      const channel = ctx.name("channel");
      client.send(`CONNECT ${ctx.name("user")}:${ctx.server.apps.main.key}`, `SUBSCRIBE ${channel}`);
      await eventually("a receiver", async () => {
        return (await ctx.rest().publish(channel, "1")).json.count === 1;
      });
      assert.deepEqual(await client.nextMessage(), { payload: "1", channel });
    });
  }

  scenario("operators see where a client comes from", async (ctx) => {
    assert.equal(await addressSeen(ctx, await placeOf(ctx.server, "four")), "own");
    assert.match(await addressSeen(ctx, await placeOf(ctx.server, "six")), /^\[::1\]:\d+$/);
    assert.equal(await addressSeen(ctx, await placeOf(ctx.server, "socket")), "unix");
  });

  scenario("curl reaches a Unix socket, and one without a file", async (ctx) => {
    for (const [option, name] of [
      ["--unix-socket", (await placeOf(ctx.server, "socket")).path],
      ["--abstract-unix-socket", (await placeOf(ctx.server, "abstract")).path.slice(1)],
    ]) {
      const { status, stdout, stderr } = spawnSync(
        "curl",
        ["-sS", "--fail", option, name, "http://localhost/connect"],
        { encoding: "utf8" },
      );
      assert.equal(status, 0, stderr);
      assert.match(stdout, /SockJS/);
    }
  });

  scenario("the file of a Unix socket has the permissions that were asked for", async (ctx) => {
    assert.equal(modeOf((await placeOf(ctx.server, "socket")).path), "600");
  });

  scenario("a reload says that they need a restart", async (ctx) => {
    const text = readFileSync(ctx.server.file, "utf8");
    writeFileSync(ctx.server.file, text.replace("socket_mode = 0600", "socket_mode = 0666"));
    const answer = await ctx.admin("POST", "/reload");
    writeFileSync(ctx.server.file, text);
    assert.deepEqual(answer.json.restart_needed, ["listener.socket.socket_mode"]);
    assert.equal(modeOf((await placeOf(ctx.server, "socket")).path), "600");
  });
});

// -- the file of a Unix socket -----------------------------------------------

// Options of a server with a Unix socket at `path`.
const at = (path, more = {}) => ({
  config: { "listener.socket": { listen: `unix:${path}`, ...more } },
});

const answers = async (path) => (await get({ path }, "/connect")).status === 200;

test("the file of a Unix socket is gone when the server has ended", async () => {
  const path = inDirectory("ends.sock");
  await withOwnServer(at(path), async (ctx) => {
    assert.ok(await answers(path));
    assert.equal(modeOf(path), "660", "by default");
    await ctx.server.stop();
    assert.ok(!existsSync(path));
  });
});

test("a drain closes all addresses at once, and those connected later", async () => {
  const path = inDirectory("drains.sock");
  const config = { ...at(path).config, "listener.four": { listen: "127.0.0.1:0" }, server: { drain: "1h" } };
  await withOwnServer({ config }, async (ctx) => {
    const { port } = await placeOf(ctx.server, "four");
    const clients = [];
    for (let i = 0; i < 8; ++i) clients.push(ctx.keep(await webSocket({ path })));
    ctx.server.child.kill("SIGTERM");
    await eventually("the file to be gone", () => !existsSync(path));
    await eventually("the port to be closed", async () => {
      const refused = await rawConnection({ host: "127.0.0.1", port }).catch(() => true);
      if (refused === true) return true;
      refused.destroy();
      return false;
    });
    assert.ok(ctx.server.alive, "it waits for its clients");
    assert.ok(clients.some((each) => !each.closing));
    // Another server may have the path now.
    await withOwnServer(at(path), async () => {
      assert.ok(await answers(path));
      for (const each of clients) each.terminate();
      await ctx.server.waitForExit();
      assert.ok(await answers(path), "it is not taken away by the end of the first");
    });
  });
});

test("a file that a killed server has left behind is replaced", async () => {
  const path = inDirectory("stale.sock");
  await withOwnServer(at(path), async (ctx) => {
    await ctx.server.end("SIGKILL");
    assert.ok(existsSync(path), "it is left behind");
  });
  await withOwnServer(at(path, { socket_mode: "0666" }), async () => {
    assert.ok(await answers(path));
    assert.equal(modeOf(path), "666");
  });
});

// One that is not to come up; what it said.
async function failedStart(config) {
  const folder = temporaryDirectory();
  const file = join(folder, "thunderpush.ini");
  const port = await freePort();
  writeFileSync(file, iniText(configuration({ port, directory: folder }, config)));
  const server = new ServerProcess(["--config", file]);
  const { code } = await server.waitForExit();
  return { code, said: server.stderr };
}

test("a socket that another server listens on is in use", async () => {
  const path = inDirectory("live.sock");
  await withOwnServer(at(path), async () => {
    const { code, said } = await failedStart(at(path).config);
    assert.equal(code, 1, said);
    assert.ok(said.includes(`cannot listen on unix:${path}: Address already in use`), said);
    assert.ok(await answers(path), "the first goes on");
  });
});

test("a socket whose server takes nobody for the moment is in use, too", async () => {
  const path = inDirectory("busy.sock");
  const busy = net.createServer().listen({ path, backlog: 0 });
  await new Promise((done) => busy.once("listening", done));
  const { code, said } = await failedStart(at(path).config);
  busy.close();
  assert.equal(code, 1, said);
  assert.match(said, /Address already in use/);
});

test("a file that is no socket stays, and stops the start", async () => {
  const path = inDirectory("precious");
  writeFileSync(path, "precious");
  const { code, said } = await failedStart(at(path).config);
  assert.equal(code, 1, said);
  assert.match(said, /a file that is no socket is there; remove it, or choose another path/);
  assert.equal(readFileSync(path, "utf8"), "precious");
});

test("a start that fails leaves no file behind", async () => {
  const path = inDirectory("early.sock");
  const missing = join(inDirectory("no"), "late.sock");
  const { code, said } = await failedStart({
    ...at(path).config,
    "listener.late": { listen: `unix:${missing}` },
  });
  assert.equal(code, 1, said);
  assert.ok(said.includes(`cannot listen on unix:${missing}: No such file or directory`), said);
  assert.ok(!existsSync(path));
});

test("an address that another listener has is in use", async () => {
  const port = await freePort();
  const listen = `127.0.0.1:${port}`;
  const { code, said } = await failedStart({ "listener.a": { listen }, "listener.b": { listen } });
  assert.equal(code, 1, said);
  assert.ok(said.includes(`cannot listen on ${listen}: Address already in use`), said);
});

test("a path that is too long is a mistake in the configuration", async () => {
  const { code, said } = await failedStart(at(`/${"x".repeat(107)}`).config);
  assert.equal(code, 78, said);
  assert.match(said, /thunderpush\.ini:\d+: .*listen/);
});

test("slow clients of a Unix socket are closed as others are", async () => {
  const path = inDirectory("slow.sock");
  const config = { ...at(path).config, limits: { header_timeout: "200ms" } };
  await withOwnServer({ config }, async (ctx) => {
    const slow = ctx.keep(await rawConnection({ path }));
    slow.write(requestText("GET", "/connect").slice(0, 20));
    assert.equal((await slow.readResponse()).status, 408);
  });
});
