// The examples run against the real server. Their pages are tested in
// tests/browser.
import assert from "node:assert/strict";
import { copyFileSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";

import { PackedProject } from "../../client/test/support/packed_project.js";
import { eventually } from "../../tests/blackbox/support/deadline.js";
import { forgetConnections, RestClient } from "../../tests/blackbox/support/rest.js";
import { freePort, startServer, withLog } from "../../tests/blackbox/support/server.js";
import { pathOf, Program } from "./support/example.js";

const require = createRequire(pathOf("../client/package.json"));
const WebSocket = require("ws");
const { Thunder } = require("./dist/thunderpush.cjs");

const APP = { key: "public", secret: "secret" }; // as in packaging/thunderpush.conf

let server;
let rest;
let opened = [];

before(async () => {
  server = await startServer({ apps: { main: APP } });
  rest = new RestClient(server.port, APP);
});

afterEach(async () => {
  for (const close of opened) await close();
  opened = [];
});

after(async () => {
  forgetConnections(server.port);
  if (server.alive) await server.stop();
});

function scenario(title, run) {
  test(title, async () => {
    try {
      await run();
    } catch (error) {
      throw withLog(error, server);
    }
  });
}

function start(command, args, environment) {
  const all = { SERVER: `127.0.0.1:${server.port}`, ...environment };
  const program = new Program(command, args, all);
  opened.push(() => program.kill());
  return program;
}

async function until(channel, count) {
  await eventually(
    `${count} in ${channel}`,
    async () => (await rest.channel(channel)).json.users.length === count,
  );
}

/// What comes on channels from now on, as [channel, payload].
async function listenTo(...channels) {
  const got = [];
  const thunder = new Thunder({ server: `127.0.0.1:${server.port}`, key: APP.key, WebSocket });
  opened.push(() => thunder.close());
  thunder.on("message", (payload, { channel }) => got.push([channel, payload]));
  for (const channel of channels) thunder.channel(channel).subscribe();
  await thunder.connect();
  for (const channel of channels) await until(channel, 1);
  return got;
}

const PUBLISHERS = {
  "publish.sh": "sh",
  "publish.py": "python3",
  "publish.mjs": process.execPath,
};

for (const [script, interpreter] of Object.entries(PUBLISHERS)) {
  describe(`publish/${script}`, () => {
    const path = pathOf(`publish/${script}`);
    const publish = (args, environment) => start(interpreter, [path, ...args], environment);

    scenario("publishes, and says to how many", async () => {
      const channel = `news-${script}`;
      const got = await listenTo(channel);
      const message = { text: "Zażółć 'it' \"now\" & $HOME" };
      const program = publish([channel, JSON.stringify(message)]);
      assert.equal(await program.ended(), 0, program.stderr);
      assert.match(program.stdout, /\b1\b/);
      await eventually("the message", () => got.length === 1);
      assert.deepEqual(got, [[channel, message]]);
    });

    for (const [what, args, environment, expected] of [
      [
        "a wrong secret",
        ["news", "1"],
        { SECRET: "wrong" },
        /401.*Wrong API key|Wrong API key.*401/s,
      ],
      ["what is not JSON", ["news", "{"], {}, /JSON/],
      ["a server that is not there", ["news", "1"], { SERVER: "127.0.0.1:1" }, /127\.0\.0\.1/],
      ["missing arguments", ["news"], {}, /CHANNEL JSON/],
    ]) {
      scenario(`tells of ${what}`, async () => {
        const program = publish(args, environment);
        assert.notEqual(await program.ended(), 0);
        assert.match(program.stdout + program.stderr, expected);
        assert.doesNotMatch(program.stderr, /Traceback|at .*:\d+:\d+/);
      });
    }

    test("can be run by its name", () => {
      assert.ok(statSync(path).mode & 0o100);
    });
  });
}

describe("consumer/", () => {
  let project;

  before(() => {
    project = new PackedProject();
    project.link("ws");
    copyFileSync(pathOf("consumer/consumer.mjs"), join(project.directory, "consumer.mjs"));
  });

  after(() => project.remove());

  const consume = (channels, environment) =>
    start(process.execPath, [join(project.directory, "consumer.mjs"), ...channels], environment);

  scenario("prints what is published, and ends by a signal", async () => {
    const program = consume(["one", "two"]);
    await until("one", 1);
    await until("two", 1);
    await rest.publish("one", '{"n": 1}');
    await rest.publish("two", '"zwei"');
    await program.printed(/zwei/);
    program.child.kill("SIGINT");
    assert.equal(await program.ended(), 0);
    assert.equal(
      program.stdout,
      '{"channel":"one","payload":{"n":1}}\n{"channel":"two","payload":"zwei"}\n',
    );
    assert.equal(program.stderr, "connecting\nopen\nclosed\n");
  });

  scenario("ends with a status if the server does not want it", async () => {
    const program = consume(["one"], { KEY: "wrong" });
    assert.equal(await program.ended(), 1);
    assert.match(program.stderr, /^closed \(9000 Invalid API key\.\)$/m);
  });

  scenario("says when it will try again", async () => {
    const program = consume(["one"], { SERVER: `127.0.0.1:${await freePort()}` });
    await program.printed(/^waiting \(1006 \), next attempt in \d\.\d s$/m);
  });

  scenario("says how it is used", async () => {
    const program = consume([]);
    assert.equal(await program.ended(), 2);
    assert.match(program.stderr, /CHANNEL/);
  });

  test("has the versions that its lock file names", () => {
    const { dependencies } = JSON.parse(readFileSync(pathOf("consumer/package.json"), "utf8"));
    const { packages } = JSON.parse(readFileSync(pathOf("consumer/package-lock.json"), "utf8"));
    assert.deepEqual(packages[""].dependencies, dependencies);
    assert.equal(require("ws/package.json").version, dependencies.ws);
  });
});

describe("chat/", () => {
  /// A chat and its address.
  async function chat(environment) {
    const program = start(process.execPath, [pathOf("chat/server.mjs")], {
      PORT: "0",
      ...environment,
    });
    const [address] = await program.printed(/http:\S+/);
    return address;
  }

  const say = (address, body, type = "application/json") =>
    fetch(`${address}messages`, { method: "POST", headers: { "Content-Type": type }, body });

  scenario("hands out a page that knows where Thunderpush is", async () => {
    const page = await (await fetch(await chat())).text();
    assert.ok(page.includes(`src="http://127.0.0.1:${server.port}/client/thunderpush.js"`));
    assert.ok(page.includes(`server: "127.0.0.1:${server.port}"`));
    assert.ok(!page.includes("8080"));
    assert.ok(!page.includes(APP.secret + '"'), "nothing secret");
  });

  scenario("passes on what people say", async () => {
    const got = await listenTo("chat");
    const answer = await say(
      await chat(),
      JSON.stringify({ name: " Ada ", text: "Hello <b>", more: 1 }),
    );
    assert.deepEqual([answer.status, await answer.json()], [200, { count: 1 }]);
    await eventually("the message", () => got.length === 1);
    const [[channel, { at, ...said }]] = got;
    assert.equal(channel, "chat");
    assert.deepEqual(said, { name: "Ada", text: "Hello <b>" });
    assert.equal(typeof at, "number");
  });

  scenario("refuses what is no message", async () => {
    const got = await listenTo("chat");
    const address = await chat();
    for (const [status, body, type] of [
      [400, "{"],
      [400, "null"],
      [400, '{"name": "Ada"}'],
      [400, '{"name": "Ada", "text": "  "}'],
      [400, '{"name": 5, "text": "x"}'],
      [400, JSON.stringify({ name: "Ada", text: "x".repeat(501) })],
      [400, JSON.stringify({ name: "A".repeat(41), text: "x" })],
      [413, JSON.stringify({ name: "Ada", text: "x".repeat(10000) })],
      [415, '{"name": "Ada", "text": "x"}', "text/plain"],
    ]) {
      const answer = await say(address, body, type);
      assert.equal(answer.status, status, body.slice(0, 80));
      assert.equal(typeof (await answer.json()).message, "string");
    }
    assert.equal((await fetch(`${address}other`)).status, 404);
    assert.deepEqual(got, []);
  });

  for (const [what, environment, message] of [
    ["cannot be reached", { SERVER: "127.0.0.1:1" }, "Thunderpush cannot be reached."],
    ["refuses", { SECRET: "wrong" }, "Thunderpush refused it (401)."],
  ]) {
    scenario(`says that Thunderpush ${what}`, async () => {
      const answer = await say(await chat(environment), '{"name": "Ada", "text": "x"}');
      assert.deepEqual([answer.status, await answer.json()], [502, { message }]);
    });
  }
});

describe("dashboard/feed.mjs", () => {
  scenario("publishes orders", async () => {
    const got = await listenTo("shop-orders", "shop-events");
    start(process.execPath, [pathOf("dashboard/feed.mjs")]);
    await eventually(
      "two numbers",
      () => got.filter(([channel]) => channel === "shop-orders").length >= 2,
    );
    for (const [channel, { at, value, text }] of got) {
      assert.equal(typeof at, "number");
      assert.equal(
        typeof (channel === "shop-orders" ? value : text),
        channel === "shop-orders" ? "number" : "string",
      );
    }
  });

  scenario("goes on when Thunderpush is not there", async () => {
    const program = start(process.execPath, [pathOf("dashboard/feed.mjs")], {
      SERVER: "127.0.0.1:1",
    });
    await program.printed(/\S+[^]*\n\S+[^]*\n/);
    assert.equal(program.child.exitCode, null);
  });
});

describe("all examples", () => {
  const names = readdirSync(pathOf("."), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "test")
    .map(({ name }) => name);

  test("are listed", () => {
    const readme = readFileSync(pathOf("README.md"), "utf8");
    assert.deepEqual(
      [...readme.matchAll(/^\| \[`(\w+)\/`\]/gm)].map(([, name]) => name).sort(),
      names.sort(),
    );
  });

  for (const name of names) {
    test(`say how they are run: ${name}`, () => {
      const readme = readFileSync(pathOf(`${name}/README.md`), "utf8");
      const files = [...readme.matchAll(/\b[a-z]+\.(?:mjs|py|sh|html)\b/g)].map(([file]) => file);
      assert.ok(files.length > 0);
      for (const file of files) assert.ok(readdirSync(pathOf(name)).includes(file), file);
    });
  }
});
