// The server speaks TLS itself, with clients and with operators.
import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import tls from "node:tls";

import { Authority, openssl } from "./support/certificates.js";
import { eventually } from "./support/deadline.js";
import { expectAnswer, untilOnline } from "./support/expect.js";
import { metrics } from "./support/metrics.js";
import { RawConnection, requestText } from "./support/raw_http.js";
import { request } from "./support/rest.js";
import {
  configuration, freePort, iniText, ServerProcess, temporaryDirectory,
} from "./support/server.js";
import { stalledClient, numberedBody, publishInDetail } from "./support/stalled_client.js";
import { suite, withOwnServer } from "./support/suite.js";

const authority = new Authority();
const shown = authority.issue();
const secure = { ca: authority.ca };

// Options of a server that shows clients these files. Pollers are not waited
// for long at its end.
function showing({ certificate, key } = shown, more = {}) {
  const server = { tls_certificate: certificate, tls_key: key };
  return { secure, config: { sockjs: { disconnect_delay: "1s" }, ...more, server } };
}

// What becomes of a handshake: {socket} or {error}, a code.
function handshake(port, options = {}) {
  return new Promise((resolve) => {
    const socket = tls.connect({ port, host: "127.0.0.1", ...secure, ...options });
    socket.once("secureConnect", () => resolve({ socket }));
    socket.once("error", (error) => resolve({ error: error.code }));
  });
}

async function failures(ctx) {
  return (await metrics(ctx)).of("thunderpush_tls_handshake_failures_total");
}

