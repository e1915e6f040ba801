// Tokens: how long they count, how they are shown, and that nobody reads them.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { connectionOf, see } from "./support/admin.js";
import { openRaw, TRANSPORTS } from "./support/auth_client.js";
import { AUDIENCE, AUTH_APPS, authServer, KEYS } from "./support/auth_server.js";
import { eventually } from "./support/deadline.js";
import { EventStream } from "./support/event_stream.js";
import { expectAnswer, untilListed, untilOnline } from "./support/expect.js";
import { claims, keyPair, secondsFromNow, token } from "./support/jwt.js";
import { configuration, iniText, ServerProcess, temporaryDirectory } from "./support/server.js";
import { suite, withOwnServer } from "./support/suite.js";

const KEY = AUTH_APPS.hs.key;
const tokenOf = (user, more = {}) => token(claims(user, { aud: AUDIENCE, ...more }), KEYS.hs);
const soon = (milliseconds) => ({ exp: (Date.now() + milliseconds) / 1000 });
const untilClosed = (client) =>
  eventually("the client to be closed", () => client.farewell !== null && client.farewell);

for (const [transport, open] of Object.entries(TRANSPORTS)) {
  suite(`tokens over ${transport}`, authServer(), (scenario) => {
    scenario("a client whose token expires is closed with 3010", async (ctx) => {
      const user = ctx.name("user");
      const client = ctx.keep(await open(ctx.port));
      await client.say(`CONNECT ${tokenOf(user, soon(500))}:${KEY}`);
      await untilOnline(ctx.rest("hs"), user);
      assert.equal(await untilClosed(client), 3010);
      await untilOnline(ctx.rest("hs"), user, false);
    });

    scenario("a fresh token in time keeps the client", async (ctx) => {
      const [user, other] = [ctx.name("user"), ctx.name("user")];
      const clients = [ctx.keep(await open(ctx.port)), ctx.keep(await open(ctx.port))];
      const first = soon(1000);
      await clients[0].say(`CONNECT ${tokenOf(user, first)}:${KEY}`, `REFRESH ${tokenOf(user)}`);
      await clients[1].say(`CONNECT ${tokenOf(other, first)}:${KEY}`);
      await untilOnline(ctx.rest("hs"), user);
      // Both had the same end: who was not refreshed shows that it has come.
      assert.equal(await untilClosed(clients[1]), 3010);
      expectAnswer(await ctx.rest("hs").tell(user, "1"), 200, '{"count": 1}\n');
      assert.equal(clients[0].farewell, null);
    });

    scenario("a fresh token may end earlier", async (ctx) => {
      const user = ctx.name("user");
      const client = ctx.keep(await open(ctx.port));
      await client.say(`CONNECT ${tokenOf(user)}:${KEY}`, `REFRESH ${tokenOf(user, soon(500))}`);
      assert.equal(await untilClosed(client), 3010);
    });
  });
}

