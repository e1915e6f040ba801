// thunderpush-ctl against the real server.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { describe, test } from "node:test";
import { WebSocketServer } from "ws";

import { runTool, ToolProcess, toolPath } from "./support/ctl.js";
import { untilListed, untilOnline } from "./support/expect.js";
import { APPS, freePort, ServerProcess, temporaryDirectory } from "./support/server.js";
import { suite, withOwnServer } from "./support/suite.js";

const USAGE = 2;
const CONTROL = /[\x00-\x09\x0b-\x1f\x7f]/; // but for the end of a line

// As the application `main` of the scenario's server.
const asMain = (ctx) => ["--config", ctx.server.file, "--app", "main"];

// Runs a command to its end.
function ctl(ctx, args, options) {
  return runTool([...args, ...asMain(ctx)], options);
}

// Starts a command that goes on; the scenario ends it.
function start(ctx, args, options) {
  return ctx.keep(new ToolProcess([...args, ...asMain(ctx)], options));
}

function expectExit(tool, code) {
  assert.deepEqual(tool.exit, { code, signal: null }, String(tool));
}

function expectOutput(tool, stdout) {
  expectExit(tool, 0);
  assert.equal(tool.stdout, stdout);
  assert.equal(tool.stderr, "");
}

function expectFailure(tool, code, pattern) {
  expectExit(tool, code);
  assert.match(tool.stderr, pattern);
  assert.equal(tool.stdout, "");
}

const json = (tool) => {
  expectExit(tool, 0);
  assert.equal(tool.lines.length, 1, `one line: ${tool}`);
  return JSON.parse(tool.stdout);
};

suite("thunderpush-ctl publish and send", {}, (scenario) => {
  scenario("a message arrives as it was given, and is counted", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel], raw: true });
    expectOutput(await ctl(ctx, ["publish", channel, '{ "a":1e999 }']), "sent to 1 connection\n");
    assert.deepEqual(await client.nextMessage(), { payload: '{ "a":1e999 }', channel });
  });

  scenario("a message is read from standard input", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel], raw: true });
    const input = `"${"x".repeat(100_000)}"\n`;
    expectOutput(await ctl(ctx, ["publish", channel, "-"], { input }), "sent to 1 connection\n");
    assert.deepEqual(await client.nextMessage(), { payload: input, channel });
  });

  scenario("what is not JSON is not sent, and the place is told", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel], raw: true });
    expectFailure(await ctl(ctx, ["publish", channel, '{"a":1']), USAGE, /not JSON, at byte 6/);
    expectFailure(await ctl(ctx, ["publish", channel, "Hello"]), USAGE, /double quotes/);
    expectFailure(await ctl(ctx, ["publish", channel, "-"]), USAGE, /not JSON, at byte 0/);
    await ctx.expectNothingElse(client);
  });

  scenario("a name that no channel can have is refused", async (ctx) => {
    expectFailure(await ctl(ctx, ["publish", "a b", "1"]), USAGE, /no channel can be called a b/);
  });

  scenario("a message for nobody is no error", async (ctx) => {
    expectOutput(await ctl(ctx, ["publish", ctx.name(), "1"]), "sent to 0 connections\n");
  });

  scenario("--json gives the server's answer", async (ctx) => {
    assert.deepEqual(json(await ctl(ctx, ["publish", ctx.name(), "1", "--json"])), { count: 0 });
  });

  scenario("a message goes to all connections of a user, whatever the name", async (ctx) => {
    const user = `${ctx.name("user")}/ü ?%`;
    const clients = [
      await ctx.subscriber({ user, raw: true }),
      await ctx.subscriber({ user, raw: true }),
    ];
    expectOutput(await ctl(ctx, ["send", user, '"hi"']), "sent to 2 connections\n");
    for (const client of clients) assert.deepEqual(await client.nextMessage(), { payload: '"hi"' });
  });
});

