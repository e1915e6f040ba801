// ?detail=1: what became of a message beside its count.
import assert from "node:assert/strict";

import { expectAnswer, expectCors, JSON_TYPE } from "./support/expect.js";
import { publishUntil, stalledClient } from "./support/stalled_client.js";
import { suite } from "./support/suite.js";

const NOTHING = '{"count": 0, "queued": 0, "dropped": 0, "slow": 0}\n';
const TO_ONE = '{"count": 1, "queued": 0, "dropped": 0, "slow": 0}\n';

suite("a publish in detail", { config: { limits: { queue_bytes: 262144 } } }, (scenario) => {
  const post = (ctx, path, body = "1") => ctx.rest().request("POST", path, { body });

  scenario("nobody is there: all is zero", async (ctx) => {
    for (const path of ["/channels/nobody/", "/channels/not%20a%20channel/", "/users/nobody/"]) {
      expectAnswer(await post(ctx, `${path}?detail=1`), 200, NOTHING);
    }
  });

  scenario("everybody keeps up: only the count is not zero", async (ctx) => {
    const channel = ctx.name("channel");
    const one = await ctx.subscriber({ channels: [channel] });
    expectAnswer(await post(ctx, `/channels/${channel}/?detail=1`), 200, TO_ONE);
    expectAnswer(await post(ctx, `/users/${one.user}/?detail=1`), 200, TO_ONE);
    await ctx.subscriber({ channels: [channel] });
    await ctx.subscriber({ channels: [channel] });
    const answer = await post(ctx, `/channels/${channel}/?detail=1`);
    expectAnswer(answer, 200, '{"count": 3, "queued": 0, "dropped": 0, "slow": 0}\n');
    expectCors(answer);
    assert.equal(answer.headers["content-type"], JSON_TYPE);
    assert.equal((await one.nextMessage()).payload, "1", "the message comes as always");
  });

  scenario("only the parameter detail=1 asks for it", async (ctx) => {
    const channel = ctx.name("channel");
    await ctx.subscriber({ channels: [channel] });
    for (const query of ["", "?", "?detail", "?detail=0", "?detail=10", "?xdetail=1", "?Detail=1"]) {
      expectAnswer(await post(ctx, `/channels/${channel}/${query}`), 200, '{"count": 1}\n');
    }
    for (const query of ["?detail=1", "?a=b&detail=1", "?detail=1&auth_key=x", "?&detail=1"]) {
      expectAnswer(await post(ctx, `/channels/${channel}/${query}`), 200, TO_ONE);
    }
  });

  scenario("refusals are the same as without", async (ctx) => {
    expectAnswer(await post(ctx, "/channels/c/?detail=1", "nonsense"), 400);
    const options = { body: "1", secret: "wrong" };
    expectAnswer(await ctx.rest().request("POST", "/channels/c/?detail=1", options), 401);
  });

  scenario("who does not read is told of as queued, then as slow", async (ctx) => {
    const channel = ctx.name("channel");
    const stalled = await stalledClient(ctx, [channel]);
    const seen = [];
    const { detail } = await publishUntil(ctx, channel, (one) => {
      seen.push(one);
      return one.slow > 0;
    });
    assert.deepEqual(detail, { count: 1, queued: 0, dropped: 0, slow: 1 });
    const queued = seen.filter((one) => one.queued === 1).length;
    assert.ok(queued > 0, `some had to wait before: ${JSON.stringify(seen)}`);
    assert.ok(seen.every((one) => one.count === 1 && one.dropped === 0));
    stalled.destroy();
  });

  scenario("of a message for a user all connections count", async (ctx) => {
    const channel = ctx.name("channel");
    const stalled = await stalledClient(ctx, [channel]);
    await ctx.subscriber({ user: stalled.user });
    await publishUntil(ctx, channel, (one) => one.queued > 0);
    expectAnswer(
      await post(ctx, `/users/${stalled.user}/?detail=1`),
      200,
      '{"count": 2, "queued": 1, "dropped": 0, "slow": 0}\n',
    );
  });
});
