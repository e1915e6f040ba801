// The size of a message may depend on its channel.
import assert from "node:assert/strict";

import { expectAnswer, expectCors, expectJsonError } from "./support/expect.js";
import { suite } from "./support/suite.js";

const CONFIG = {
  limits: { body_bytes: 1000 },
  "namespace.short": { prefix: "short-", message_bytes: 10 },
  "namespace.shorter": { prefix: "short-er", message_bytes: 5 },
  "namespace.second": { prefix: "own-", message_bytes: 7, app: "second" },
};

function text(bytes) {
  return `"${"x".repeat(bytes - 2)}"`;
}

suite("the size of a message", { config: CONFIG }, (scenario) => {
  for (const [channel, app, most] of [
    ["short-1", "main", 10],
    ["short-1", "second", 10],
    ["short-er-1", "main", 5],
    ["own-1", "second", 7],
    ["own-1", "main", 1000],
    ["shor", "main", 1000],
  ]) {
    scenario(`is ${most} bytes at most in ${channel} of ${app}`, async (ctx) => {
      const rest = ctx.rest(app);
      const client = await ctx.subscriber({ channels: [channel], app });
      expectAnswer(await rest.publish(channel, text(most)), 200, '{"count": 1}\n');
      assert.equal((await client.nextMessage()).payload, text(most));
      const refused = await rest.publish(channel, text(most + 1));
      expectAnswer(refused, 413);
      if (most < 1000) {
        expectJsonError(refused, 413);
        expectCors(refused);
      }
      expectAnswer(await rest.tell(client.user, text(100)), 200, '{"count": 1}\n');
      assert.equal((await client.nextMessage()).payload, text(100), "a user's may be longer");
    });
  }
});
