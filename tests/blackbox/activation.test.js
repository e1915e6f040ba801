// Sockets handed on by a service manager, and what it is told.
import assert from "node:assert/strict";
import http from "node:http";
import { test } from "node:test";
import WebSocket from "ws";

import { DEADLINE_MS, eventually } from "./support/deadline.js";
import { expectAnswer } from "./support/expect.js";
import { get } from "./support/places.js";
import { UNKNOWN } from "./support/proxy_header.js";
import { forgetConnections, request, RestClient } from "./support/rest.js";
import { withLog } from "./support/server.js";
import { ServiceManager } from "./support/service_manager.js";
import { RawClient } from "./support/sockjs_client.js";

const CLIENTS = 1000;
const SHUTTING_DOWN = 3001;

async function withManager(sockets, body) {
  const manager = await ServiceManager.open(sockets);
  try {
    await body(manager);
  } catch (error) {
    throw withLog(error, manager);
  } finally {
    for (const port of manager.ports) forgetConnections(port);
    await manager.close();
  }
}

// -- a restart ---------------------------------------------------------------

// A client that comes back whenever it is asked to; failures are noted.
class FaithfulClient {
  constructor(port, number, key, noted) {
    this.url = `ws://127.0.0.1:${port}/connect/websocket`;
    this.commands = [`CONNECT user-${number}:${key}`, "SUBSCRIBE c"];
    this.noted = noted;
    this.connect();
  }

  connect() {
    this.socket = new WebSocket(this.url, { perMessageDeflate: false });
    this.socket.on("open", () => this.commands.forEach((each) => this.socket.send(each)));
    this.socket.on("unexpected-response", (asked, response) => {
      const again = Number(response.headers["retry-after"]);
      if (response.statusCode !== 503 || !again) this.noted.push(`status ${response.statusCode}`);
      asked.destroy();
      this.timer = setTimeout(() => this.connect(), 1000 * again);
    });
    this.socket.on("error", (error) => this.noted.push(error.message));
    this.socket.on("close", (code) => {
      if (this.ended) return;
      if (code !== SHUTTING_DOWN) this.noted.push(`closed with ${code}`);
      else this.connect();
    });
  }

  end() {
    this.ended = true;
    clearTimeout(this.timer);
    this.socket.terminate();
  }
}

// Publishes, over a new connection each time, until it is stopped; failures
// are noted.
class NewConnections {
  constructor(port, { key, secret }) {
    this.how = {
      host: "127.0.0.1",
      port,
      method: "POST",
      path: `/api/1.0.0/${key}/channels/c/`,
      headers: { "X-Thunder-Secret-Key": secret, "Content-Length": 1 },
      agent: false,
      timeout: DEADLINE_MS,
    };
    this.statuses = new Map();
    this.noted = [];
    this.ended = this.#run();
  }

  async #run() {
    while (!this.stopped) {
      try {
        const { status, retry } = await this.#publish();
        this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
        if (status !== 200 && !(status === 503 && retry)) this.noted.push(`status ${status}`);
      } catch (error) {
        this.noted.push(error.message);
      }
    }
  }

  #publish() {
    return new Promise((resolve, reject) => {
      const asked = http.request(this.how, (answer) => {
        answer.resume();
        answer.on("error", reject);
        answer.on("end", () => {
          resolve({ status: answer.statusCode, retry: answer.headers["retry-after"] });
        });
      });
      asked.on("timeout", () => asked.destroy(new Error("no answer in time")));
      asked.on("error", reject);
      asked.end("1");
    });
  }

  async stop() {
    this.stopped = true;
    await this.ended;
  }
}

test("a restart on the same socket: nobody is refused, no request fails", async () => {
  await withManager(1, async (manager) => {
    const [port] = manager.ports;
    const rest = new RestClient(port, manager.apps.main);
    const online = (count) =>
      eventually(`${count} clients to be online`, async () => {
        const { count: users } = (await rest.users()).json;
        assert.equal(users, count);
        const answer = await rest.publish("c", "1");
        assert.deepEqual(answer.json, { count });
      });

    let pid = await manager.start();
    const noted = [];
    const clients = [];
    for (let i = 0; i < CLIENTS; ++i) {
      clients.push(new FaithfulClient(port, i, manager.apps.main.key, noted));
    }
    await online(CLIENTS);
    const loop = new NewConnections(port, manager.apps.main);
    try {
      for (let round = 0; round < 2; ++round) {
        forgetConnections(port);
        manager.signal("SIGTERM");
        assert.equal(await manager.end(pid), 0);
        const next = await manager.start();
        assert.notEqual(next, pid);
        pid = next;
        await online(CLIENTS);
      }
    } finally {
      await loop.stop();
      for (const client of clients) client.end();
    }
    assert.deepEqual(noted, [], "failures of clients");
    assert.deepEqual(loop.noted, [], "failures of publishers");
    assert.ok(loop.statuses.get(200) > 0, "some were published");
  });
});