suite("tokens", authServer(), (scenario) => {
  scenario("the codes are told with their reasons", async (ctx) => {
    const cases = [
      [`CONNECT ${tokenOf("a", { exp: secondsFromNow(-1) })}:${KEY}`, 3010, "Token expired"],
      [`CONNECT a.b.c:${KEY}`, 3500, "Bad token"],
    ];
    for (const [command, code, reason] of cases) {
      for (const client of [await ctx.sockjs(), await ctx.raw()]) {
        client.send(command);
        assert.deepEqual(await client.nextClose(), { code, reason });
      }
    }
  });

  scenario("a user may have a colon, as it is in the token", async (ctx) => {
    const user = `${ctx.name("tenant")}:alice/ö`;
    const client = await ctx.raw();
    client.send(`CONNECT ${tokenOf(user)}:${KEY}`);
    await untilOnline(ctx.rest("hs"), user);
  });

  scenario("a user id that is too long is refused as in open mode", async (ctx) => {
    const small = tokenOf("u".repeat(5000));
    const client = await ctx.raw();
    client.send(`CONNECT ${small}:${KEY}`);
    await untilOnline(ctx.rest("hs"), "u".repeat(5000));
    const huge = await ctx.raw();
    huge.send(`CONNECT ${tokenOf("u".repeat(8000))}:${KEY}`);
    assert.equal((await huge.nextClose()).code, 3500);
  });

  scenario("a raw WebSocket shows its token in the query or as Bearer", async (ctx) => {
    for (const place of ["query", "header"]) {
      const user = ctx.name("user");
      const client = ctx.keep(
        place === "query"
          ? await openRaw(ctx.port, `key=${KEY}&token=${tokenOf(user)}`)
          : await openRaw(ctx.port, `key=${KEY}`, { Authorization: `bearer ${tokenOf(user)}` }),
      );
      await client.say("SUBSCRIBE handshakes");
      await untilOnline(ctx.rest("hs"), user);
      await untilListed(ctx.rest("hs"), "handshakes", [user]);
      client.close();
      await untilListed(ctx.rest("hs"), "handshakes", []);
    }
  });

  scenario("a bad token in a handshake is told by the close, not by HTTP", async (ctx) => {
    const bad = await openRaw(ctx.port, `key=${KEY}&token=a.b.c`);
    assert.equal(await untilClosed(ctx.keep(bad)), 3500);
    const wrongKey = await openRaw(ctx.port, `key=none&token=${tokenOf("a")}`);
    assert.equal(await untilClosed(ctx.keep(wrongKey)), 9000);
  });

  scenario("a handshake with a token that cannot be one is refused with 400", async (ctx) => {
    const handshake = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    };
    const good = tokenOf("a");
    const cases = [
      [`token=${good}`, {}],
      [`key=&token=${good}`, {}],
      [`key=a%3Ab&token=${good}`, {}],
      [`key=${KEY}&token=`, {}],
      [`key=${KEY}&token=a%20b`, {}],
      [`key=${KEY}&token=a:b`, {}],
      [`key=${KEY}`, { Authorization: "Bearer " }],
      [`key=${KEY}&token=${good}`, { Authorization: `Bearer ${good}` }],
    ];
    for (const [query, more] of cases) {
      const headers = { ...handshake, ...more };
      const answer = await ctx.http("GET", `/connect/websocket?${query}`, { headers });
      assert.equal(answer.status, 400, query);
      assert.ok(!answer.text.includes(good));
    }
  });

  scenario("credentials of another scheme are for a proxy", async (ctx) => {
    const user = ctx.name("user");
    const client = ctx.keep(await openRaw(ctx.port, "", { Authorization: "Basic YTpi" }));
    await client.say(`CONNECT ${tokenOf(user)}:${KEY}`);
    await untilOnline(ctx.rest("hs"), user);
  });

  scenario("REFRESH and AUTHORIZE before CONNECT are ignored", async (ctx) => {
    const user = ctx.name("user");
    const client = await ctx.raw();
    client.send(`REFRESH ${tokenOf(user)}`, `AUTHORIZE ${tokenOf(user)}`);
    client.send(`CONNECT ${tokenOf(user)}:${KEY}`);
    await untilOnline(ctx.rest("hs"), user);
  });

  scenario("a fresh token that permits less ends subscriptions", async (ctx) => {
    const user = ctx.name("user");
    const client = await ctx.raw();
    client.user = user;
    const channels = ["private-1", "private-2"];
    client.send(`CONNECT ${tokenOf(user, { channels })}:${KEY}`);
    client.send(`SUBSCRIBE ${channels.join(":")}:public`);
    await untilListed(ctx.rest("hs"), "private-2", [user]);
    client.send(`REFRESH ${tokenOf(user, { channels: ["private-1"] })}`);
    await untilListed(ctx.rest("hs"), "private-2", []);
    await untilListed(ctx.rest("hs"), "private-1", [user]);
    await untilListed(ctx.rest("hs"), "public", [user]);
    await ctx.expectNothingElse(client, "hs");
  });

  scenario("operators see what a token says, but for itself", async (ctx) => {
    const user = ctx.name("user");
    const shown = tokenOf(user, { info: { plan: "gold" }, channels: ["private-x"] });
    const client = await ctx.raw();
    client.send(`CONNECT ${shown}:${KEY}`);
    await untilOnline(ctx.rest("hs"), user);
    const { id } = await connectionOf(ctx, user);
    const { details } = await see(ctx, `/actors/${id}`);
    assert.deepEqual(details.info, { plan: "gold" });
    assert.ok(Date.parse(details.token_expires) > Date.now());
    assert.ok(!JSON.stringify(details).includes(shown.split(".")[2]));
  });
});

