// thunderpush.md, section 6: the command line.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import net from "node:net";

import { expectAnswer } from "../support/expect.js";
import { RestClient, request } from "../support/rest.js";
import {
  accepts,
  freePort,
  ServerProcess,
  startWithArguments,
  temporaryDirectory,
  withServer,
} from "../support/server.js";
import { section } from "./row.js";

const { rows, add } = section(6);
export { rows };

const APP = { key: "clientkey", secret: "api-secret-1337" };

function withArguments(args, body, options) {
  return withServer(() => startWithArguments(args, options), body);
}

function usual({ port, pidPath }) {
  return ["-H", "127.0.0.1", "-p", String(port), "--pid-path", pidPath, APP.key, APP.secret];
}

async function expectServing(server) {
  expectAnswer(await new RestClient(server.port, APP).users(), 200, '{"count": 0}\n');
}

// Runs the binary, which must end by itself.
async function run(args) {
  const server = new ServerProcess(args);
  const exit = await server.waitForExit();
  return { ...exit, stdout: server.stdout, stderr: server.stderr, shown: server.log() };
}

add("Options", "-h, --help: help on standard output, exit 0, defaults named", async () => {
  for (const option of ["-h", "--help"]) {
    const { code, stdout, shown } = await run([option]);
    assert.equal(code, 0, shown);
    for (const word of [
      "clientkey", "apikey", "--help", "--port", "--host", "--verbose", "--debug",
      "--version", "--pid-path", "8080", "/tmp/thunderpush.pid",
    ]) {
      assert.ok(stdout.includes(word), `${word} is missing in:\n${stdout}`);
    }
  }
});

add("Options", "-p PORT, --port PORT", async () => {
  for (const form of [
    (port) => ["-p", String(port)],
    (port) => ["--port", String(port)],
    (port) => [`--port=${port}`],
    (port) => [`-p${port}`],
  ]) {
    await withArguments(
      ({ port, pidPath }) => [...form(port), "-H", "127.0.0.1", "--pid-path", pidPath, APP.key, APP.secret],
      expectServing,
    );
  }
});

add("Options", "-H HOST, --host HOST: the address given, or all interfaces, IPv4 and IPv6", async () => {
  for (const option of ["-H", "--host"]) {
    await withArguments(
      ({ port, pidPath }) => [option, "127.0.0.1", "-p", String(port), "--pid-path", pidPath, APP.key, APP.secret],
      async (server) => {
        await expectServing(server);
        assert.equal(await accepts(server.port, "127.0.0.2"), false, "only the given address");
      },
    );
  }
  await withArguments(
    ({ port, pidPath }) => ["-p", String(port), "--pid-path", pidPath, APP.key, APP.secret],
    async (server) => {
      await expectServing(server);
      assert.equal(await accepts(server.port, "127.0.0.2"), true, "all IPv4 addresses");
      if (await hasIpv6()) {
        assert.equal(await accepts(server.port, "::1"), true, "IPv6 too");
      }
    },
  );
});

function hasIpv6() {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once("error", () => resolve(false));
    probe.listen(0, "::1", () => probe.close(() => resolve(true)));
  });
}

add("Options", "-v, --verbose: debug log", async () => {
  const logged = {};
  for (const options of [[], ["-v"], ["--verbose"]]) {
    await withArguments(
      (place) => [...options, ...usual(place)],
      async (server) => {
        await expectServing(server);
        await server.stop();
        logged[options[0] ?? "none"] = server.stderr.length;
      },
    );
  }
  assert.ok(logged["-v"] > logged.none, `bytes of log: ${JSON.stringify(logged)}`);
  assert.ok(logged["--verbose"] > logged.none, `bytes of log: ${JSON.stringify(logged)}`);
});

add("Options", "-d, --debug: accepted", async () => {
  for (const option of ["-d", "--debug"]) {
    await withArguments((place) => [option, ...usual(place)], expectServing);
  }
});

add("Options", "-V, --version: version number alone on one line, exit 0", async () => {
  for (const option of ["-V", "--version"]) {
    const { code, stdout, shown } = await run([option]);
    assert.equal(code, 0, shown);
    assert.match(stdout, /^\d+(\.\d+)+\S*\n$/);
  }
});

add("Options", "--pid-path PATH: process id without newline, locked, removed at exit", async () => {
  await withArguments(usual, async (server) => {
    assert.equal(readFileSync(server.pidPath, "utf8"), String(server.pid));
    const flock = spawnSync("flock", ["--nonblock", server.pidPath, "true"]);
    if (!flock.error) assert.equal(flock.status, 1, "flock(1) finds the file locked");
    await server.stop();
    assert.equal(existsSync(server.pidPath), false, "removed at exit");
  });
});