test("clients that come while no server runs are served by the next", async () => {
  await withManager(1, async (manager) => {
    const [port] = manager.ports;
    const early = RawClient.open(port);
    const asked = new RestClient(port, manager.apps.main).users();
    await manager.start();
    const client = await early;
    client.terminate();
    expectAnswer(await asked, 200, '{"count": 0}\n');
  });
});

test("both sockets may be handed on; their names count, not their order", async () => {
  await withManager(2, async (manager) => {
    const [first, second] = manager.ports;
    const isPublic = async (port) => {
      expectAnswer(await request(port, "GET", "/connect"), 200);
      expectAnswer(await request(port, "GET", "/stats"), 404);
    };
    const isAdmin = async (port) => {
      expectAnswer(await request(port, "GET", "/stats"), 200);
      expectAnswer(await request(port, "GET", "/connect"), 404);
    };
    // Sections may have such names; the sockets are not theirs.
    const config = {
      "listener.public": { listen: "127.0.0.1:0" },
      "listener.admin": { listen: "127.0.0.1:0" },
    };
    for (const [names, isFirst, isSecond] of [
      ["public:admin", isPublic, isAdmin],
      ["admin:public", isAdmin, isPublic],
      [undefined, isPublic, isAdmin],
    ]) {
      const pid = await manager.start({ names, config });
      await isFirst(first);
      await isSecond(second);
      for (const port of manager.ports) forgetConnections(port);
      manager.signal("SIGTERM");
      assert.equal(await manager.end(pid), 0);
    }
  });
});

test("a socket may have the name of a listener", async () => {
  await withManager(2, async (manager) => {
    const [first, second] = manager.ports;
    const config = {
      admin: { listen: "off" },
      "listener.inside": { listen: "127.0.0.1:1", proxy_protocol: "on" },
    };
    for (const [names, plain, proxied] of [
      ["public:inside", first, second],
      ["inside:thunderpush.socket", second, first],
    ]) {
      const pid = await manager.start({ names, config });
      expectAnswer(await request(plain, "GET", "/connect"), 200);
      const place = { host: "127.0.0.1", port: proxied };
      assert.equal((await get(place, "/connect", { header: UNKNOWN })).status, 200);
      for (const port of manager.ports) forgetConnections(port);
      manager.signal("SIGTERM");
      assert.equal(await manager.end(pid), 0);
    }
    const [told] = manager.all.filter(({ lines }) => lines?.includes("READY=1"));
    const expected = `STATUS=serving http://127.0.0.1:${first}, http://127.0.0.1:${second}`;
    assert.ok(told.lines.includes(expected), told.lines.join("\n"));
  });
});

// -- notifications -----------------------------------------------------------

test("a service manager is told of start, reload and end", async () => {
  await withManager(1, async (manager) => {
    const pid = await manager.start();
    manager.signal("SIGHUP");
    const reloading = await manager.told("RELOADING=1");
    assert.ok(
      reloading.some((line) => /^MONOTONIC_USEC=\d+$/.test(line)),
      reloading.join(),
    );
    await manager.told("READY=1");
    manager.signal("SIGTERM");
    await manager.told("STOPPING=1");
    assert.equal(await manager.end(pid), 0);

    const told = manager.all.filter(({ event }) => event === "told");
    for (const each of told) assert.equal(each.pid, pid, "by the server itself");
    const states = told.map(({ lines }) => lines.find((line) => line.endsWith("=1")));
    assert.deepEqual(states, ["READY=1", "RELOADING=1", "READY=1", "STOPPING=1"]);
  });
});

test("a service manager with a watchdog hears that all is well, again and again", async () => {
  await withManager(1, async (manager) => {
    const pid = await manager.start({ env: { WATCHDOG_USEC: "300000" } });
    for (let i = 0; i < 3; ++i) await manager.told("WATCHDOG=1");
    manager.signal("SIGTERM");
    assert.equal(await manager.end(pid), 0);
  });
});

test("the watchdog hears from a server that drains, too", async () => {
  await withManager(1, async (manager) => {
    const pid = await manager.start({
      config: { server: { drain: "1h" } },
      env: { WATCHDOG_USEC: "300000" },
    });
    const clients = [];
    for (let i = 0; i < 8; ++i) clients.push(await RawClient.open(manager.ports[0]));
    manager.signal("SIGTERM");
    await manager.told("STOPPING=1");
    manager.events = manager.events.filter(({ lines }) => !lines?.includes("WATCHDOG=1"));
    for (let i = 0; i < 3; ++i) await manager.told("WATCHDOG=1");
    for (const client of clients) client.terminate();
    assert.equal(await manager.end(pid), 0);
  });
});

test("without a watchdog nothing is told of it", async () => {
  await withManager(1, async (manager) => {
    const pid = await manager.start();
    manager.signal("SIGHUP");
    await manager.told("RELOADING=1");
    manager.signal("SIGTERM");
    await manager.end(pid);
    const lines = manager.all.flatMap((each) => each.lines ?? []);
    assert.ok(!lines.includes("WATCHDOG=1"), lines.join());
  });
});