suite("thunderpush-ctl online, users, channels and kick", {}, (scenario) => {
  scenario("a user is online or not", async (ctx) => {
    const client = await ctx.subscriber();
    expectOutput(await ctl(ctx, ["online", client.user]), "yes\n");
    expectOutput(await ctl(ctx, ["online", ctx.name("nobody")]), "no\n");
    assert.deepEqual(json(await ctl(ctx, ["online", client.user, "--json"])), { online: true });
  });

  scenario("users online are counted", async (ctx) => {
    await ctx.subscriber({ app: "census" });
    await ctx.subscriber({ app: "census" });
    const tool = await runTool(["online", "--config", ctx.server.file, "--app", "census"]);
    expectOutput(tool, "2\n");
  });

  scenario("a channel's users are listed, a line for each connection", async (ctx) => {
    const channel = ctx.name("channel");
    const { user } = await ctx.subscriber({ channels: [channel] });
    await ctx.subscriber({ channels: [channel], user });
    expectOutput(await ctl(ctx, ["users", channel]), `${user}\n${user}\n`);
    expectOutput(await ctl(ctx, ["users", ctx.name("empty")]), "");
  });

  scenario("a name cannot steer the terminal, nor begin a line", async (ctx) => {
    const channel = ctx.name("channel");
    await ctx.subscriber({ channels: [channel], user: "\x1b[2J\nroot" });
    expectOutput(await ctl(ctx, ["users", channel]), "\\x1B[2J\\x0Aroot\n");
    const tool = await ctl(ctx, ["users", channel, "--json"]);
    assert.doesNotMatch(tool.stdout, CONTROL);
    assert.deepEqual(json(tool), { users: ["\x1b[2J\nroot"] });
  });

  scenario("channels are listed, those with most subscribers first", async (ctx) => {
    const prefix = ctx.name("list");
    await ctx.subscriber({ channels: [`${prefix}-few`, `${prefix}-many`] });
    await ctx.subscriber({ channels: [`${prefix}-many`] });
    const tool = await ctl(ctx, ["channels", prefix]);
    expectExit(tool, 0);
    assert.equal(tool.lines.length, 3, tool.stdout);
    assert.match(tool.lines[0], /^channel +app +subscribers/);
    assert.match(tool.lines[1], new RegExp(`^${prefix}-many +main +2 `));
    assert.match(tool.lines[2], new RegExp(`^${prefix}-few +main +1 `));
    const { channels } = json(await ctl(ctx, ["channels", prefix, "--json"]));
    assert.deepEqual(channels.map(({ subscribers }) => subscribers), [2, 1]);
  });

  scenario("a list that is longer than --limit is said to be", async (ctx) => {
    const prefix = ctx.name("long");
    await ctx.subscriber({ channels: [`${prefix}-a`, `${prefix}-b`, `${prefix}-c`] });
    const tool = await ctl(ctx, ["channels", prefix, "--limit", "2"]);
    expectExit(tool, 0);
    assert.equal(tool.lines.length, 3, tool.stdout);
    assert.match(tool.stderr, /there are more/);
  });

  scenario("all users online are listed", async (ctx) => {
    const { user } = await ctx.subscriber();
    const tool = await ctl(ctx, ["users"]);
    expectExit(tool, 0);
    assert.match(tool.stdout, new RegExp(`^${user} +main +1 `, "m"));
    const { users } = json(await ctl(ctx, ["users", "--json"]));
    assert.ok(users.some(({ name, connections }) => name === user && connections === 1));
  });

  scenario("a user is disconnected for good", async (ctx) => {
    const client = await ctx.subscriber({ raw: true });
    expectOutput(await ctl(ctx, ["kick", client.user]), `disconnected ${client.user}\n`);
    assert.equal((await client.closed()).code, 4002);
    expectOutput(await ctl(ctx, ["online", client.user]), "no\n");
  });
});

