// /users/: presence, messages to users.
import assert from "node:assert/strict";

import { eventually } from "./support/deadline.js";
import { expectAnswer, untilOnline } from "./support/expect.js";
import { suite } from "./support/suite.js";

suite("users over the API", {}, (scenario) => {
  scenario("the count follows users as they come and go", async (ctx) => {
    const rest = ctx.rest("census");
    expectAnswer(await rest.users(), 200, '{"count": 0}\n');
    const clients = [];
    for (let i = 0; i < 5; ++i) {
      clients.push(await ctx.subscriber({ app: "census" }));
      expectAnswer(await rest.users(), 200, `{"count": ${i + 1}}\n`);
    }
    for (let left = 4; left >= 0; --left) {
      clients.pop().terminate();
      await eventually(`${left} users to be left`, async () => {
        expectAnswer(await rest.users(), 200, `{"count": ${left}}\n`);
      });
    }
  });

  scenario("a connection that never sent CONNECT is nobody", async (ctx) => {
    await ctx.sockjs();
    await ctx.raw();
    await ctx.subscriber({ app: "census", user: "the-only-one" });
    expectAnswer(await ctx.rest("census").users(), 200, '{"count": 1}\n');
  });

  scenario("ids with quotes, controls and brackets are ids like others", async (ctx) => {
    for (const user of ['"', "\\", "a\nb", "<script>", "{}", "%", "%41", "a&b=c", "#", ";", "\u007f", "a\u2028b"]) {
      const channel = ctx.name("channel");
      const client = await ctx.subscriber({ user, channels: [channel] });
      const rest = ctx.rest();
      expectAnswer(await rest.user(user), 200, '{"online": true}\n');
      assert.deepEqual((await rest.channel(channel)).json, { users: [user] });
      expectAnswer(await rest.tell(user, "1"), 200, '{"count": 1}\n');
      assert.deepEqual(await client.nextMessage(), { payload: "1" });
    }
  });

  scenario("ids differ in case and in every character", async (ctx) => {
    await ctx.subscriber({ user: "Case" });
    for (const other of ["case", "CASE", "Case ", " Case", "Case/", "Cas"]) {
      expectAnswer(await ctx.rest().user(other), 200, '{"online": false}\n');
    }
  });

  scenario("an id of 3,000 bytes in the path is found", async (ctx) => {
    const user = "i".repeat(3000);
    await ctx.subscriber({ user });
    expectAnswer(await ctx.rest().user(user), 200, '{"online": true}\n');
  });

  scenario("a message reaches only its user", async (ctx) => {
    const one = await ctx.subscriber();
    const other = await ctx.subscriber();
    expectAnswer(await ctx.rest().tell(one.user, '"for one"'), 200, '{"count": 1}\n');
    assert.deepEqual(await one.nextMessage(), { payload: '"for one"' });
    await ctx.expectNothingElse(other);
    await ctx.expectNothingElse(one);
  });

  scenario("a message reaches SockJS and raw connections of one user", async (ctx) => {
    const user = ctx.name("user");
    const sockjs = await ctx.subscriber({ user });
    const raw = await ctx.subscriber({ user, raw: true });
    expectAnswer(await ctx.rest().tell(user, "[1]"), 200, '{"count": 2}\n');
    assert.equal(await sockjs.nextFrame(), 'a[{"payload":"[1]"}]');
    assert.equal(await raw.next(), '{"payload":"[1]"}');
  });

  scenario("a message for nobody is not kept for whoever comes later", async (ctx) => {
    const user = ctx.name("user");
    expectAnswer(await ctx.rest().tell(user, '"early"'), 200, '{"count": 0}\n');
    const client = await ctx.subscriber({ user });
    await ctx.expectNothingElse(client);
  });

  scenario("DELETE, then the same user may come again", async (ctx) => {
    const rest = ctx.rest();
    const first = await ctx.subscriber();
    expectAnswer(await rest.disconnect(first.user), 204, "");
    assert.equal((await first.nextClose()).code, 9002);
    const second = await ctx.subscriber({ user: first.user });
    expectAnswer(await rest.tell(first.user, "1"), 200, '{"count": 1}\n');
    assert.deepEqual(await second.nextMessage(), { payload: "1" });
    expectAnswer(await rest.disconnect(first.user), 204, "");
    await untilOnline(rest, first.user, false);
  });

  scenario("DELETE leaves other users alone", async (ctx) => {
    const gone = await ctx.subscriber();
    const stays = await ctx.subscriber();
    await ctx.rest().disconnect(gone.user);
    await ctx.expectNothingElse(stays);
    expectAnswer(await ctx.rest().user(stays.user), 200, '{"online": true}\n');
  });
});