test("no token comes into the log, a trace or what operators are answered", () =>
  withOwnServer(authServer({ log: { level: "debug" } }), async (ctx) => {
    const user = ctx.name("user");
    const tokens = [];
    const make = (more) => {
      tokens.push(tokenOf(user, more));
      return tokens.at(-1);
    };
    const trace = await EventStream.open(
      ctx.server.adminPort,
      `/trace?user=${user}&seconds=1&payload=true`,
    );
    const client = ctx.keep(await openRaw(ctx.port, `key=${KEY}&token=${make()}`));
    await client.say(`REFRESH ${make({ channels: ["private-a"] })}`);
    await client.say(`AUTHORIZE ${make({ channels: ["private-b"] })}`, "SUBSCRIBE private-b");
    await untilListed(ctx.rest("hs"), "private-b", [user]);
    for (const [transport, open] of Object.entries(TRANSPORTS)) {
      const one = ctx.keep(await open(ctx.port));
      const bad = make({ nbf: secondsFromNow(900), transport });
      await one.say(`CONNECT ${bad}:${KEY}`);
      assert.equal(await untilClosed(one), 3500);
    }
    const seen = [JSON.stringify(await trace.remaining())];
    for (const path of ["/actors?kind=connection", "/connections", "/connections/closed", "/config"]) {
      seen.push(JSON.stringify(await see(ctx, path)));
    }
    await ctx.http("GET", `/connect/info?token=${tokens[0]}`);
    seen.push(ctx.server.stderr);
    for (const text of seen) {
      for (const each of tokens) {
        for (const part of each.split(".").slice(1)) assert.ok(!text.includes(part));
      }
      for (const key of [KEYS.hs, KEYS.previous, KEYS.open]) assert.ok(!text.includes(key));
    }
    assert.match(ctx.server.stderr, /refused a token for app hs: nbf has not come/);
  }));

