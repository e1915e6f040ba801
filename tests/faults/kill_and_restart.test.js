// A server that is killed, and the one that takes its place.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { eventually } from "../blackbox/support/deadline.js";
import { untilListed } from "../blackbox/support/expect.js";
import { forgetConnections, RestClient } from "../blackbox/support/rest.js";
import { APPS, startServer, withLog } from "../blackbox/support/server.js";
import { Follower, SOCKETS } from "./support/follower.js";
import { startedAgain } from "./support/process.js";
import { ReturningClient } from "./support/returning_client.js";

const { key } = APPS.main;
const QUIET = { config: { log: { level: "info" } } };
const CHANNEL = "news";
const KILLS = 3;
const OF_EACH = 5; // clients of each kind

const pidFile = ({ directory }) => join(directory, "thunderpush.pid");

async function killed(server) {
  forgetConnections(server.port);
  forgetConnections(server.adminPort);
  const { signal } = await server.end("SIGKILL");
  assert.equal(signal, "SIGKILL");
}

/// Clients of each kind, clients and of other hands.
function audience(port) {
  const kinds = [
    ...Object.entries(SOCKETS).map(([kind, socket]) => [kind, Follower, { socket }]),
    ["another SockJS client", ReturningClient, {}],
  ];
  return kinds.flatMap(([kind, Client, options]) =>
    Array.from({ length: OF_EACH }, (_, index) => {
      const user = `${index} by ${kind}`;
      return new Client({ port, key, user, channel: CHANNEL, ...options });
    }),
  );
}

describe("a server that is killed", () => {
  test("leaves nothing but its PID file, which its successor takes over", async () => {
    const first = await startServer(QUIET);
    await killed(first);
    assert.deepEqual(readdirSync(first.directory).sort(), ["thunderpush.ini", "thunderpush.pid"]);
    assert.equal(readFileSync(pidFile(first), "utf8"), String(first.pid));

    const second = await startedAgain(first);
    try {
      assert.equal(readFileSync(pidFile(second), "utf8"), String(second.pid));
      await second.stop();
      assert.ok(!existsSync(pidFile(second)), "the PID file is removed");
    } catch (error) {
      throw withLog(error, second);
    }
  });

  test("is replaced on its port, and all clients come back and get messages again", async () => {
    let server = await startServer(QUIET);
    const rest = new RestClient(server.port, APPS.main);
    const clients = audience(server.port);
    const users = clients.map(({ user }) => user);
    try {
      for (let number = 0; number <= KILLS; ++number) {
        await untilListed(rest, CHANNEL, users);
        const answer = await rest.publish(CHANNEL, String(number));
        assert.deepEqual(answer.json, { count: users.length });
        for (const each of clients) await each.until(number);
        if (number < KILLS) {
          await killed(server);
          server = await startedAgain(server);
        }
      }
      const all = Array.from({ length: KILLS + 1 }, (_, number) => number);
      for (const each of clients) assert.deepEqual(each.numbers, all, each.user);
    } catch (error) {
      throw withLog(error, server);
    } finally {
      await Promise.all(clients.map((each) => each.close()));
      forgetConnections(server.port);
      if (server.alive) await server.end("SIGTERM");
    }
  });

  test("under load loses no order: what clients get then is newer, and each once", async () => {
    let server = await startServer(QUIET);
    const rest = new RestClient(server.port, APPS.main);
    const clients = audience(server.port);
    const users = clients.map(({ user }) => user);
    let next = 0;
    let stopped = false;
    const publisher = (async () => {
      while (!stopped) {
        // Whether a number without an answer was sent is not known: never again.
        await rest.publish(CHANNEL, String(next++)).catch(() => forgetConnections(server.port));
      }
    })();
    try {
      for (let kill = 0; kill < KILLS; ++kill) {
        await untilListed(rest, CHANNEL, users);
        const seen = clients.map((each) => each.numbers.length);
        await eventually("everybody to get more", () =>
          clients.every((each, index) => each.numbers.length > seen[index] + 5),
        );
        await killed(server);
        server = await startedAgain(server);
      }
      await untilListed(rest, CHANNEL, users);
      const goal = next;
      for (const each of clients) await eventually("the newest", () => each.numbers.at(-1) >= goal);
      for (const each of clients) assert.deepEqual(each.faults(), []);
    } catch (error) {
      throw withLog(error, server);
    } finally {
      stopped = true;
      await publisher;
      await Promise.all(clients.map((each) => each.close()));
      forgetConnections(server.port);
      if (server.alive) await server.end("SIGTERM");
    }
  });
});
