// sockjs.md, section 5.4: life of an HTTP session, and the close codes.
import assert from "node:assert/strict";

import { deadline, eventually } from "../../blackbox/support/deadline.js";
import { untilOnline } from "../../blackbox/support/expect.js";
import { OPCODE } from "../../blackbox/support/raw_websocket.js";
import {
  DELETED,
  GO_AWAY,
  INTERRUPTED,
  STILL_OPEN,
  TOO_EARLY,
  WRONG_KEY,
} from "../support/close_frames.js";
import { attached } from "../support/session.js";
import { expectStatus, expectStatusIn } from "../support/expect.js";
import { QUICK_DISCONNECT_MS } from "../support/targets.js";
import { POLLING, STREAMING, TRANSPORTS, XHR, XHR_STREAMING, each } from "../support/transports.js";
import { section } from "./statement.js";

const { statements, add } = section("5.4");
export { statements };

const BOTH = ["echo", "daemon"];

// Of two polls at the same time one gets 2010. The other one waits, and is known
// to be attached: {poll, frame}, with the frame to come.
async function waitingPoll(session, transport) {
  const polls = [await session.receiver(transport), await session.receiver(transport)];
  const frames = polls.map((poll) => poll.nextFrame());
  for (const frame of frames) frame.catch(() => {}); // of the one that the test lets go
  const refused = await Promise.race(frames.map((frame, i) => frame.then(() => i)));
  assert.equal(await frames[refused], STILL_OPEN);
  return { poll: polls[1 - refused], frame: frames[1 - refused] };
}

// 1: creation

add("1: each of the receive URLs creates a session and answers o", BOTH, (ctx) =>
  each(TRANSPORTS, async (transport) => {
    await (await ctx.session().receiver(transport)).expectFrame("o");
  }),
);

add("1: a send request never creates a session", BOTH, (ctx) =>
  each(["/xhr_send", "/jsonp_send"], async (suffix) => {
    const session = ctx.session();
    expectStatus(await session.post('["x"]', { suffix }), 404);
    expectStatus(await session.post('["x"]', { suffix }), 404);
    assert.equal(await session.poll(), "o");
  }),
);

// 2: a receiver is attached

add("2: messages go out as soon as there is a receiver", BOTH, (ctx) =>
  each(TRANSPORTS, async (transport) => {
    const session = ctx.session();
    const receiver = await attached(session, transport, await session.open(transport));
    await session.push("now");
    await receiver.expectFrame(session.frame("now"));
  }),
);

add("2: messages between two polls are kept and come in one frame, in order", BOTH, (ctx) =>
  each(POLLING, async (transport) => {
    const session = ctx.session();
    await session.open(transport);
    const texts = Array.from({ length: 20 }, (_, i) => `kept ${i}`);
    for (const text of texts) await session.push(text);
    assert.equal(await session.poll(transport), session.frame(...texts));
  }),
);

add("2: messages between two streaming responses are kept, too", BOTH, (ctx) =>
  each(STREAMING, async (transport) => {
    const session = ctx.session();
    await session.open(XHR);
    for (const text of ["1", "2", "3"]) await session.push(text);
    const receiver = await session.receiver(transport);
    await receiver.expectFrame(session.frame("1", "2", "3"));
    await session.push("4");
    await receiver.expectFrame(session.frame("4"));
  }),
);

add("2: a session whose queue is above the limit is closed", ["daemon"], async (ctx) => {
  const session = ctx.session();
  await session.open(XHR);
  const payload = JSON.stringify("x".repeat(100_000));
  let count = 1;
  for (let i = 0; i < 100 && count === 1; ++i) {
    count = (await ctx.rest.tell(session.user, payload)).json.count;
  }
  assert.equal(count, 0, "the session takes no more");
  await untilOnline(ctx.rest, session.user, false);
});

// 3: a second receiver

