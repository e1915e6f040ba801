// Tokens: asked for at each connection, and before they expire.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { collectFailures } from "./support/failures.js";
import { FakeEnvironment } from "./support/fake_environment.js";
import { fakeSockets } from "./support/fake_socket.js";
import { source } from "./support/source.js";

const { Thunder } = await source("thunder");
const { lifeOf } = await source("token");
collectFailures();

const settled = () => new Promise((done) => setImmediate(done));
const part = (claims) => Buffer.from(JSON.stringify(claims)).toString("base64url");
const jwt = (claims) => `e30.${part(claims)}.sig`;

/// A Thunder with tokens over sockets in memory, which counts how often it asks.
function start(options) {
  const sockets = fakeSockets();
  const environment = new FakeEnvironment();
  const thunder = new Thunder(
    { server: "here:1", key: "public", SockJS: sockets.Socket, ...options },
    environment,
  );
  const states = [];
  thunder.on("state", (state, { code, reason }) => states.push([state, code, reason]));
  return { thunder, sockets, environment, states };
}

/// Tokens for so many seconds, numbered.
function issuer(seconds) {
  const issued = [];
  const issue = () => {
    issued.push(jwt({ iat: 0, exp: seconds, number: issued.length }));
    return issued.at(-1);
  };
  return { issue, issued };
}

async function open(options) {
  const all = start(options);
  all.thunder.connect();
  await settled();
  all.sockets.last.accept();
  await settled();
  return all;
}

describe("the life of a token", () => {
  test("is from iat to exp, whatever the clock says", () => {
    assert.equal(lifeOf(jwt({ iat: 100, exp: 160 }), 0), 60_000);
    assert.equal(lifeOf(jwt({ iat: 100, exp: 160 }), 1e12), 60_000);
  });

  test("is from now on without iat", () => {
    assert.equal(lifeOf(jwt({ exp: 160 }), 150_000), 10_000);
  });

  test("is not known of what does not tell it", () => {
    for (const text of ["", "a", "a.b.c", jwt({}), jwt({ exp: "x" }), jwt(null)]) {
      assert.equal(lifeOf(text, 0), undefined, text);
    }
  });

  test("is read whatever else the claims hold", () => {
    assert.equal(lifeOf(jwt({ sub: "żółw 🐢??>>", iat: 0, exp: 5 }), 0), 5000);
  });
});

describe("a connection with a token", () => {
  test("shows it in place of the user", async () => {
    const { sockets } = await open({ token: "a.b.c", user: "me" });
    assert.deepEqual(sockets.last.sent, ["CONNECT a.b.c:public"]);
  });

  test("opens no socket before it has one", async () => {
    let give;
    const { thunder, sockets, states } = start({ token: () => new Promise((done) => (give = done)) });
    thunder.connect();
    await settled();
    assert.equal(thunder.state, "connecting");
    assert.equal(sockets.opened.length, 0);
    give("a.b.c");
    await settled();
    assert.equal(sockets.opened.length, 1);
    assert.deepEqual(states.map(([state]) => state), ["connecting"]);
  });

  test("that is closed meanwhile opens none", async () => {
    let give;
    const { thunder, sockets } = start({ token: () => new Promise((done) => (give = done)) });
    thunder.connect();
    thunder.close();
    give("a.b.c");
    await settled();
    assert.equal(thunder.state, "closed");
    assert.equal(sockets.opened.length, 0);
  });

  test("tries again when the function fails", async () => {
    let fails = true;
    const { thunder, sockets, environment, states } = start({
      token: async () => {
        if (fails) throw new Error("no session");
        return "a.b.c";
      },
    });
    thunder.connect();
    await settled();
    assert.deepEqual(states.at(-1), ["waiting", 1006, "no session"]);
    fails = false;
    environment.advance(1000);
    await settled();
    sockets.last.accept();
    assert.deepEqual(sockets.last.sent, ["CONNECT a.b.c:public"]);
  });

  test("takes nothing for a token that cannot be one", async () => {
    for (const wrong of ["", "a:b", undefined, 5]) {
      const { thunder, states } = start({ token: () => wrong });
      thunder.connect();
      await settled();
      assert.equal(states.at(-1)[0], "waiting");
    }
  });

  test("shows a fresh one in time", async () => {
    const { issue, issued } = issuer(100);
    const { sockets, environment } = await open({ token: issue });
    environment.advance(79_000);
    assert.equal(issued.length, 1);
    environment.advance(1000);
    await settled();
    assert.deepEqual(sockets.last.sent, [`CONNECT ${issued[0]}:public`, `REFRESH ${issued[1]}`]);
    environment.advance(80_000);
    await settled();
    assert.equal(sockets.last.sent.at(-1), `REFRESH ${issued[2]}`);
  });

  test("does not ask without pause for tokens that have expired", async () => {
    const { issue, issued } = issuer(-100);
    const { environment } = await open({ token: issue });
    for (let i = 0; i < 10; ++i) {
      environment.advance(100);
      await settled();
    }
    assert.ok(issued.length <= 2, `${issued.length} times in a second`);
  });

  test("comes back with a fresh one when it was closed with 3010", async () => {
    const { issue, issued } = issuer(100);
    const { thunder, sockets, environment } = await open({ token: issue });
    sockets.last.end(3010, "Token expired");
    assert.equal(thunder.state, "waiting");
    environment.advance(1000);
    await settled();
    sockets.last.accept();
    assert.deepEqual(sockets.last.sent, [`CONNECT ${issued[1]}:public`]);
  });

  test("is over with 3010 if there will be no other token", async () => {
    const { thunder, sockets } = await open({ token: "a.b.c" });
    sockets.last.end(3010, "Token expired");
    assert.equal(thunder.state, "closed");
  });

  test("is over with 3500 to 3503", async () => {
    for (const code of [3500, 3502, 3503]) {
      const { sockets, states } = await open({ token: () => "a.b.c" });
      sockets.last.end(code, "why");
      assert.deepEqual(states.at(-1), ["closed", code, "why"]);
    }
  });

  test("asks no more once it is closed", async () => {
    const { issue, issued } = issuer(100);
    const { thunder, environment } = await open({ token: issue });
    thunder.close();
    environment.advance(1_000_000);
    await settled();
    assert.equal(issued.length, 1);
  });
});