suite("thunderpush-ctl tail", {}, (scenario) => {
  // A tail that is subscribed.
  async function tail(ctx, channels, args = []) {
    const user = ctx.name("tail");
    const tool = start(ctx, ["tail", ...channels, "--user", user, ...args]);
    for (const channel of channels) await untilListed(ctx.rest(), channel, [user]);
    tool.user = user;
    return tool;
  }

  scenario("each message is a line, and --count ends it", async (ctx) => {
    const channel = ctx.name("channel");
    const tool = await tail(ctx, [channel], ["--count", "2"]);
    await ctx.rest().publish(channel, '{"a": 1}');
    await ctx.rest().publish(channel, '{\n  "b": "ü"\r\n}\n');
    await tool.finish();
    expectExit(tool, 0);
    assert.equal(tool.stdout, '{"a": 1}\n{   "b": "ü"  }\n');
    assert.match(tool.stderr, new RegExp(`^thunderpush-ctl: connected to .* as ${tool.user}\n$`));
  });

  scenario("of several channels each message tells its own", async (ctx) => {
    const channels = [ctx.name("channel"), ctx.name("channel")];
    const tool = await tail(ctx, channels, ["--count", "3"]);
    await ctx.rest().publish(channels[1], "1");
    await ctx.rest().publish(channels[0], "2");
    await ctx.rest().tell(tool.user, "3");
    await tool.finish();
    assert.equal(tool.stdout, `${channels[1]}: 1\n${channels[0]}: 2\n@${tool.user}: 3\n`);
  });

  scenario("--json prints envelopes, in ASCII", async (ctx) => {
    const channel = ctx.name("channel");
    const tool = await tail(ctx, [channel], ["--count", "1", "--json"]);
    await ctx.rest().publish(channel, '"ü\x7f"');
    await tool.finish();
    assert.deepEqual(json(tool), { payload: '"ü\x7f"', channel });
    assert.match(tool.stdout, /^[ -~\x7f]*\n$/);
  });

  for (const signal of ["SIGINT", "SIGTERM"]) {
    scenario(`${signal} ends it with status 0`, async (ctx) => {
      const tool = await tail(ctx, [ctx.name("channel")]);
      tool.child.kill(signal);
      await tool.finish();
      expectExit(tool, 0);
      await untilOnline(ctx.rest(), tool.user, false);
    });
  }

  scenario("a wrong key ends it", async (ctx) => {
    const url = `http://127.0.0.1:${ctx.port}`;
    const tool = await runTool(["tail", "c", "--url", url, "--key", "wrong"]);
    expectExit(tool, 1);
    assert.match(tool.stderr, /4000 Invalid API key\. Look at --key/);
  });

  scenario("being disconnected on purpose ends it", async (ctx) => {
    const tool = await tail(ctx, [ctx.name("channel")]);
    await ctx.rest().disconnect(tool.user);
    await tool.finish();
    expectExit(tool, 1);
    assert.match(tool.stderr, /for good: 4002 Server closed the connection/);
  });

  scenario("a name that no channel can have is refused", async (ctx) => {
    expectFailure(await ctl(ctx, ["tail", "fine", "a:b"]), USAGE, /no channel can be called a:b/);
  });
});

test("thunderpush-ctl tail comes back when the server does", async () => {
  await withOwnServer({}, async (ctx) => {
    const user = "steadfast";
    const tool = start(ctx, ["tail", "c", "--user", user, "--count", "2"]);
    await untilListed(ctx.rest(), "c", [user]);
    await ctx.rest().publish("c", "1");
    await tool.until("the first message", () => tool.lines.length === 1);
    ctx.dispose = () => tool.destroy();

    await ctx.server.stop();
    const loss = /3001 Server shutting down; next attempt in \d+ ms/;
    await tool.until("word of the loss", () => loss.test(tool.stderr));
    const again = new ServerProcess(["--config", ctx.server.file]);
    try {
      await again.ready(ctx.port);
      await untilListed(ctx.rest(), "c", [user]);
      await ctx.rest().publish("c", "2");
      await tool.finish();
    } finally {
      await again.end();
    }
    expectExit(tool, 0);
    assert.equal(tool.stdout, "1\n2\n");
  });
});

