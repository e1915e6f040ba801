// Channels that not everybody may subscribe to.
import assert from "node:assert/strict";

import { TRANSPORTS } from "./support/auth_client.js";
import { AUTH_APPS, authServer, KEYS } from "./support/auth_server.js";
import { eventually } from "./support/deadline.js";
import { expectAnswer, untilListed } from "./support/expect.js";
import { claims, token } from "./support/jwt.js";
import { suite } from "./support/suite.js";

const OPEN_KEY = AUTH_APPS.open.key;
const grant = (user, channels, more = {}) => token(claims(user, { channels, ...more }), KEYS.open);
const untilClosed = (client) =>
  eventually("the client to be closed", () => client.farewell !== null && client.farewell);

suite("private channels of an app whose users need no token", authServer(), (scenario) => {
  const connected = async (ctx) => {
    const client = await ctx.subscriber({ app: "open", raw: true });
    return { client, user: client.user };
  };

  scenario("a subscription token opens them, in any order of its channels", async (ctx) => {
    const { client, user } = await connected(ctx);
    client.send(`AUTHORIZE ${grant(user, ["private-2", "private-team-*"])}`);
    client.send("SUBSCRIBE private-2:private-team-x:news");
    for (const channel of ["private-2", "private-team-x", "news"]) {
      await untilListed(ctx.rest("open"), channel, [user]);
    }
    expectAnswer(await ctx.rest("open").publish("private-2", "1"), 200, '{"count": 1}\n');
    assert.deepEqual(await client.nextMessage(), { payload: "1", channel: "private-2" });
  });

  scenario("a second token adds to the first", async (ctx) => {
    const { client, user } = await connected(ctx);
    client.send(`AUTHORIZE ${grant(user, ["private-3"])}`, `AUTHORIZE ${grant(user, ["private-4"])}`);
    client.send("SUBSCRIBE private-3:private-4");
    await untilListed(ctx.rest("open"), "private-3", [user]);
    await untilListed(ctx.rest("open"), "private-4", [user]);
  });

  scenario("without one the client is closed, with what precedes it done", async (ctx) => {
    const { client, user } = await connected(ctx);
    client.send("SUBSCRIBE before:private-5:behind");
    assert.deepEqual(await client.nextClose(), { code: 3502, reason: "Not permitted" });
    for (const channel of ["before", "private-5", "behind"]) {
      await untilListed(ctx.rest("open"), channel, []);
    }
    await eventually("the log to tell of it", () =>
      ctx.server.stderr.includes(`user "${user}" has no token for channel "private-5"`),
    );
  });

  scenario("a token for another user is refused", async (ctx) => {
    const { client } = await connected(ctx);
    client.send(`AUTHORIZE ${grant("somebody", ["private-6"])}`);
    assert.deepEqual(await client.nextClose(), { code: 3500, reason: "Bad token" });
  });

  scenario("when it expires, who is subscribed by it is closed with 3010", async (ctx) => {
    const { client, user } = await connected(ctx);
    const idle = await connected(ctx);
    const exp = Date.now() / 1000 + 0.5;
    client.send(`AUTHORIZE ${grant(user, ["private-7"], { exp })}`, "SUBSCRIBE private-7");
    idle.client.send(`AUTHORIZE ${grant(idle.user, ["private-7"], { exp })}`);
    assert.deepEqual(await client.nextClose(), { code: 3010, reason: "Token expired" });
    await ctx.settle(idle.client, "open");
    // What it permitted is not permitted any more.
    idle.client.send("SUBSCRIBE private-7");
    assert.equal((await idle.client.nextClose()).code, 3502);
  });

  scenario("a fresh one in time keeps the subscription", async (ctx) => {
    const [kept, lost] = [await connected(ctx), await connected(ctx)];
    const exp = Date.now() / 1000 + 0.6;
    for (const { client, user } of [kept, lost]) {
      client.send(`AUTHORIZE ${grant(user, ["private-8"], { exp })}`, "SUBSCRIBE private-8");
    }
    kept.client.send(`AUTHORIZE ${grant(kept.user, ["private-8"])}`);
    assert.equal((await lost.client.nextClose()).code, 3010);
    await untilListed(ctx.rest("open"), "private-8", [kept.user]);
    await ctx.settle(kept.client, "open");
  });

  scenario("more channels than a connection may have close it with 3501", async (ctx) => {
    const { client, user } = await connected(ctx);
    for (let i = 0; i < 5; ++i) {
      const names = Array.from({ length: 256 }, (_, at) => `private-${i}-${at}`);
      client.send(`AUTHORIZE ${grant(user, names)}`);
    }
    assert.deepEqual(await client.nextClose(), { code: 3501, reason: "Too many channels" });
  });

  scenario("publishing to them needs no more than to others", async (ctx) => {
    expectAnswer(await ctx.rest("open").publish("private-9", "1"), 200, '{"count": 0}\n');
  });
});

suite("an app without a key of tokens", authServer(), (scenario) => {
  scenario("has no private channels, and ignores AUTHORIZE and REFRESH", async (ctx) => {
    const client = await ctx.subscriber({ app: "plain" });
    client.send("AUTHORIZE a.b.c", "REFRESH a.b.c", "SUBSCRIBE private-x");
    await untilListed(ctx.rest("plain"), "private-x", [client.user]);
  });

  scenario("has nobody in a namespace that needs a token", async (ctx) => {
    const client = await ctx.subscriber({ app: "plain" });
    client.send("SUBSCRIBE members-x");
    assert.equal((await client.nextClose()).code, 3502);
  });
});

const another = authServer({ "app.open": { auth: "open", token_key: KEYS.open, private_prefix: "secret-" } });

for (const [transport, open] of Object.entries(TRANSPORTS)) {
  suite(`a private prefix of one's own, over ${transport}`, another, (scenario) => {
    scenario("counts in place of the usual one", async (ctx) => {
      const user = ctx.name("user");
      const client = ctx.keep(await open(ctx.port));
      await client.say(`CONNECT ${user}:${OPEN_KEY}`, "SUBSCRIBE private-x");
      await untilListed(ctx.rest("open"), "private-x", [user]);
      await client.say("SUBSCRIBE secret-x");
      assert.equal(await untilClosed(client), 3502);
    });
  });
}
