// The command line, beyond the specification's table.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { expectAnswer, WRONG_SECRET } from "./support/expect.js";
import { RestClient } from "./support/rest.js";
import {
  freePort,
  ServerProcess,
  startWithArguments,
  temporaryDirectory,
  withServer,
} from "./support/server.js";
import { Scenario } from "./support/suite.js";

const usual =
  (key, secret) =>
  ({ port, pidPath }) => ["-H", "127.0.0.1", "-p", String(port), "--pid-path", pidPath, key, secret];

test("a server started with the original's command line serves as one with a file", async () => {
  await withServer(
    () => startWithArguments(usual("the-key", "the-secret")),
    async (server) => {
      server.apps = { main: { key: "the-key", secret: "the-secret" } };
      const ctx = new Scenario(server);
      const client = await ctx.subscriber({ channels: ["c"] });
      expectAnswer(await ctx.rest().publish("c", '"Hello World!"'), 200, '{"count": 1}\n');
      assert.equal(
        await client.nextFrame(),
        'a[{"payload":"\\"Hello World!\\"","channel":"c"}]',
      );
      await client.close();
    },
  );
});

test("key and secret are taken as they are, blanks and signs too", async () => {
  const key = "k%20 ü#;=";
  const secret = "s#e;c=r et";
  await withServer(
    () => startWithArguments(usual(key, secret)),
    async (server) => {
      const rest = new RestClient(server.port, { key: encodeURIComponent(key), secret });
      expectAnswer(await rest.users(), 200, '{"count": 0}\n');
      expectAnswer(await rest.get("/users/", { secret: "s" }), 401, WRONG_SECRET);
    },
  );
});

test("a PID file left behind by a server that was killed is taken over", async () => {
  await withServer(
    () =>
      startWithArguments(({ port, pidPath }) => {
        writeFileSync(pidPath, "99999999 and more that must go");
        return usual("k", "s")({ port, pidPath });
      }),
    async (server) => {
      assert.equal(readFileSync(server.pidPath, "utf8"), String(server.pid));
    },
  );
});

test("a server killed by SIGKILL leaves no lock behind", async () => {
  const directory = temporaryDirectory();
  const pidPath = join(directory, "pid");
  const args = ({ port }) => ["-H", "127.0.0.1", "-p", String(port), "--pid-path", pidPath, "k", "s"];
  const first = await startWithArguments(args);
  await first.end("SIGKILL");
  await withServer(
    () => startWithArguments(args),
    async (second) => {
      assert.equal(readFileSync(pidPath, "utf8"), String(second.pid));
    },
  );
  assert.equal(existsSync(pidPath), false);
});

test("a PID path in a directory that does not exist is an error, exit 1", async () => {
  const port = String(await freePort());
  const server = new ServerProcess(["-H", "127.0.0.1", "-p", port, "--pid-path", "/no/such/directory/pid", "k", "s"]);
  const { code } = await server.waitForExit();
  assert.equal(code, 1, server.log());
  assert.match(server.stderr, /\/no\/such\/directory\/pid/);
});

test("ports out of range are refused with exit 2", async () => {
  for (const port of ["65536", "70000", "-1", "99999999999999999999"]) {
    const server = new ServerProcess([`--port=${port}`, "k", "s"]);
    const { code } = await server.waitForExit();
    assert.equal(code, 2, `port ${port}: ${server.log()}`);
    assert.match(server.stderr, /usage/i);
  }
});

test("an ambiguous abbreviation is refused with exit 2", async () => {
  for (const option of ["--ver", "--h"]) {
    // --version or --verbose, --help or --host
    const server = new ServerProcess([option, "k", "s"]);
    const { code } = await server.waitForExit();
    assert.equal(code, 2, `${option}: ${server.log()}`);
  }
});

test("a usage error does not show the secret", async () => {
  const server = new ServerProcess(["--no-such-option", "k", "very-secret-word"]);
  const { code } = await server.waitForExit();
  assert.equal(code, 2, server.log());
  assert.ok(!server.stderr.includes("very-secret-word"), server.stderr);
});