suite("thunderpush-ctl top", {}, (scenario) => {
  scenario("--once prints the server, its homes, connections and channels", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel], raw: true });
    const tool = await ctl(ctx, ["top", "--once", "--color", "auto"]);
    expectExit(tool, 0);
    assert.doesNotMatch(tool.stdout, CONTROL);
    assert.match(tool.stdout, /^thunderpush \d+\.\d+\.\d+, up .*connections [\d,]+, users [\d,]+/);
    assert.match(tool.stdout, /^home +actors +connections/m);
    const address = "127\\.0\\.0\\.1:\\d+";
    const connection = `^ *\\d+ +${client.user} +main +\\S+ +${address} +connected `;
    assert.match(tool.stdout, new RegExp(connection, "m"));
    assert.match(tool.stdout, new RegExp(`^${channel} +main +\\d +1 `, "m"));
  });

  scenario("--json gives the figures of the admin endpoint", async (ctx) => {
    const { user } = await ctx.subscriber();
    const figures = json(await ctl(ctx, ["top", "--json"]));
    assert.deepEqual(Object.keys(figures), ["stats", "homes", "connections", "channels"]);
    assert.equal(figures.homes.length, 2);
    assert.equal(figures.stats.homes, 2);
    assert.ok(figures.connections.some((one) => one.user === user));
  });

  scenario("without a terminal it says what to do", async (ctx) => {
    expectFailure(await ctl(ctx, ["top"]), USAGE, /needs a terminal; --once/);
  });

  // In a terminal of its own, which script(1) provides.
  function live(ctx) {
    const words = [toolPath(), "top", ...asMain(ctx)].map((word) => `'${word}'`).join(" ");
    const command = `trap : INT; stty rows 24 cols 100; ${words}; echo "status $?"; stty`;
    const how = { command: "script", env: { SHELL: "/bin/sh" } };
    return ctx.keep(new ToolProcess(["-qec", command, "/dev/null"], how));
  }

  function expectRestored(tool) {
    const after = tool.stdout.slice(tool.stdout.indexOf("\x1b[?1049l"));
    assert.ok(tool.stdout.includes("\x1b[?1049h"), "it has entered the other screen");
    assert.match(after, /status 0/);
    assert.doesNotMatch(after, /-icanon|-echo\b/, "lines are edited and shown again");
  }

  scenario("it shows figures until q, and leaves the terminal as it was", async (ctx) => {
    const { user } = await ctx.subscriber();
    const tool = live(ctx);
    await tool.until("the user", () => tool.stdout.includes(user));
    tool.child.stdin.write("s");
    await tool.until("another sort", () => tool.stdout.includes("connections by oldest"));
    tool.child.stdin.write("\t");
    await tool.until("the channels", () => tool.stdout.includes("channels by subscribers"));
    tool.child.stdin.write("q");
    await tool.finish();
    expectRestored(tool);
  });

  scenario("Ctrl-C leaves the terminal as it was, too", async (ctx) => {
    const tool = live(ctx);
    await tool.until("figures", () => tool.stdout.includes("connections by queued_bytes"));
    tool.child.stdin.write("\x03");
    await tool.finish();
    expectRestored(tool);
  });
});

suite("thunderpush-ctl bench", {}, (scenario) => {
  const load = ["--subscribers", "20", "--messages", "50", "--publishers", "3", "--size", "64B"];

  scenario("every message reaches every subscriber, once", async (ctx) => {
    const tool = await ctl(ctx, ["bench", ...load]);
    expectExit(tool, 0);
    assert.match(tool.stdout, /^published +50 in .*64 B each, by 3$/m);
    assert.match(tool.stdout, /^delivered +1,000 in .*to 20$/m);
    assert.match(tool.stdout, /^latency +p50 .*, p90 .*, p99 .*, max .*$/m);
    assert.match(tool.stdout, /^lost +0\nduplicates +0\n$/m);
    assert.equal(tool.stderr, "", "progress is for terminals");
  });

  scenario("--json gives figures that agree with each other", async (ctx) => {
    const found = json(await ctl(ctx, ["bench", "--json", ...load]));
    const { latency_us: latency, ...counts } = found;
    assert.equal(counts.published, 50);
    assert.equal(counts.delivered, 1000);
    assert.equal(counts.lost, 0);
    assert.equal(counts.duplicates, 0);
    const { p50, p90, p99, max } = latency;
    assert.ok(0 < p50 && p50 <= p90 && p90 <= p99 && p99 <= max, JSON.stringify(latency));
  });

  scenario("another machine is spared unless --yes", async (ctx) => {
    const tool = await ctl(ctx, ["bench", "--url", "http://thunderpush.invalid:80"]);
    expectFailure(tool, USAGE, /thunderpush\.invalid is not this machine.*--yes/);
  });

  scenario("more than fits is refused", async (ctx) => {
    const tool = await ctl(ctx, ["bench", "--subscribers", "20000", "--messages", "1000000"]);
    expectFailure(tool, USAGE, /more than 100,000,000 deliveries/);
  });

});