add("3: a second receiver gets the normal start, then 2010, and ends", BOTH, async (ctx) => {
  const session = ctx.session();
  await session.open(XHR_STREAMING);
  await each(TRANSPORTS, async (transport) => {
    const second = await session.receiver(transport);
    await second.expectFrame(STILL_OPEN);
    await second.expectEnd();
  });
});

add("3: the first receiver and the session go on", BOTH, (ctx) =>
  each(STREAMING, async (transport) => {
    const session = ctx.session();
    const first = await session.open(transport);
    for (const other of TRANSPORTS) assert.equal(await session.poll(other), STILL_OPEN);
    await session.push("still here");
    await first.expectFrame(session.frame("still here"));
  }),
);

add("3: of two polls at the same time one gets 2010 and the other one goes on", BOTH, (ctx) =>
  each(POLLING, async (transport) => {
    const session = ctx.session();
    await session.open(transport);
    const { frame } = await waitingPoll(session, transport);
    await session.push("to the other one");
    assert.equal(await frame, session.frame("to the other one"));
  }),
);

add("3: a second receiver that leaves does not harm the session", BOTH, async (ctx) => {
  const session = ctx.session();
  const first = await session.open(XHR_STREAMING);
  const second = await session.receiver(XHR_STREAMING);
  await second.expectFrame(STILL_OPEN);
  second.reset();
  await session.push("still here");
  await first.expectFrame(session.frame("still here"));
});

// 4: detached regularly

add("4: the session lives on after a poll was answered", BOTH, (ctx) =>
  each(POLLING, async (transport) => {
    const session = ctx.session();
    await session.open(transport);
    for (const text of ["1", "2", "3"]) {
      await session.push(text);
      assert.equal(await session.poll(transport), session.frame(text));
    }
  }),
);

add("4: the session lives on after the response limit was reached", ["echo"], (ctx) =>
  each(STREAMING, async (transport) => {
    const session = ctx.session();
    const first = await session.open(transport);
    const long = "x".repeat(5000);
    await session.push(long);
    await first.expectFrame(session.frame(long));
    await first.expectEnd();
    await session.push("kept");
    const second = await session.receiver(transport);
    await second.expectFrame(session.frame("kept"));
  }),
);

add(
  "4: without a receiver the session is closed and its id forgotten",
  ["echo, quick disconnects"],
  (ctx) =>
    each(POLLING, async (transport) => {
      const session = ctx.session();
      await session.open(transport);
      await eventually("the session to be forgotten", () => session.isUnknown());
      await (await session.receiver(transport)).expectFrame("o");
    }),
);

add("4: after a streaming response, too", ["echo, quick disconnects"], (ctx) =>
  each(STREAMING, async (transport) => {
    const session = ctx.session();
    const receiver = await session.open(transport);
    await session.push("x".repeat(5000));
    await receiver.nextFrame();
    await receiver.expectEnd();
    await eventually("the session to be forgotten", () => session.isUnknown());
    await (await session.receiver(transport)).expectFrame("o");
  }),
);

add(
  "4: while a receiver is attached the session does not end",
  ["echo, quick disconnects"],
  async (ctx) => {
    const idle = ctx.session();
    const receiver = await idle.open(XHR_STREAMING);
    for (let i = 0; i < 2; ++i) {
      const clock = ctx.session();
      await clock.open(XHR);
      await eventually("another session to be forgotten", () => clock.isUnknown());
    }
    await idle.push("still here");
    await receiver.expectFrame(idle.frame("still here"));
  },
);

add("4: the application is told", ["daemon"], async (ctx) => {
  const session = ctx.session();
  await session.open(XHR);
  await untilOnline(ctx.rest, session.user, true);
  await untilOnline(ctx.rest, session.user, false);
});

// 5: detached by the peer

// A later receiver gets a new session, or is told of the interruption.
async function expectInterrupted(session, transport) {
  const frame = await eventually("the loss to be noticed", async () => {
    const next = await session.poll(transport);
    return next !== STILL_OPEN && next;
  });
  assert.ok(["o", INTERRUPTED].includes(frame), frame);
}