suite("over TLS", showing(), (scenario) => {
  scenario("the REST API answers", async (ctx) => {
    const client = await ctx.subscriber({ channels: ["c"] });
    expectAnswer(await ctx.rest().publish("c", '"hello"'), 200, '{"count": 1}\n');
    assert.deepEqual(await client.nextMessage(), { payload: '"hello"', channel: "c" });
    expectAnswer(await ctx.rest().publish("c", '"hello"', { secret: "wrong" }), 401);
  });

  scenario("the log says https", async (ctx) => {
    assert.match(ctx.server.stderr, new RegExp(`listening on https://127.0.0.1:${ctx.port}\n`));
    assert.match(ctx.server.stderr, /the certificate of \[server\], .*, is valid until /);
  });

  scenario("every transport delivers in order", async (ctx) => {
    const channel = ctx.name("channel");
    const sockets = [];
    for (let i = 0; i < 10; ++i) {
      sockets.push(await ctx.subscriber({ channels: [channel], raw: i % 2 === 0 }));
    }
    const poller = await ctx.poller({ channels: [channel] });
    const streamer = await ctx.poller({ channels: [channel] });
    const count = 40;
    const last = `${count - 1}\\"`;
    const streamed = streamer.receive("xhr_streaming", { live: (text) => text.includes(last) });
    for (let number = 0; number < count; ++number) {
      expectAnswer(await ctx.rest().publish(channel, `"${number}"`), 200, '{"count": 12}\n');
    }
    const expected = Array.from({ length: count }, (_, number) => `"${number}"`);
    for (const client of sockets) {
      for (const payload of expected) assert.equal((await client.nextMessage()).payload, payload);
    }
    const payloads = (text) =>
      text.split("\n").filter((line) => line.startsWith("a["))
        .flatMap((line) => JSON.parse(line.slice(1))).map(({ payload }) => payload);
    assert.deepEqual(payloads((await streamed).text), expected);
    let polled = [];
    while (polled.length < count) polled = polled.concat(payloads((await poller.receive()).text));
    assert.deepEqual(polled, expected);
  });

  scenario("large messages arrive whole, at many clients", async (ctx) => {
    const channel = ctx.name("channel");
    const clients = [];
    for (let i = 0; i < 20; ++i) {
      clients.push(await ctx.subscriber({ channels: [channel], raw: i % 2 === 0 }));
    }
    for (let number = 0; number < 12; ++number) {
      const size = [1, 1000, 16_384, 65_536, 300_000, 900_000][number % 6];
      const body = JSON.stringify(`${number}:${"x".repeat(size)}`);
      await publishInDetail(ctx, channel, body);
      const got = await Promise.all(clients.map((client) => client.nextMessage()));
      for (const { payload } of got) assert.equal(payload, body);
    }
  });

  scenario("a large body is taken", async (ctx) => {
    const client = await ctx.subscriber();
    const body = JSON.stringify("y".repeat(1_000_000));
    expectAnswer(await ctx.rest().tell(client.user, body), 200, '{"count": 1}\n');
    assert.equal((await client.nextMessage()).payload, body);
  });

  scenario("many requests on one connection, sent at once, are answered in order", async (ctx) => {
    const connection = await ctx.rawHttp();
    connection.write(requestText("GET", "/connect").repeat(50));
    for (let i = 0; i < 50; ++i) assert.equal((await connection.readResponse()).status, 200);
  });

  scenario("TLS 1.2 and 1.3 are spoken, and nothing older", async (ctx) => {
    for (const version of ["TLSv1.2", "TLSv1.3"]) {
      const { socket } = await handshake(ctx.port, { minVersion: version, maxVersion: version });
      assert.equal(socket.getProtocol(), version);
      socket.destroy();
    }
    for (const version of ["TLSv1", "TLSv1.1"]) {
      const { error } = await handshake(ctx.port, {
        minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0",
      });
      assert.match(error, /VERSION/);
    }
  });

  scenario("HTTP/1.1 is agreed on, or nothing", async (ctx) => {
    const { socket } = await handshake(ctx.port, { ALPNProtocols: ["h2", "http/1.1"] });
    assert.equal(socket.alpnProtocol, "http/1.1");
    socket.destroy();
    const silent = await handshake(ctx.port);
    assert.equal(silent.socket.alpnProtocol, false);
    silent.socket.destroy();
    const { error } = await handshake(ctx.port, { ALPNProtocols: ["h2"] });
    assert.match(error, /NO_APPLICATION_PROTOCOL/);
  });

  scenario("a client may come back with its session", async (ctx) => {
    for (const version of ["TLSv1.2", "TLSv1.3"]) {
      const only = { minVersion: version, maxVersion: version };
      const { socket } = await handshake(ctx.port, only);
      let session = version === "TLSv1.2" ? socket.getSession() : null;
      socket.on("session", (ticket) => { session = ticket; });
      socket.write(requestText("GET", "/connect"));
      socket.resume();
      await eventually("a ticket", () => session !== null);
      const again = await handshake(ctx.port, { ...only, session });
      assert.ok(again.socket.isSessionReused(), version);
      again.socket.destroy();
      socket.destroy();
    }
  });

  scenario("who speaks plain HTTP is told so", async (ctx) => {
    const before = await failures(ctx);
    const answer = await request(ctx.port, "GET", "/connect", { headers: { Connection: "close" } });
    expectAnswer(answer, 400, "This port speaks TLS: use https:// (or wss://).\n");
    assert.equal(await failures(ctx), before + 1);
  });

  scenario("a server that was closed properly says so", async (ctx) => {
    const connection = await ctx.rawHttp();
    connection.write(requestText("GET", "/connect", { headers: ["Connection: close"] }));
    assert.equal((await connection.readResponse()).status, 200);
    await connection.closed();
    assert.equal(connection.failure, null);
  });
});

suite("over TLS, in a hurry", showing(shown, { limits: { tls_handshake_timeout: "500ms" } }), (scenario) => {
  scenario("a handshake that does not end is cut off", async (ctx) => {
    const before = await failures(ctx);
    const silent = await RawConnection.open(ctx.port);
    const half = await RawConnection.open(ctx.port);
    half.write(Buffer.from("160301020001", "hex"));
    await silent.closed();
    await half.closed();
    assert.equal(await failures(ctx), before + 1); // the other has not even tried
    const client = await ctx.subscriber();
    await ctx.expectNothingElse(client);
  });

  scenario("a flood of half handshakes leaves nothing behind", async (ctx) => {
    const crowd = [];
    for (let i = 0; i < 300; ++i) {
      crowd.push(await RawConnection.open(ctx.port));
      crowd.at(-1).write(Buffer.from("16030102000100", "hex"));
    }
    const client = await ctx.subscriber();
    for (const each of crowd) await each.closed();
    await ctx.expectNothingElse(client);
    assert.ok(!/warning (listener|http)/.test(ctx.server.stderr), "no warning for each client");
  });
});

const SLOW = { limits: { queue_bytes: 262144 } };