describe("private channels", () => {
  test("are subscribed to after their token was shown", async () => {
    const { thunder, sockets } = await open({ user: "me" });
    await thunder.channel("private-a").subscribe(() => "a.b.c");
    assert.deepEqual(sockets.last.sent, [
      "CONNECT me:public",
      "AUTHORIZE a.b.c",
      "SUBSCRIBE private-a",
    ]);
  });

  test("are permitted anew after a reconnection, with fresh tokens", async () => {
    const { issue, issued } = issuer(100);
    const { thunder, sockets, environment } = await open({ user: "me" });
    await thunder.channel("private-a").subscribe(issue);
    thunder.channel("news").subscribe();
    sockets.last.end(1006);
    environment.advance(1000);
    await settled();
    sockets.last.accept();
    assert.deepEqual(sockets.last.sent, [
      "CONNECT me:public",
      `AUTHORIZE ${issued[1]}`,
      "SUBSCRIBE private-a:news",
    ]);
  });

  test("are permitted when subscribed to before connecting", async () => {
    const { thunder, sockets } = start({ user: "me" });
    thunder.channel("private-a").subscribe("a.b.c");
    thunder.connect();
    await settled();
    sockets.last.accept();
    assert.deepEqual(sockets.last.sent, [
      "CONNECT me:public",
      "AUTHORIZE a.b.c",
      "SUBSCRIBE private-a",
    ]);
  });

  test("wait for a token that is slow, and others do not", async () => {
    let give;
    const { thunder, sockets } = start({ user: "me" });
    thunder.channel("news").subscribe();
    thunder.connect();
    thunder.channel("private-a").subscribe(() => new Promise((done) => (give = done)));
    sockets.last.accept();
    assert.deepEqual(sockets.last.sent, ["CONNECT me:public", "SUBSCRIBE news"]);
    give("a.b.c");
    await settled();
    assert.deepEqual(sockets.last.sent.slice(2), ["AUTHORIZE a.b.c", "SUBSCRIBE private-a"]);
  });

  test("show a fresh token in time", async () => {
    const { issue, issued } = issuer(100);
    const { thunder, sockets, environment } = await open({ user: "me" });
    await thunder.channel("private-a").subscribe(issue);
    environment.advance(80_000);
    await settled();
    assert.equal(sockets.last.sent.at(-1), `AUTHORIZE ${issued[1]}`);
  });

  test("that are left need no token any more", async () => {
    const { issue, issued } = issuer(100);
    const { thunder, environment } = await open({ user: "me" });
    const channel = thunder.channel("private-a");
    await channel.subscribe(issue);
    await channel.unsubscribe();
    environment.advance(1_000_000);
    await settled();
    assert.equal(issued.length, 1);
  });

  test("reject if their token cannot be fetched", async () => {
    const { thunder, sockets } = await open({ user: "me" });
    await assert.rejects(
      thunder.channel("private-a").subscribe(() => Promise.reject(new Error("not yours"))),
      /not yours/,
    );
    assert.deepEqual(sockets.last.sent, ["CONNECT me:public"]);
  });

  test("whose token cannot be fetched keep nobody from coming back", async () => {
    let fails = false;
    const token = () => (fails ? Promise.reject(new Error("not yours")) : "a.b.c");
    const { thunder, sockets, environment } = await open({ user: "me" });
    await thunder.channel("private-a").subscribe(token);
    thunder.channel("news").subscribe();
    const reconnect = async () => {
      sockets.last.end(1006);
      environment.advance(10_000);
      await settled();
      sockets.last.accept();
      return sockets.last.sent;
    };
    fails = true;
    assert.deepEqual(await reconnect(), ["CONNECT me:public", "SUBSCRIBE news"]);
    fails = false;
    assert.deepEqual((await reconnect()).slice(1), ["AUTHORIZE a.b.c", "SUBSCRIBE private-a:news"]);
  });

  test("are permitted by authorize() as well", async () => {
    const { thunder, sockets } = await open({ user: "me" });
    await thunder.authorize("a.b.c");
    thunder.channel("private-a").subscribe();
    assert.deepEqual(sockets.last.sent.slice(1), ["AUTHORIZE a.b.c", "SUBSCRIBE private-a"]);
  });
});