for (const [what, leave] of [
  ["closes its connection", (receiver) => receiver.destroy()],
  ["loses its connection", (receiver) => receiver.reset()],
]) {
  add(`5: a streaming receiver ${what}: later ones get o or 1002`, BOTH, (ctx) =>
    each(STREAMING, async (transport) => {
      const session = ctx.session();
      leave(await session.open(transport));
      await expectInterrupted(session, transport);
    }),
  );

  add(`5: a waiting poll ${what}: later ones get o or 1002`, BOTH, (ctx) =>
    each(POLLING, async (transport) => {
      const session = ctx.session();
      await session.open(transport);
      leave((await waitingPoll(session, transport)).poll);
      await expectInterrupted(session, transport);
    }),
  );
}

add(
  "5: the application is told at once: before a session that was left regularly",
  ["daemon"],
  (ctx) =>
    each(TRANSPORTS, async (transport) => {
      const regular = ctx.session();
      const lost = ctx.session();
      const receiver = await lost.open(transport);
      const waits = transport.streaming ? receiver : (await waitingPoll(lost, transport)).poll;
      await regular.open(XHR);
      waits.reset();
      await untilOnline(ctx.rest, lost.user, false);
      await untilOnline(ctx.rest, regular.user, true);
    }),
);

add("5: a send request that is cut off does no harm", BOTH, async (ctx) => {
  const session = ctx.session();
  const receiver = await session.open(XHR_STREAMING);
  const sender = await ctx.connect();
  sender.write(
    `POST ${session.url}/xhr_send HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n["cut`,
  );
  sender.reset();
  await session.push("still here");
  await receiver.expectFrame(session.frame("still here"));
});

// 6: closed by the application

add("6: an attached receiver gets the close frame, and its response ends", ["daemon"], (ctx) =>
  each(TRANSPORTS, async (transport) => {
    const session = ctx.session();
    const receiver = await attached(session, transport, await session.open(transport));
    expectStatus(await ctx.rest.disconnect(session.user), 204);
    await receiver.expectFrame(DELETED);
    await receiver.expectEnd();
  }),
);

add(
  "6: an attached receiver gets queued messages, then the close frame in the same response",
  ["daemon"],
  (ctx) =>
    each(STREAMING, async (transport) => {
      const session = ctx.session();
      await session.open(XHR);
      await session.push("1");
      await session.push("2");
      const receiver = await session.receiver(transport);
      await receiver.expectFrame(session.frame("1", "2"));
      await session.push("3");
      expectStatus(await ctx.rest.disconnect(session.user), 204);
      await receiver.expectFrame(session.frame("3"));
      await receiver.expectFrame(DELETED);
      await receiver.expectEnd();
    }),
);

add(
  "6: if none is attached, the next one gets the messages and the close frame",
  ["daemon"],
  (ctx) =>
    each(STREAMING, async (transport) => {
      const session = ctx.session();
      await session.open(XHR);
      await session.push("1");
      await session.push("2");
      expectStatus(await ctx.rest.disconnect(session.user), 204);
      const receiver = await session.receiver(transport);
      await receiver.expectFrame(session.frame("1", "2"));
      await receiver.expectFrame(DELETED);
      await receiver.expectEnd();
    }),
);

add("6: a poll carries one frame: the close frame comes with the poll after", ["daemon"], (ctx) =>
  each(POLLING, async (transport) => {
    const session = ctx.session();
    await session.open(transport);
    await session.push("1");
    await session.push("2");
    expectStatus(await ctx.rest.disconnect(session.user), 204);
    assert.equal(await session.poll(transport), session.frame("1", "2"));
    assert.equal(await session.poll(transport), DELETED);
  }),
);