test("thunderpush-ctl bench obeys a server that asks to come later", async () => {
  const limits = { channel_backlog_bytes: "1KiB" };
  await withOwnServer({ config: { limits } }, async (ctx) => {
    const size = ["--subscribers", "20", "--messages", "8", "--publishers", "4", "--size", "4KiB"];
    const found = json(await ctl(ctx, ["bench", "--json", ...size]));
    assert.equal(found.delivered, 20 * 8);
    assert.equal(found.lost, 0);
  });
});

// A server that loses the second message for the first subscriber and sends the
// third one twice to the second.
async function careless() {
  const subscribers = [];
  const envelope = (payload) => JSON.stringify({ payload, channel: "c" });
  const server = http.createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    if (request.method === "POST") {
      for (const [index, socket] of subscribers.entries()) {
        if (index !== 0 || !body.startsWith('"1:')) socket.send(envelope(body));
        if (index === 1 && body.startsWith('"2:')) socket.send(envelope(body));
      }
    }
    response.end(JSON.stringify({ count: subscribers.length, users: subscribers.map(() => "u") }));
  });
  new WebSocketServer({ server }).on("connection", (socket) => {
    socket.on("message", (text) => {
      if (String(text).startsWith("SUBSCRIBE ")) subscribers.push(socket);
    });
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}

test("thunderpush-ctl bench tells what was lost or doubled, and fails", async () => {
  const server = await careless();
  try {
    const url = `http://127.0.0.1:${server.address().port}`;
    const load = ["--subscribers", "3", "--messages", "4"];
    const tool = await runTool(["bench", ...load, "--url", url, "--key", "k", "--secret", "s"]);
    expectExit(tool, 1);
    assert.match(tool.stdout, /^delivered +11 in /m);
    assert.match(tool.stdout, /^lost +1\nduplicates +1\n$/m);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

suite("thunderpush-ctl check", {}, (scenario) => {
  const CHECKS = ["server", "health", "ready", "version", "REST API", "delivery"];

  scenario("all is well", async (ctx) => {
    const tool = await ctl(ctx, ["check"]);
    expectExit(tool, 0);
    assert.deepEqual(
      tool.lines.map((line) => line.split(/ {2,}/).slice(0, 2)),
      CHECKS.map((name) => [name, "ok"]),
    );
    assert.match(tool.lines.at(-1), /from end to end in/);
  });

  scenario("--json tells the same", async (ctx) => {
    const found = json(await ctl(ctx, ["check", "--json"]));
    assert.equal(found.ok, true);
    assert.deepEqual(
      found.checks.map(({ check, result }) => [check, result]),
      CHECKS.map((name) => [name, "ok"]),
    );
  });

  scenario("a wrong secret fails what needs it, and nothing else", async (ctx) => {
    const tool = await ctl(ctx, ["check", "--secret", "wrong-secret-1"]);
    expectExit(tool, 1);
    assert.deepEqual(
      tool.lines.map((line) => line.split(/ {2,}/)[1]),
      ["ok", "ok", "ok", "ok", "failed", "failed"],
    );
    assert.match(tool.stdout, /401: Wrong API key\/secret\. Look at --key and --secret/);
    assert.ok(!tool.stdout.includes("wrong-secret-1"));
  });

  scenario("without key and secret it checks what it can", async (ctx) => {
    const { port, adminPort } = ctx.server;
    const where = ["--url", `127.0.0.1:${port}`, "--admin", `127.0.0.1:${adminPort}`];
    const tool = await runTool(["check", ...where]);
    expectExit(tool, 0);
    assert.match(tool.lines.at(-1), /^delivery +skipped +.*--config FILE/);
  });
});

describe("thunderpush-ctl", () => {
  test("nobody there: says what, where and what to do", async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const known = ["--url", url, "--admin", url, "--key", "k", "--secret", "s"];
    for (const args of [["online"], ["tail", "c"], ["channels"], ["top", "--once"], ["bench"]]) {
      const tool = await runTool([...args, ...known]);
      expectExit(tool, 1);
      const start = `thunderpush-ctl: cannot connect to 127.0.0.1:${port}: Connection refused. `;
      assert.ok(tool.stderr.startsWith(`${start}Is the daemon`), String(tool));
    }
    const check = await runTool(["check", ...known]);
    expectExit(check, 1);
    assert.match(check.stdout, /^server +failed +cannot connect/);
    assert.match(check.stdout, /^delivery +skipped +the server does not answer$/m);
  });

  test("with --json an error is JSON on standard error", async () => {
    const port = await freePort();
    const tool = await runTool(["channels", "--json", "--admin", `http://127.0.0.1:${port}`]);
    expectExit(tool, 1);
    assert.match(JSON.parse(tool.stderr).error, /^cannot connect/);
  });

  test("no command, an unknown one, an unknown option: usage and status 2", async () => {
    expectFailure(await runTool([]), USAGE, /commands:/);
    expectFailure(await runTool(["publihs"]), USAGE, /did you mean publish\?/);
    expectFailure(await runTool(["check", "--confg=x"]), USAGE, /did you mean --config\?/);
  });

  test("of several applications one must be named, and secrets are not shown", async () => {
    const file = join(temporaryDirectory(), "two.ini");
    const sections = Object.entries(APPS).map(
      ([name, { key, secret }]) => `[app.${name}]\nkey = ${key}\nsecret = ${secret}\n`,
    );
    writeFileSync(file, sections.join(""));
    const tool = await runTool(["online", "--config", file]);
    expectFailure(tool, USAGE, /--app: main, second, census/);
    for (const { secret } of Object.values(APPS)) assert.ok(!tool.stderr.includes(secret));
  });

  test("mistakes in the configuration are told with file and line, and status 2", async () => {
    const file = join(temporaryDirectory(), "bad.ini");
    writeFileSync(file, "[server]\nprot = 1\n");
    expectFailure(await runTool(["online", "--config", file]), USAGE, /bad\.ini:2/);
    expectFailure(await runTool(["online", "--config", `${file}-none`]), USAGE, /cannot read/);
  });

  test("https is refused with what to do instead", async () => {
    const tool = await runTool(["check", "--url", "https://127.0.0.1"]);
    expectFailure(tool, USAGE, /speaks no TLS; use http:/);
  });

  test("a listener that is configured to speak TLS is not spoken to", async () => {
    const file = join(temporaryDirectory(), "tls.ini");
    const shows = "tls_certificate = c.pem\ntls_key = k.pem\n";
    writeFileSync(file, `[server]\n${shows}[admin]\n${shows}[app.a]\nkey = k\nsecret = s\n`);
    for (const [command, option] of [["online", "--url"], ["channels", "--admin"], ["tail c", "--url"]]) {
      const tool = await runTool([...command.split(" "), "--config", file]);
      expectFailure(tool, USAGE, new RegExp(`speaks TLS, .* Give ${option} http://HOST:PORT`));
    }
  });

  test("colours only where they are wanted", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const args = ["check", "--url", url, "--admin", url];
    assert.doesNotMatch((await runTool(args)).stdout, CONTROL);
    assert.match((await runTool([...args, "--color", "always"])).stdout, /\x1b\[31mfailed/);
    assert.doesNotMatch((await runTool([...args, "--color", "never"])).stdout, CONTROL);
  });
});

describe("thunderpush-ctl and the admin endpoint's token", () => {
  const token = "a-token-of-32-characters-0123456";

  test("it is taken from the configuration, the environment or the command line", async () => {
    await withOwnServer({ config: { admin: { token } } }, async (ctx) => {
      expectExit(await ctl(ctx, ["channels"]), 0);
      const admin = ["--admin", `http://127.0.0.1:${ctx.server.adminPort}`];
      const env = { THUNDERPUSH_ADMIN__TOKEN: token };
      expectExit(await runTool(["channels", ...admin], { env }), 0);
      expectExit(await runTool(["channels", ...admin, "--admin-token", token]), 0);
      expectFailure(await runTool(["channels", ...admin]), 1, /401.*THUNDERPUSH_ADMIN__TOKEN/);
      const wrong = await runTool(["channels", ...admin, "--admin-token", `${token}-wrong`]);
      expectFailure(wrong, 1, /401/);
      assert.ok(!wrong.stderr.includes(token));
    });
  });

  test("an endpoint that is off is said to be", async () => {
    await withOwnServer({ admin: false }, async (ctx) => {
      expectFailure(await ctl(ctx, ["channels"]), 1, /\[admin\] listen/);
      const check = await ctl(ctx, ["check"]);
      expectExit(check, 0);
      assert.match(check.stdout, /^health +skipped/m);
    });
  });
});
