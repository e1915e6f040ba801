// Several applications in one server never meet.
import assert from "node:assert/strict";

import { expectAnswer, untilOnline, WRONG_SECRET } from "./support/expect.js";
import { suite } from "./support/suite.js";

suite("applications", {}, (scenario) => {
  scenario("the same channel and user names in two applications never meet", async (ctx) => {
    const [user, channel] = [ctx.name("user"), ctx.name("channel")];
    const one = await ctx.subscriber({ user, channels: [channel], app: "main" });
    const two = await ctx.subscriber({ user, channels: [channel], app: "second" });
    for (const [app, own] of [["main", one], ["second", two]]) {
      const rest = ctx.rest(app);
      expectAnswer(await rest.channel(channel), 200, `{"users": ["${user}"]}\n`);
      expectAnswer(await rest.publish(channel, `"${app}"`), 200, '{"count": 1}\n');
      expectAnswer(await rest.tell(user, `"${app}"`), 200, '{"count": 1}\n');
      assert.deepEqual(await own.nextMessage(), { payload: `"${app}"`, channel });
      assert.deepEqual(await own.nextMessage(), { payload: `"${app}"` });
    }
    await ctx.expectNothingElse(one);
    await ctx.expectNothingElse(two);
    expectAnswer(await ctx.rest("main").disconnect(user), 204);
    assert.equal((await one.nextClose()).code, 9002);
    expectAnswer(await ctx.rest("second").user(user), 200, '{"online": true}\n');
    await ctx.expectNothingElse(two);
  });

  scenario("presence belongs to the application", async (ctx) => {
    const client = await ctx.subscriber({ app: "second" });
    await untilOnline(ctx.rest("second"), client.user);
    expectAnswer(await ctx.rest("main").user(client.user), 200, '{"online": false}\n');
    expectAnswer(await ctx.rest("census").users(), 200, '{"count": 0}\n');
  });

  scenario("the secret of one application does not open another", async (ctx) => {
    const { key } = ctx.rest("main");
    const { secret } = ctx.rest("second");
    expectAnswer(await ctx.rest("main").get("/users/", { secret }), 401, WRONG_SECRET);
    expectAnswer(await ctx.rest("second").get("/users/", { key }), 401, WRONG_SECRET);
  });

  scenario("a secret is no key in CONNECT", async (ctx) => {
    const client = await ctx.sockjs();
    client.send(`CONNECT u:${ctx.rest("main").secret}`);
    assert.deepEqual(await client.nextClose(), { code: 9000, reason: "Invalid API key." });
  });
});