add("6: from now on incoming messages are dropped", ["daemon"], async (ctx) => {
  const session = ctx.session();
  const receiver = await session.receiver(XHR_STREAMING);
  await receiver.expectFrame("o");
  await session.send("SUBSCRIBE too-early");
  await receiver.expectFrame(TOO_EARLY);
  const user = ctx.name("ghost");
  expectStatusIn(
    await session.post(JSON.stringify([`CONNECT ${user}:${ctx.app.key}`])),
    [204, 404],
  );
  const other = ctx.session();
  await other.open(XHR);
  assert.deepEqual((await ctx.rest.user(user)).json, { online: false });
});

add(
  "6: messages of the send request that closes the session are dropped after it",
  ["daemon"],
  async (ctx) => {
    const session = ctx.session();
    const receiver = await session.receiver(XHR_STREAMING);
    await receiver.expectFrame("o");
    const user = ctx.name("ghost");
    await session.send("SUBSCRIBE too-early", `CONNECT ${user}:${ctx.app.key}`);
    await receiver.expectFrame(TOO_EARLY);
    assert.deepEqual((await ctx.rest.user(user)).json, { online: false });
  },
);

// Brings a session of the service to its end; returns it and its close frame.
async function closedSession(ctx, transport) {
  const session = ctx.session();
  const receiver = await session.receiver(transport);
  await receiver.expectFrame("o");
  let frame = GO_AWAY;
  if (ctx.target.daemon) {
    await session.send("CONNECT somebody:wrong");
    frame = WRONG_KEY;
  }
  await (await attached(session, transport, receiver)).expectFrame(frame);
  return { session, frame };
}

add(
  "6: each later receiver gets the same close frame, and its response ends",
  ["close", "daemon"],
  (ctx) =>
    each(TRANSPORTS, async (transport) => {
      const { session, frame } = await closedSession(ctx, transport);
      for (const later of [...TRANSPORTS, ...TRANSPORTS]) {
        const receiver = await session.receiver(later);
        await receiver.expectFrame(frame);
        await receiver.expectEnd();
      }
    }),
);

add(
  "6: later receivers never get 2010, not even at the same time",
  ["close", "daemon"],
  async (ctx) => {
    const { session, frame } = await closedSession(ctx, XHR_STREAMING);
    await each([...TRANSPORTS, ...TRANSPORTS], async (transport) => {
      assert.equal(await session.poll(transport), frame);
    });
  },
);

add("6: a later receiver that leaves does not end the replay", ["close", "daemon"], async (ctx) => {
  const { session, frame } = await closedSession(ctx, XHR);
  for (const transport of TRANSPORTS) {
    const receiver = await session.receiver(transport);
    receiver.reset();
    assert.equal(await session.poll(transport), frame);
  }
});

add("6: send requests answer 204 or 404", ["close", "daemon"], async (ctx) => {
  const { session, frame } = await closedSession(ctx, XHR);
  expectStatusIn(await session.post('["x"]'), [204, 404]);
  expectStatusIn(await session.post('["x"]', { suffix: "/jsonp_send" }), [200, 204, 404]);
  assert.equal(await session.poll(), frame);
});

// Each receiver prolongs the replay, so the test stays away longer and longer.
async function untilNew(session, frame, firstPause) {
  const limit = deadline();
  for (let pause = firstPause; ; pause *= 1.5) {
    const next = await session.poll();
    if (next === "o") return;
    assert.equal(next, frame);
    assert.ok(limit.remaining() > 1, "the id is never forgotten");
    await new Promise((wake) => setTimeout(wake, pause));
  }
}

add("6: then the id is forgotten", ["close, quick disconnects"], (ctx) =>
  each(TRANSPORTS, async (transport) => {
    const { session, frame } = await closedSession(ctx, transport);
    await untilNew(session, frame, QUICK_DISCONNECT_MS / 2);
  }),
);