describe("keys of tokens in the configuration", () => {
  const configText = (app) =>
    iniText({
      server: { host: "127.0.0.1", port: 0 },
      admin: { listen: "off" },
      "app.main": { key: "k", secret: "s", ...app },
    });

  async function check(app) {
    const directory = temporaryDirectory();
    const file = join(directory, "thunderpush.ini");
    writeFileSync(file, configText(app(directory)));
    const server = new ServerProcess(["--config", file, "--check-config"]);
    const { code } = await server.waitForExit();
    return { code, file, stderr: server.stderr };
  }

  const pemFile = (directory, text) => {
    const path = join(directory, "key.pem");
    writeFileSync(path, text);
    return path;
  };
  const withPem = (algorithm, text) => (directory) => ({
    auth: "token",
    token_algorithm: algorithm,
    token_key_file: pemFile(directory, text),
  });

  const wrong = {
    "an RSA key for ES256": [
      withPem("ES256", KEYS.rs.publicKey),
      "token_key is no key of an elliptic curve, and token_algorithm is ES256",
    ],
    "a key of P-256 for RS256": [
      withPem("RS256", KEYS.es.publicKey),
      "token_key is no RSA key, and token_algorithm is RS256",
    ],
    "a private key": [
      withPem("RS256", KEYS.rs.privateKey),
      /token_key (is a private key|of RS256 and ES256 is a public key in PEM)/,
    ],
    "a key that was cut": [
      withPem("RS256", KEYS.rs.publicKey.replace(/\n.{10}/, "\n")),
      "token_key is no public key in PEM that can be read",
    ],
    "a public key for HS256": [withPem("HS256", KEYS.rs.publicKey), "token_key is a public key"],
    "no key": [() => ({ auth: "token" }), "asks for tokens and has nothing to verify them with"],
  };
  for (const [what, [app, text]] of Object.entries(wrong)) {
    test(`${what} is refused with its place`, async () => {
      const { code, file, stderr } = await check(app);
      assert.equal(code, 78, stderr);
      assert.ok(stderr.includes(`${file}:`), stderr);
      if (text instanceof RegExp) assert.match(stderr, text);
      else assert.ok(stderr.includes(text), stderr);
    });
  }

  test("a fitting key is fine", async () => {
    for (const kind of ["RS256", "ES256"]) {
      assert.equal((await check(withPem(kind, keyPair(kind).publicKey))).code, 0);
    }
  });

  test("a reload with a wrong key changes nothing, one with another key revokes", () =>
    withOwnServer(authServer(), async (ctx) => {
      const { file, port, adminPort, directory } = ctx.server;
      const options = authServer();
      const rewrite = (changes) =>
        writeFileSync(
          file,
          iniText(
            configuration(
              { port, adminPort, directory, apps: AUTH_APPS },
              { ...options.config, ...changes },
            ),
          ),
        );
      const connects = async () => {
        const client = await ctx.raw();
        const user = ctx.name("user");
        client.send(`CONNECT ${tokenOf(user)}:${KEY}`);
        return eventually("the client to be connected or closed", async () => {
          if (client.closing) return client.closing.code;
          return (await ctx.rest("hs").user(user)).json.online && "connected";
        });
      };
      const es = options.config["app.es"];
      rewrite({ "app.rs": { ...options.config["app.rs"], token_key_file: es.token_key_file } });
      const refused = await ctx.admin("POST", "/reload");
      assert.equal(refused.status, 422, String(refused));
      assert.match(refused.text, /token_key is no RSA key/);
      assert.equal(await connects(), "connected");

      const rotated = { ...options.config["app.hs"], token_key: KEYS.open };
      rewrite({ "app.hs": { ...rotated, previous_token_key: KEYS.hs } });
      assert.equal((await ctx.admin("POST", "/reload")).status, 200);
      assert.equal(await connects(), "connected");

      rewrite({ "app.hs": { ...rotated, previous_token_key: KEYS.previous } });
      assert.equal((await ctx.admin("POST", "/reload")).status, 200);
      assert.equal(await connects(), 3500);
    }));
});

// Each bit of a token, flipped on its way to the server: what remains UTF-8 is
// sent. (The C++ tests flip those that do not.)
suite("a token with one bit flipped", authServer(), (scenario) => {
  const kinds = {
    HS256: ["hs", (user) => tokenOf(user)],
    RS256: ["rs", (user) => token(claims(user), KEYS.rs.privateKey, { alg: "RS256" })],
    ES256: ["es", (user) => token(claims(user), KEYS.es.privateKey, { alg: "ES256" })],
  };
  for (const [algorithm, [app, make]] of Object.entries(kinds)) {
    scenario(`is refused: ${algorithm}`, async (ctx) => {
      const user = ctx.name("user");
      const good = make(user);
      const key = AUTH_APPS[app].key;
      const flipped = [];
      for (let bit = 0; bit < good.length * 8; ++bit) {
        const bytes = Buffer.from(good);
        bytes[bit >> 3] ^= 1 << (bit & 7);
        const text = bytes.toString("utf8");
        // A colon makes it another command, one that is ignored.
        if (Buffer.from(text).equals(bytes) && !text.includes(":")) flipped.push(text);
      }
      assert.ok(flipped.length > good.length * 6);
      const client = await ctx.sockjs();
      client.send(`CONNECT ${good}:${key}`);
      await untilOnline(ctx.rest(app), user);
      const rest = flipped[Symbol.iterator]();
      const work = async () => {
        for (const text of rest) {
          const one = await ctx.sockjs();
          one.send(`CONNECT ${text}:${key}`);
          assert.equal((await one.nextClose()).code, 3500, text);
          one.terminate();
        }
      };
      await Promise.all(Array.from({ length: 16 }, work));
      expectAnswer(await ctx.rest(app).users(), 200, '{"count": 1}\n');
    });
  }
});