suite("a slow client over TLS", showing(shown, SLOW), (scenario) => {
  scenario("is closed with 3008 when its queue is full, a healthy one gets all", async (ctx) => {
    const channel = ctx.name("channel");
    const slow = await stalledClient(ctx, [channel]);
    const healthy = await ctx.subscriber({ channels: [channel] });
    let online = true;
    for (let number = 0; number < 600 && online; ++number) {
      const body = numberedBody(number);
      await publishInDetail(ctx, channel, body);
      assert.equal((await healthy.nextMessage()).payload, body);
      if (number % 10 === 9) online = (await ctx.rest().user(slow.user)).json.online;
    }
    await untilOnline(ctx.rest(), slow.user, false);
    const gone = await ctx.admin("GET", `/connections/closed?user=${slow.user}`);
    assert.equal(gone.json.closed[0].code, 3008);
  });
});

describe("the end, over TLS", () => {
  test("clients are told to come back, then exit 0", async () => {
    await withOwnServer(showing(), async (ctx) => {
      const clients = [];
      for (let i = 0; i < 20; ++i) clients.push(await ctx.subscriber({ raw: i % 2 === 0 }));
      const half = await RawConnection.open(ctx.port);
      half.write(Buffer.from("160301", "hex"));
      const stopped = ctx.server.stop();
      for (const client of clients) assert.equal((await client.nextClose()).code, 3001);
      await stopped;
    });
  });
});

// -- what is wrong with files ------------------------------------------------

function badFiles() {
  const directory = temporaryDirectory();
  const path = (name) => join(directory, name);
  const other = authority.issue();
  writeFileSync(path("text"), "not PEM\n");
  openssl("pkey", "-in", shown.key, "-aes128", "-passout", "pass:x", "-out", path("encrypted"));
  return [
    [path("none"), shown.key, `tls_certificate: cannot read ${path("none")}: No such file or directory`],
    [path("text"), shown.key, `tls_certificate: ${path("text")} holds no certificate in PEM`],
    [shown.certificate, path("none"), `tls_key: cannot read ${path("none")}: No such file or directory`],
    [shown.certificate, path("text"), `tls_key: ${path("text")} holds no private key in PEM`],
    [shown.certificate, other.key, `tls_key: ${other.key} is not the key of the certificate in ${shown.certificate}`],
    [shown.certificate, path("encrypted"), `tls_key: ${path("encrypted")} is encrypted`],
  ];
}

test("a certificate or key that cannot be used ends the start with file, line and reason", async () => {
  for (const [certificate, key, why] of badFiles()) {
    const directory = temporaryDirectory();
    const file = join(directory, "thunderpush.ini");
    const port = await freePort();
    const changes = showing({ certificate, key }).config;
    const text = iniText(configuration({ port, directory }, changes));
    writeFileSync(file, text);
    for (const more of [[], ["--check-config"]]) {
      const server = new ServerProcess(["--config", file, ...more]);
      assert.equal((await server.waitForExit()).code, 78, why);
      const option = why.slice(0, why.indexOf(":"));
      const line = text.split("\n").findIndex((each) => each.startsWith(`${option} =`)) + 1;
      assert.ok(server.stderr.startsWith(`${file}:${line}: ${why}`), server.stderr);
    }
  }
});

// -- reload ------------------------------------------------------------------

const WAYS = {
  "POST /reload": async (ctx, status) => {
    const answer = await ctx.admin("POST", "/reload", { secure: ctx.adminSecure });
    assert.equal(answer.status, status, String(answer));
    return answer.text;
  },
  SIGHUP: async (ctx, status) => {
    const line = status === 200 ? "configuration reloaded" : "the configuration was not reloaded";
    const count = () => ctx.server.stderr.split(line).length;
    const before = count();
    ctx.server.child.kill("SIGHUP");
    await eventually("the log to tell of the reload", () => count() > before);
    await ctx.admin("GET", "/stats", { secure: ctx.adminSecure }); // all homes have turned
    return ctx.server.stderr;
  },
};