add(
  "6: the application is told at the time of closing, not at the timeout",
  ["daemon"],
  async (ctx) => {
    const regular = ctx.session();
    await regular.open(XHR);
    const session = ctx.session();
    await session.open(XHR);
    const { user } = session;
    expectStatus(await ctx.rest.disconnect(user), 204);
    assert.deepEqual((await ctx.rest.user(user)).json, { online: false });
    assert.deepEqual((await ctx.rest.user(regular.user)).json, { online: true });
    assert.equal(await session.poll(), DELETED);
  },
);

// 7: heartbeats

const HEARTBEATS = ["echo, quick heartbeats", "daemon, quick heartbeats"];

add("7: a poll ends with a heartbeat, and the session goes on", HEARTBEATS, (ctx) =>
  each(POLLING, async (transport) => {
    const session = ctx.session();
    await session.open(transport);
    assert.equal(await session.poll(transport), "h");
    assert.equal(await session.poll(transport), "h");
    await session.push("after it");
    let frame = "h";
    while (frame === "h") frame = await session.poll(transport);
    assert.equal(frame, session.frame("after it"));
  }),
);

add("7: streaming responses get heartbeats, and go on", HEARTBEATS, (ctx) =>
  each(STREAMING, async (transport) => {
    const session = ctx.session();
    const receiver = await session.open(transport);
    await receiver.expectFrame("h");
    await receiver.expectFrame("h");
    await session.push("after it");
    let frame = "h";
    while (frame === "h") frame = await receiver.nextFrame();
    assert.equal(frame, session.frame("after it"));
  }),
);

add("7: a heartbeat is a frame like any other on the wire", HEARTBEATS, (ctx) =>
  each(TRANSPORTS, async (transport) => {
    const session = ctx.session();
    const receiver = await attached(session, transport, await session.open(transport));
    assert.equal((await receiver.nextWire()).toString(), transport.wire("h"));
  }),
);

add("7: WebSocket gets heartbeats, too, as h or as pings", HEARTBEATS, async (ctx) => {
  const client = await ctx.websocket();
  const frame = await client.readFrame("a heartbeat");
  if (frame.opcode !== OPCODE.ping) assert.equal(frame.text, "h");
});

add("sessions of different services are unrelated, even with equal ids", ["echo"], async (ctx) => {
  const session = ctx.session();
  const first = await session.open(XHR_STREAMING);
  for (const other of ["/disabled_websocket_echo", "/cookie_needed_echo", "/amplify"]) {
    const url = session.url.replace(ctx.prefix, other);
    expectStatus(await ctx.session(url).post('["x"]'), 404);
    assert.equal(await ctx.session(url).poll(), "o");
  }
  await session.push("mine");
  await first.expectFrame(session.frame("mine"));
});

// The table of close codes

add("code 1002 is Connection interrupted", BOTH, async (ctx) => {
  const session = ctx.session();
  (await session.open(XHR_STREAMING)).reset();
  await expectInterrupted(session, XHR);
});

add("code 2010 is Another connection still open", BOTH, async (ctx) => {
  const session = ctx.session();
  await session.open(XHR_STREAMING);
  assert.equal(await session.poll(), STILL_OPEN);
});

add("code 3000 is Go away!", ["close"], async (ctx) => {
  const session = ctx.session();
  await session.open(XHR);
  assert.equal(await session.poll(), GO_AWAY);
});

add("other codes are chosen by the application: 9000, 9001, 9002", ["daemon"], async (ctx) => {
  for (const [command, frame] of [
    ["CONNECT u:wrong", WRONG_KEY],
    ["SUBSCRIBE c", TOO_EARLY],
    ["UNSUBSCRIBE c", TOO_EARLY],
  ]) {
    const session = ctx.session();
    assert.equal(await session.poll(), "o");
    await session.send(command);
    assert.equal(await session.poll(), frame);
  }
  const session = ctx.session();
  await session.open(XHR);
  await ctx.rest.disconnect(session.user);
  assert.equal(await session.poll(), DELETED);
});