add("Behaviour", "options before, between and after the arguments; -p1234, --port=1234, abbreviations", async () => {
  const forms = [
    ({ port, pidPath }) => [APP.key, APP.secret, "-H", "127.0.0.1", `-p${port}`, "--pid-path", pidPath],
    ({ port, pidPath }) => ["-H", "127.0.0.1", APP.key, `--port=${port}`, APP.secret, `--pid-path=${pidPath}`],
    ({ port, pidPath }) => ["--pid-path", pidPath, APP.key, "-p", String(port), APP.secret, "-H127.0.0.1"],
    ({ port, pidPath }) => ["--por", String(port), "--hos", "127.0.0.1", "--pid", pidPath, "--verb", APP.key, APP.secret],
  ];
  for (const form of forms) await withArguments(form, expectServing);
});

add("Behaviour", "missing argument, unknown option, port not a number: usage on standard error, exit 2", async () => {
  for (const args of [
    [],
    ["onlykey"],
    ["-p", "8081", "onlykey"],
    ["--no-such-option", "key", "secret"],
    ["-x", "key", "secret"],
    ["-p", "abc", "key", "secret"],
    ["-p", "80x", "key", "secret"],
    ["--port=", "key", "secret"],
    ["-p"],
    ["key", "secret", "third"],
  ]) {
    const { code, stdout, stderr, shown } = await run(args);
    assert.equal(code, 2, `arguments ${JSON.stringify(args)}: ${shown}`);
    assert.match(stderr, /usage/i, `arguments ${JSON.stringify(args)}`);
    assert.equal(stdout, "", `arguments ${JSON.stringify(args)}`);
  }
});

add("Behaviour", "PID file locked by another process: message, exit 1, its content left alone", async () => {
  await withArguments(usual, async (first) => {
    const port = await freePort();
    const second = await run([
      "-H", "127.0.0.1", "-p", String(port), "--pid-path", first.pidPath, APP.key, APP.secret,
    ]);
    assert.equal(second.code, 1, second.shown);
    assert.ok(
      second.stderr.includes(`Process already running (PID file: ${first.pidPath}).`),
      second.shown,
    );
    assert.equal(readFileSync(first.pidPath, "utf8"), String(first.pid), "the content is left alone");
    await expectServing(first);
  });
});

add("Behaviour", "address in use: error, exit 1", async () => {
  const holder = net.createServer();
  await new Promise((resolve) => holder.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = holder.address();
    const pidPath = `${temporaryDirectory()}/pid`;
    const { code, stderr, shown } = await run([
      "-H", "127.0.0.1", "-p", String(port), "--pid-path", pidPath, APP.key, APP.secret,
    ]);
    assert.equal(code, 1, shown);
    assert.match(stderr, new RegExp(String(port)), "the message names the port");
    assert.equal(existsSync(pidPath), false, "no PID file is left behind");
  } finally {
    holder.close();
  }
});

add("Behaviour", "SIGINT and SIGTERM end regularly: exit 0, PID file removed", async () => {
  for (const signal of ["SIGINT", "SIGTERM"]) {
    await withArguments(usual, async (server) => {
      await expectServing(server);
      await server.stop(signal);
      assert.equal(existsSync(server.pidPath), false, `PID file after ${signal}`);
      assert.equal(await accepts(server.port), false);
    });
  }
});

add("Behaviour", "log on standard error, never with a secret", async () => {
  await withArguments(
    (place) => ["-v", "-d", ...usual(place)],
    async (server) => {
      await expectServing(server);
      const guessed = "guessed-secret-99";
      const wrong = new RestClient(server.port, { key: APP.key, secret: guessed });
      expectAnswer(await wrong.users(), 401);
      await request(server.port, "GET", "/nothing", { headers: { "X-Thunder-Secret-Key": APP.secret } });
      await server.stop();
      assert.equal(server.stdout, "", "nothing on standard output");
      assert.ok(server.stderr.length > 0, "something on standard error");
      assert.ok(!server.stderr.includes(APP.secret), "the secret is not in the log");
      assert.ok(!server.stderr.includes(guessed), "nor is a wrong one");
    },
  );
});

add("Behaviour", "started as the container image does: -H 0.0.0.0, key and secret as arguments", async () => {
  await withArguments(
    ({ port, pidPath }) => ["-H", "0.0.0.0", "-p", String(port), "--pid-path", pidPath, APP.key, APP.secret],
    expectServing,
  );
});
