// Secrets of the REST API with rights of their own, and hidden presence.
import assert from "node:assert/strict";

import { AUTH_APPS, authServer, SECRETS } from "./support/auth_server.js";
import { expectAnswer, expectCors, expectJsonError, WRONG_SECRET } from "./support/expect.js";
import { suite } from "./support/suite.js";

suite("secrets with rights", authServer(), (scenario) => {
  const by = (name) => ({ secret: SECRETS[name].secret });

  scenario("a right that is missing is told with 403", async (ctx) => {
    const rest = ctx.rest("hs");
    const refused = {
      publish: await rest.publish("news", "1", by("reader")),
      read: await rest.get("/users/", by("publisher")),
      admin: await rest.request("DELETE", "/users/alice/", by("backend")),
    };
    for (const [right, answer] of Object.entries(refused)) {
      expectAnswer(
        answer,
        403,
        `{"message": "This secret does not have the right ${right}.", "status": 403}\n`,
      );
      expectCors(answer);
    }
  });

  scenario("a right is looked at before the body", async (ctx) => {
    expectJsonError(await ctx.rest("hs").publish("news", "no JSON", by("reader")), 403);
    expectJsonError(await ctx.rest("hs").publish("news", "no JSON", by("publisher")), 400);
  });

  scenario("a secret of one app is nothing to another", async (ctx) => {
    for (const name of Object.keys(SECRETS)) {
      expectAnswer(await ctx.rest("rs").get("/users/", by(name)), 401, WRONG_SECRET);
    }
  });

  scenario("no secret and no key comes into the log", async (ctx) => {
    await ctx.rest("hs").get("/users/", by("reader"));
    for (const { secret } of [...Object.values(SECRETS), ...Object.values(AUTH_APPS)]) {
      assert.ok(!ctx.server.stderr.includes(secret));
    }
  });
});

suite("a namespace whose presence is off", authServer(), (scenario) => {
  scenario("does not list subscribers, whoever asks, and counts when publishing", async (ctx) => {
    const client = await ctx.subscriber({ app: "plain" });
    client.send("SUBSCRIBE quiet-room");
    await ctx.settle(client);
    expectAnswer(
      await ctx.rest("plain").channel("quiet-room"),
      403,
      '{"message": "The subscribers of this channel are not shown.", "status": 403}\n',
    );
    expectAnswer(await ctx.rest("plain").publish("quiet-room", "1"), 200, '{"count": 1}\n');
    expectAnswer(await ctx.rest("plain").channel("loud-room"), 200, '{"users": []}\n');
  });
});