async function shownTo(port, options) {
  const { socket, error } = await handshake(port, options);
  assert.ok(socket, error);
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

function copy(from, to) {
  copyFileSync(from.certificate, to.certificate);
  copyFileSync(from.key, to.key);
}

describe("a reload, over TLS", () => {
  for (const [way, reload] of Object.entries(WAYS)) {
    test(`by ${way}, shows new clients the new certificate and keeps the others`, async () => {
      const files = new Authority().issue();
      copy(shown, files);
      await withOwnServer(showing(files), async (ctx) => {
        const client = await ctx.subscriber({ channels: ["c"] });
        const poller = await ctx.poller();
        const before = await shownTo(ctx.port);
        copy(authority.issue(), files);
        await reload(ctx, 200);
        const after = await shownTo(ctx.port);
        assert.notEqual(after, before);
        expectAnswer(await ctx.rest().publish("c", "1"), 200, '{"count": 1}\n');
        assert.deepEqual(await client.nextMessage(), { payload: "1", channel: "c" });
        await poller.send(["SUBSCRIBE d"]);
        // A bad file changes nothing.
        writeFileSync(files.key, "nothing");
        assert.match(await reload(ctx, 422), /tls_key: .* holds no private key in PEM/);
        assert.equal(await shownTo(ctx.port), after);
        copy(authority.issue(), files);
        await reload(ctx, 200);
        assert.notEqual(await shownTo(ctx.port), after);
        await ctx.expectNothingElse(client);
      });
    });
  }

  test("paths may change; whether TLS is spoken does not without a restart", async () => {
    await withOwnServer(showing(), async (ctx) => {
      const before = await shownTo(ctx.port);
      const rewrite = (config) => writeFileSync(ctx.server.file,
        iniText(configuration(ctx.server, config)));
      rewrite(showing(authority.issue()).config);
      const changed = JSON.parse(await WAYS["POST /reload"](ctx, 200));
      assert.deepEqual(changed.changed, ["server.tls_certificate", "server.tls_key"]);
      assert.deepEqual(changed.restart_needed, []);
      const after = await shownTo(ctx.port);
      assert.notEqual(after, before);
      rewrite({});
      const fixed = JSON.parse(await WAYS["POST /reload"](ctx, 200));
      assert.deepEqual(fixed.restart_needed, ["server.tls_certificate", "server.tls_key"]);
      assert.equal(await shownTo(ctx.port), after);
    });
  });
});

// -- operators ---------------------------------------------------------------

describe("the admin endpoint, over TLS", () => {
  const operators = new Authority();
  const options = (more = {}) => ({
    config: {
      admin: {
        tls_certificate: shown.certificate,
        tls_key: shown.key,
        ...more,
      },
    },
  });

  test("answers whoever trusts its certificate", async () => {
    await withOwnServer(options(), async (ctx) => {
      expectAnswer(await ctx.admin("GET", "/health", { secure }), 200);
      assert.match(ctx.server.stderr, /admin endpoint on https:\/\//);
      const { error } = await handshake(ctx.server.adminPort, { ca: operators.ca });
      assert.match(error, /VERIFY|CERT/);
    });
  });

  test("asks for a certificate, of an authority that it knows", async () => {
    const asking = options({ tls_client_ca: operators.files.certificate });
    await withOwnServer(asking, async (ctx) => {
      const card = operators.card("operator");
      ctx.adminSecure = { ...secure, ...card };
      expectAnswer(await ctx.admin("GET", "/health", { secure: ctx.adminSecure }), 200);
      await WAYS["POST /reload"](ctx, 200);
      const stranger = authority.card("stranger");
      for (const version of ["TLSv1.2", "TLSv1.3"]) {
        for (const shows of [{}, stranger]) {
          const refused = request(ctx.server.adminPort, "GET", "/health", {
            secure: { ...secure, ...shows, maxVersion: version, agent: false },
          });
          await assert.rejects(refused, /alert|ECONNRESET|socket hang up|EPIPE/);
        }
      }
      // Certificates are asked for as long as the token that would take their
      // place is not.
      const { config } = options({ token: "0123456789abcdef" });
      writeFileSync(ctx.server.file, iniText(configuration(ctx.server, config)));
      const { restart_needed } = JSON.parse(await WAYS["POST /reload"](ctx, 200));
      assert.deepEqual(restart_needed.sort(), ["admin.tls_client_ca", "admin.token"]);
      const bare = request(ctx.server.adminPort, "GET", "/health",
        { secure: { ...secure, agent: false } });
      await assert.rejects(bare, /alert|ECONNRESET|socket hang up|EPIPE/);
    });
  });
});
