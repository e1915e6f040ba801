// Each handler of each actor throws once: whom it concerns notices, nobody else.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { see } from "../blackbox/support/admin.js";
import { eventually } from "../blackbox/support/deadline.js";
import { expectAnswer, expectJsonError, untilListed } from "../blackbox/support/expect.js";
import { withFaultyServer } from "./support/faulty_server.js";
import { Trouble } from "./support/trouble.js";

/// What fails, by its name, and what those see whom it concerns.
const FAILURES = {
  // A connection ends, and its client may come back.
  "connection attached": async (it) => {
    const client = await it.ctx.raw();
    await it.arm("connection attached");
    client.send(`CONNECT ${it.user}:${it.key}`);
    await client.closed();
    await it.untilGone();
  },
  "connection session_lost": async (it) => {
    const client = await it.client();
    await it.arm("session send_to_user", "connection session_lost");
    expectJsonError(await it.tell(), 500);
    await client.closed();
    await it.untilGone();
  },
  "connection subscribe_command": async (it) => {
    const client = await it.client();
    await it.arm("connection subscribe_command");
    client.send("SUBSCRIBE another");
    await client.closed();
    await it.untilGone();
  },

  // A session is replaced, and its connections do not notice.
  "session attach_connection": async (it) => {
    await it.arm("session attach_connection");
    const client = await it.client();
    await it.expectServed(client);
  },
  "session detach_connection": async (it) => {
    const [leaving, client] = [await it.client(), await it.client()];
    await it.arm("session detach_connection");
    leaving.terminate();
    await it.expectServed(client);
  },
  "session send_to_user": async (it) => {
    const client = await it.client();
    await it.arm("session send_to_user");
    expectJsonError(await it.tell(), 500);
    await it.expectServed(client);
  },
  "session disconnect_user": async (it) => {
    const client = await it.client();
    await it.arm("session disconnect_user");
    expectJsonError(await it.rest.disconnect(it.user), 500);
    await it.expectServed(client);
    expectAnswer(await it.rest.disconnect(it.user), 204);
    assert.equal((await client.closed()).code, 4002);
  },

  // A channel is replaced, and its subscribers stay.
  "channel join": async (it) => {
    await it.arm("channel join");
    await it.expectServed(await it.client());
  },
  "channel leave": async (it) => {
    const client = await it.client();
    await it.arm("channel leave");
    client.send(`UNSUBSCRIBE ${it.channel}`);
    await untilListed(it.rest, it.channel, []);
    client.send(`SUBSCRIBE ${it.channel}`);
    await it.expectServed(client);
  },
  "channel publish": async (it) => {
    const client = await it.client();
    await it.arm("channel publish");
    expectJsonError(await it.publish(), 500);
    await it.expectServed(client);
  },
  "channel list_users": async (it) => {
    const client = await it.client();
    await it.arm("channel list_users");
    expectJsonError(await it.rest.channel(it.channel), 500);
    await it.expectServed(client);
  },
  "channel reset_channel": async (it) => {
    const client = await it.client();
    await it.arm("channel reset_channel");
    expectAnswer(await it.ctx.admin("DELETE", `/channels/${it.channel}?app=main`), 500);
    await it.expectServed(client);
  },
  "channel credit": async (it) => {
    const client = await it.client();
    await it.arm("channel credit");
    expectAnswer(await it.publish(), 200, '{"count": 1}\n');
    await client.nextMessage();
    await it.untilFailed();
    await it.expectServed(client);
  },

  // A directory lives on.
  "directory attach_connection": async (it) => {
    await it.arm("directory attach_connection");
    await it.expectServed(await it.client());
  },
  "directory detach_connection": async (it) => {
    const [leaving, client] = [await it.client(), await it.client()];
    await it.arm("directory detach_connection");
    leaving.terminate();
    await it.untilFailed();
    await it.expectServed(client);
  },
  "directory send_to_user": async (it) => {
    const client = await it.client();
    await it.arm("directory send_to_user");
    expectJsonError(await it.tell(), 500);
    await it.expectServed(client);
  },
  "directory disconnect_user": async (it) => {
    const client = await it.client();
    await it.arm("directory disconnect_user");
    expectJsonError(await it.rest.disconnect(it.user), 500);
    await it.expectServed(client);
  },
  "directory find_user": async (it) => {
    const client = await it.client();
    await it.arm("directory find_user");
    expectJsonError(await it.rest.user(it.user), 500);
    await it.expectServed(client);
  },
  "directory count_users": async (it) => {
    const client = await it.client();
    await it.arm("directory count_users");
    expectJsonError(await it.rest.users(), 500);
    await it.expectServed(client);
  },
  "directory session_idle": async (it) => {
    const client = await it.client();
    await it.arm("directory session_idle");
    client.terminate();
    await it.untilFailed();
    expectAnswer(await it.tell(), 200, '{"count": 0}\n');
    await it.untilGone();
  },
  "directory join": async (it) => {
    await it.arm("directory join");
    await it.expectServed(await it.client());
  },
  "directory leave": async (it) => {
    const client = await it.client();
    await it.arm("directory leave");
    client.send(`UNSUBSCRIBE ${it.channel}`);
    await untilListed(it.rest, it.channel, []);
    client.send(`SUBSCRIBE ${it.channel}`);
    await it.expectServed(client);
  },
  "directory publish": async (it) => {
    const client = await it.client();
    await it.arm("directory publish");
    expectJsonError(await it.publish(), 500);
    await it.expectServed(client);
  },
  "directory list_users": async (it) => {
    const client = await it.client();
    await it.arm("directory list_users");
    expectJsonError(await it.rest.channel(it.channel), 500);
    await it.expectServed(client);
  },
  "directory reset_channel": async (it) => {
    const client = await it.client();
    await it.arm("directory reset_channel");
    expectAnswer(await it.ctx.admin("DELETE", `/channels/${it.channel}?app=main`), 500);
    await it.expectServed(client);
  },
  "directory channel_idle": async (it) => {
    const client = await it.client();
    await it.arm("directory channel_idle");
    client.send(`UNSUBSCRIBE ${it.channel}`);
    await it.untilFailed();
    expectAnswer(await it.publish(), 200, '{"count": 0}\n');
    client.send(`SUBSCRIBE ${it.channel}`);
    await it.expectServed(client);
  },
  "directory down_msg": async (it) => {
    const client = await it.client();
    await it.arm("channel publish", "directory down_msg");
    expectJsonError(await it.publish(), 500);
    await it.expectServed(client);
  },

  // A hub lives on.
  "hub settled": async (it) => {
    const client = await it.client();
    await it.arm("hub settled");
    client.send(`UNSUBSCRIBE ${it.channel}`, `SUBSCRIBE ${it.channel}`);
    await it.untilFailed();
    await it.expectServed(client);
  },
  "hub fan_out": async (it) => {
    const client = await it.client();
    await it.arm("hub fan_out");
    const large = JSON.stringify("x".repeat(1_000)); // two are more than may wait
    expectAnswer(await it.publish(large), 200, '{"count": 1}\n');
    await it.untilFailed();
    await eventually("its bytes to be written off", async () => {
      return (await it.publish(large)).status === 200;
    });
    await client.nextMessage();
    await it.expectServed(client);
  },
  "hub deliver": async (it) => {
    const client = await it.client();
    await it.arm("hub deliver");
    expectAnswer(await it.tell(), 200, '{"count": 1}\n');
    await it.untilFailed();
    await it.expectServed(client);
  },
  "hub disconnect": async (it) => {
    const client = await it.client();
    await it.arm("hub disconnect");
    expectAnswer(await it.rest.disconnect(it.user), 204);
    await client.closed();
    await it.untilGone();
  },
  "hub list_subscribers": async (it) => {
    const client = await it.client();
    await it.arm("hub list_subscribers");
    expectJsonError(await it.rest.channel(it.channel), 500);
    await it.expectServed(client);
  },
  "hub channel_lost": async (it) => {
    const client = await it.client();
    await it.arm("channel publish", "hub channel_lost");
    expectJsonError(await it.publish(), 500);
    await it.untilFailed();
    await it.expectServed(client);
  },

  // An inspector lives on, and operators are told.
  "inspector list_actors": async (it) => {
    await it.arm("inspector list_actors");
    expectAnswer(await it.ctx.admin("GET", "/actors"), 500);
  },
  "inspector continue_walk": async (it) => {
    await it.arm("inspector continue_walk");
    expectAnswer(await it.ctx.admin("GET", "/actors"), 500);
  },
  "inspector read_totals": async (it) => {
    await it.arm("inspector read_totals");
    expectAnswer(await it.ctx.admin("GET", "/homes"), 500);
  },
  "inspector list_departures": async (it) => {
    await it.arm("inspector list_departures");
    expectAnswer(await it.ctx.admin("GET", "/connections/closed"), 500);
  },
  "inspector begin_trace": async (it) => {
    await it.arm("inspector begin_trace");
    (await it.trace()).close();
    await it.untilFailed();
  },
  "inspector end_trace": async (it) => {
    const stream = await it.trace();
    await it.arm("inspector end_trace");
    stream.close();
    await it.untilFailed();
  },

  // A gateway lives on; who has asked gets an answer.
  "gateway request": async (it) => {
    const client = await it.client();
    await it.arm("gateway request");
    expectJsonError(await it.publish(), 500);
    await it.expectServed(client);
  },
  "gateway publication_accepted": async (it) => {
    const client = await it.client();
    await it.arm("gateway publication_accepted");
    expectJsonError(await it.publish(), 500);
    await client.nextMessage();
    await it.expectServed(client);
  },
  "gateway publication_delivered": async (it) => {
    const client = await it.client();
    await it.arm("gateway publication_delivered");
    const path = `/channels/${it.channel}/?detail=1`;
    expectJsonError(await it.rest.request("POST", path, { body: "1" }), 500);
    await client.nextMessage();
    await it.expectServed(client);
  },
  "gateway publication_refused": async (it) => {
    const client = await it.client();
    await it.arm("gateway publication_refused");
    const large = JSON.stringify("x".repeat(1_000)); // the second of two is too much
    await eventually("a refusal to be lost", async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => it.publish(large)));
      for (const { status, json } of answers) if (status === 200) await client.nextMessage();
      return answers.some(({ status }) => status === 500);
    });
    await it.expectServed(client);
  },
  "gateway user_found": async (it) => {
    await it.arm("gateway user_found");
    expectJsonError(await it.rest.user(it.user), 500);
  },
  "gateway users_counted": async (it) => {
    await it.arm("gateway users_counted");
    expectJsonError(await it.rest.users(), 500);
  },
  "gateway user_disconnected": async (it) => {
    const client = await it.client();
    await it.arm("gateway user_disconnected");
    expectJsonError(await it.rest.disconnect(it.user), 500);
    assert.equal((await client.closed()).code, 4002);
  },
  "gateway subscribers_expected": async (it) => {
    const client = await it.client();
    await it.arm("gateway subscribers_expected");
    expectJsonError(await it.rest.channel(it.channel), 500);
    await it.expectServed(client);
  },
  "gateway subscribers_listed": async (it) => {
    const client = await it.client();
    await it.arm("gateway subscribers_listed");
    expectJsonError(await it.rest.channel(it.channel), 500);
    await it.expectServed(client);
  },
  "gateway request_failed": async (it) => {
    await it.arm("directory find_user", "gateway request_failed");
    expectJsonError(await it.rest.user(it.user), 500);
  },

  // So does the admin actor.
  "admin actors_listed": async (it) => {
    await it.arm("admin actors_listed");
    expectAnswer(await it.ctx.admin("GET", "/actors"), 500);
  },
  "admin totals_read": async (it) => {
    await it.arm("admin totals_read");
    expectAnswer(await it.ctx.admin("GET", "/homes"), 500);
  },
  "admin departures_listed": async (it) => {
    await it.arm("admin departures_listed");
    expectAnswer(await it.ctx.admin("GET", "/connections/closed"), 500);
  },
  "admin user_found": async (it) => {
    const client = await it.client();
    await it.arm("admin user_found");
    expectAnswer(await it.ctx.admin("DELETE", `/users/${it.user}?app=main`), 500);
    await it.expectServed(client);
  },
  "admin user_disconnected": async (it) => {
    const client = await it.client();
    await it.arm("admin user_disconnected");
    expectAnswer(await it.ctx.admin("DELETE", `/users/${it.user}?app=main`), 500);
    await client.closed();
    await it.untilGone();
  },
  "admin channel_reset": async (it) => {
    const client = await it.client();
    await it.arm("admin channel_reset");
    expectAnswer(await it.ctx.admin("DELETE", `/channels/${it.channel}?app=main`), 500);
    await it.expectServed(client);
  },
  "admin trace_noted": async (it) => {
    const client = await it.client();
    const stream = await it.trace();
    await see(it.ctx, "/stats"); // by now the trace has begun on all homes
    await it.arm("admin trace_noted");
    expectAnswer(await it.tell(), 200, '{"count": 1}\n');
    await client.nextMessage();
    await it.untilFailed();
    await it.expectServed(client);
    await stream.next("an event after the one that was lost");
  },
  "admin request_failed": async (it) => {
    await it.arm("inspector read_totals", "admin request_failed");
    expectAnswer(await it.ctx.admin("GET", "/homes"), 500);
  },

  // A server that is about to end does.
  "hub drain": async (it) => {
    await it.arm("hub drain");
    it.ctx.server.child.kill("SIGTERM");
    assert.deepEqual(await it.ctx.server.waitForExit(), { code: 0, signal: null });
  },
};

/// Handlers for replies that the actor never asks for.
const NEVER = {
  gateway: ["actors_listed", "totals_read", "departures_listed", "channel_reset", "trace_noted"],
  admin: ["publication_accepted", "publication_refused", "users_counted"].concat([
    "subscribers_expected",
    "subscribers_listed",
    "publication_delivered",
  ]),
};

describe("when a handler throws", () => {
  test("each of them is looked at here", async () => {
    await withFaultyServer(Trouble.options, async (ctx) => {
      const never = Object.entries(NEVER).flatMap(([kind, names]) =>
        names.map((name) => `${kind} ${name}`),
      );
      const known = [...Object.keys(FAILURES), ...never];
      assert.deepEqual(known.sort(), (await ctx.faults.handlers()).sort());
    });
  });

  for (const [handler, run] of Object.entries(FAILURES)) {
    test(handler, async () => {
      await withFaultyServer(Trouble.options, async (ctx) => {
        const it = await Trouble.start(ctx);
        await run(it);
        if (ctx.server.alive) await it.expectOthersServed();
      });
    });
  }
});
