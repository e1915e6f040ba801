import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { collectFailures } from "./support/failures.js";
import { FakeEnvironment } from "./support/fake_environment.js";
import { fakeSockets } from "./support/fake_socket.js";
import { source } from "./support/source.js";

const { Thunder } = await source("thunder");
const failures = collectFailures();

/// A Thunder over sockets in memory, with a log of its states.
function start(options = {}, { raw = false } = {}) {
  const sockets = fakeSockets({ raw });
  const environment = new FakeEnvironment();
  const thunder = new Thunder(
    {
      server: "here:1",
      key: "public",
      user: "me",
      [raw ? "WebSocket" : "SockJS"]: sockets.Socket,
      ...options,
    },
    environment,
  );
  const states = [];
  thunder.on("state", (state, detail) => states.push([state, detail]));
  return { thunder, sockets, environment, states };
}

/// The same, connected.
function open(options, kind) {
  const all = start(options, kind);
  all.thunder.connect();
  all.sockets.last.accept();
  all.states.length = 0;
  return all;
}

/// "resolved", the error of a rejection, or "pending".
async function outcome(promise) {
  return Promise.race([
    promise.then(
      () => "resolved",
      (error) => error.message,
    ),
    new Promise((done) => setImmediate(done, "pending")),
  ]);
}

describe("connecting", () => {
  test("does not begin before connect()", () => {
    const { thunder, sockets } = start();
    assert.equal(sockets.opened.length, 0);
    assert.equal(thunder.state, "closed");
  });

  test("is told by the states connecting and open", () => {
    const { thunder, sockets, states } = start();
    thunder.connect();
    assert.equal(thunder.state, "connecting");
    sockets.last.accept();
    assert.equal(thunder.state, "open");
    assert.deepEqual(states, [
      ["connecting", {}],
      ["open", {}],
    ]);
  });

  test("sends the user and the key at once", () => {
    assert.deepEqual(open().sockets.last.sent, ["CONNECT me:public"]);
  });

  test("without a user uses the empty id", () => {
    const { sockets } = open({ user: undefined });
    assert.deepEqual(sockets.last.sent, ["CONNECT :public"]);
  });

  test("resolves when CONNECT and SUBSCRIBE have been sent", async () => {
    const { thunder, sockets } = start();
    thunder.channel("news").subscribe();
    const connected = thunder.connect();
    assert.equal(await outcome(connected), "pending");
    sockets.last.accept();
    assert.deepEqual(sockets.last.sent, ["CONNECT me:public", "SUBSCRIBE news"]);
    assert.equal(await outcome(connected), "resolved");
  });

  test("twice opens one socket, and both promises resolve", async () => {
    const { thunder, sockets } = start();
    const promises = [thunder.connect(), thunder.connect()];
    sockets.last.accept();
    promises.push(thunder.connect());
    assert.equal(sockets.opened.length, 1);
    for (const promise of promises) assert.equal(await outcome(promise), "resolved");
  });

  test("goes on through attempts in vain", async () => {
    const { thunder, sockets, environment } = start();
    const connected = thunder.connect();
    sockets.last.end();
    environment.advance(1000);
    assert.equal(await outcome(connected), "pending");
    sockets.last.accept();
    assert.equal(await outcome(connected), "resolved");
  });

  test("rejects with the code if the server does not want this client", async () => {
    const { thunder, sockets } = start();
    const connected = thunder.connect();
    sockets.last.end(3501, "Bad request");
    await assert.rejects(connected, { name: "ClosedError", code: 3501, reason: "Bad request" });
  });

  test("rejects after one attempt if retry is false", async () => {
    const { thunder, sockets, environment, states } = start({ retry: false });
    const connected = thunder.connect();
    sockets.last.end(1006, "");
    assert.equal(await outcome(connected), "Closed: 1006");
    environment.advance(1e6);
    assert.equal(sockets.opened.length, 1);
    assert.deepEqual(states.at(-1), ["closed", { code: 1006, reason: "" }]);
  });

  test("rejects if it is called off", async () => {
    const { thunder, sockets } = start();
    const connected = thunder.connect();
    thunder.close();
    assert.ok(sockets.last.closedByClient);
    assert.equal(await outcome(connected), "Closed by this side");
    sockets.last.accept();
    assert.deepEqual(sockets.last.sent, []);
  });

  test("rejects if there is no socket to use", async () => {
    const { SockJS, WebSocket } = globalThis;
    Object.assign(globalThis, { SockJS: undefined, WebSocket: undefined });
    try {
      const { thunder } = start({ SockJS: undefined });
      await assert.rejects(thunder.connect(), /Neither SockJS nor WebSocket/);
      assert.equal(thunder.state, "closed");
    } finally {
      Object.assign(globalThis, { SockJS, WebSocket });
    }
  });

  test("may be left unobserved although it fails", async () => {
    const unhandled = [];
    const note = (error) => unhandled.push(error);
    process.on("unhandledRejection", note);
    const { thunder } = start();
    thunder.connect();
    thunder.channel("news").subscribe();
    thunder.close();
    thunder.channel("news").subscribe();
    await new Promise((done) => setImmediate(done));
    process.off("unhandledRejection", note);
    assert.deepEqual(unhandled, []);
  });
});

describe("options that cannot be", () => {
  const fine = { server: "here:1", key: "public" };
  for (const [what, options, message] of [
    ["no server outside of a page", { key: "public" }, /server/],
    ["no key", { server: "here:1" }, /key/],
    ["a key with a colon", { ...fine, key: "a:b" }, /key/],
    ["a user with a colon", { ...fine, user: "a:b" }, /user/],
    ["a user that is no text", { ...fine, user: 5 }, /user/],
  ]) {
    test(`are refused: ${what}`, () => {
      assert.throws(() => new Thunder(options), { name: "TypeError", message });
    });
  }

  for (const name of ["", "two words", "a:b", "ż", "c".repeat(65), "news\n"]) {
    test(`are refused: a channel called ${JSON.stringify(name)}`, () => {
      assert.throws(() => start().thunder.channel(name), {
        name: "TypeError",
        message: /^A channel is/,
      });
    });
  }

  test("are no names that the server takes", () => {
    const { thunder } = start();
    for (const name of ["a", "A-Z_0=9@,.;", "c".repeat(64)])
      assert.equal(thunder.channel(name).name, name);
  });
});

describe("subscribing", () => {
  test("is sent at once when open", async () => {
    const { thunder, sockets } = open();
    const subscribed = thunder.channel("news").subscribe();
    assert.deepEqual(sockets.last.sent.slice(1), ["SUBSCRIBE news"]);
    assert.equal(await outcome(subscribed), "resolved");
  });

  test("a second time sends nothing and resolves", async () => {
    const { thunder, sockets } = open();
    thunder.channel("news").subscribe();
    assert.equal(await outcome(thunder.channel("news").subscribe()), "resolved");
    assert.deepEqual(sockets.last.sent.slice(1), ["SUBSCRIBE news"]);
  });

  test("waits for the connection", async () => {
    const { thunder, sockets } = start();
    const before = thunder.channel("a").subscribe();
    thunder.connect();
    const meanwhile = thunder.channel("b").subscribe();
    assert.equal(await outcome(Promise.race([before, meanwhile])), "pending");
    sockets.last.accept();
    assert.deepEqual(sockets.last.sent, ["CONNECT me:public", "SUBSCRIBE a:b"]);
    assert.equal(await outcome(Promise.all([before, meanwhile])), "resolved");
  });

  test("rejects if the connection is closed before", async () => {
    const { thunder, sockets } = start();
    const subscribed = thunder.channel("news").subscribe();
    thunder.connect();
    sockets.last.end(9002, "Bye");
    assert.equal(await outcome(subscribed), "Closed: 9002 Bye");
  });

  test("rejects at once after the connection was closed for good, and is kept for the next", async () => {
    const { thunder, sockets } = open();
    sockets.last.end(9000, "Invalid API key.");
    assert.equal(
      await outcome(thunder.channel("news").subscribe()),
      "Closed: 9000 Invalid API key.",
    );
    thunder.connect();
    sockets.last.accept();
    assert.deepEqual(sockets.last.sent, ["CONNECT me:public", "SUBSCRIBE news"]);
  });

  test("rejects if close() comes before any connect()", async () => {
    const { thunder } = start();
    const subscribed = thunder.channel("news").subscribe();
    thunder.close();
    assert.equal(await outcome(subscribed), "Closed by this side");
  });

  test("is told by the channel", async () => {
    const news = start().thunder.channel("news");
    assert.equal(news.subscribed, false);
    news.subscribe();
    assert.equal(news.subscribed, true);
    await news.unsubscribe();
    assert.equal(news.subscribed, false);
  });

  test("to very many channels takes several commands, each of which the server takes", () => {
    const { thunder, sockets } = start();
    const names = [...Array(1024).keys()].map((n) => String(n).padStart(64, "c"));
    for (const name of names) thunder.channel(name).subscribe();
    thunder.connect();
    sockets.last.accept();
    const commands = sockets.last.sent.slice(1);
    for (const command of commands) assert.ok(command.length <= 65536, `${command.length} bytes`);
    assert.deepEqual(
      commands.flatMap((command) => command.replace("SUBSCRIBE ", "").split(":")),
      names,
    );
  });
});

describe("unsubscribing", () => {
  test("is sent at once when open", async () => {
    const { thunder, sockets } = open();
    thunder.channel("news").subscribe();
    assert.equal(await outcome(thunder.channel("news").unsubscribe()), "resolved");
    assert.deepEqual(sockets.last.sent.slice(1), ["SUBSCRIBE news", "UNSUBSCRIBE news"]);
  });

  test("of what is not subscribed to sends nothing", async () => {
    const { thunder, sockets } = open();
    await thunder.channel("news").unsubscribe();
    assert.deepEqual(sockets.last.sent, ["CONNECT me:public"]);
  });

  test("while there is no connection needs no command", async () => {
    const { thunder, sockets, environment } = open();
    thunder.channel("a").subscribe();
    thunder.channel("b").subscribe();
    sockets.last.end();
    await thunder.channel("a").unsubscribe();
    environment.advance(1000);
    sockets.last.accept();
    assert.deepEqual(sockets.last.sent, ["CONNECT me:public", "SUBSCRIBE b"]);
  });

  test("keeps what was under way from the channel's handlers", async () => {
    const { thunder, sockets } = open();
    const got = [];
    const news = thunder.channel("news").on("message", (payload) => got.push(payload));
    news.subscribe();
    sockets.last.push("1", "news");
    await news.unsubscribe();
    sockets.last.push("2", "news");
    news.subscribe();
    sockets.last.push("3", "news");
    assert.deepEqual(got, [1, 3]);
  });
});

for (const raw of [false, true]) {
  describe(`messages over ${raw ? "a raw WebSocket" : "SockJS"}`, () => {
    /// What the handlers of `news` and of all got.
    function listen() {
      const all = open({}, { raw });
      const got = { news: [], all: [] };
      all.thunder.on("message", (...args) => got.all.push(args));
      all.thunder
        .channel("news")
        .on("message", (...args) => got.news.push(args))
        .subscribe();
      return { ...all, got, socket: all.sockets.last };
    }

    test("of a channel reach its handlers and those for all", () => {
      const { socket, got } = listen();
      socket.push('{"n": 1}', "news");
      const message = {
        payload: { n: 1 },
        channel: "news",
        data: { payload: '{"n": 1}', channel: "news" },
      };
      assert.deepEqual(got, { news: [[{ n: 1 }, message]], all: [[{ n: 1 }, message]] });
    });

    test("of another channel do not", () => {
      const { socket, got } = listen();
      socket.push("1", "sports");
      assert.equal(got.news.length, 0);
      assert.equal(got.all.length, 1);
    });

    test("for the user have no channel", () => {
      const { socket, got } = listen();
      socket.push('"for you"');
      assert.equal(got.news.length, 0);
      assert.deepEqual(got.all, [
        ["for you", { payload: "for you", channel: undefined, data: { payload: '"for you"' } }],
      ]);
    });

    test("whose payload is no JSON are handed over whole", () => {
      const { socket, got } = listen();
      socket.push("{broken", "news");
      assert.deepEqual(got.news[0][0], { payload: "{broken", channel: "news" });
    });

    for (const data of [null, 5, [1], {}, { channel: "news" }, { payload: "1", channel: 5 }]) {
      test(`that are no message do no harm: ${JSON.stringify(data)}`, () => {
        const { socket, got } = listen();
        socket.data(data);
        assert.equal(got.all.length, 1);
        assert.deepEqual(got.all[0][1].data, data);
        assert.deepEqual(failures, []);
      });
    }

    test("that are no JSON at all are handed over as text", () => {
      const { socket, got } = listen();
      socket.text("<html>");
      assert.deepEqual(got.all, [
        ["<html>", { payload: "<html>", channel: undefined, data: "<html>" }],
      ]);
    });

    test("after close() are dropped", () => {
      const { thunder, socket, got } = listen();
      thunder.close();
      socket.push("1", "news");
      assert.deepEqual(got, { news: [], all: [] });
    });
  });
}

describe("handlers", () => {
  test("are called in their order, as often as they were added", () => {
    const { thunder, sockets } = open();
    const calls = [];
    const first = () => calls.push("first");
    thunder
      .on("message", first)
      .on("message", () => calls.push("second"))
      .on("message", first);
    sockets.last.push("1");
    assert.deepEqual(calls, ["first", "second", "first"]);
  });

  test("can be removed, one at a time", () => {
    const { thunder, sockets } = open();
    let calls = 0;
    const handler = () => (calls += 1);
    thunder.on("message", handler).on("message", handler).off("message", handler);
    sockets.last.push("1");
    assert.equal(calls, 1);
    thunder.off("message", handler).off("message", handler);
    sockets.last.push("1");
    assert.equal(calls, 1);
  });

  test("may remove themselves without keeping the next from its call", () => {
    const { thunder, sockets } = open();
    const calls = [];
    const once = () => {
      calls.push("once");
      thunder.off("message", once);
    };
    thunder.on("message", once).on("message", () => calls.push("next"));
    sockets.last.push("1");
    sockets.last.push("2");
    assert.deepEqual(calls, ["once", "next", "next"]);
  });

  test("that fail are reported and stop no other", () => {
    const { thunder, sockets } = open();
    const calls = [];
    const fail = (text) => () => {
      throw new Error(text);
    };
    thunder.on("message", fail("one")).on("message", () => calls.push("all"));
    thunder
      .channel("news")
      .on("message", fail("two"))
      .on("message", () => calls.push("news"))
      .subscribe();
    sockets.last.push("1", "news");
    assert.deepEqual(calls, ["all", "news"]);
    assert.deepEqual(failures, ["one", "two"]);
    assert.equal(thunder.state, "open");
  });

  test("of the state that fail do not keep it from reconnecting", () => {
    const { thunder, sockets, environment } = open();
    thunder.on("state", (state) => {
      throw new Error(state);
    });
    sockets.last.end();
    environment.advance(1000);
    sockets.last.accept();
    assert.equal(thunder.state, "open");
    assert.deepEqual(failures, ["waiting", "connecting", "open"]);
  });

  test("that fail are uncaught errors where nothing collects reports", async () => {
    delete globalThis.reportError;
    const { thunder, sockets } = open();
    thunder.on("message", () => {
      throw new Error("reported");
    });
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    try {
      const uncaught = new Promise((done) => process.once("uncaughtException", done));
      sockets.last.push("1");
      assert.equal((await uncaught).message, "reported");
    } finally {
      for (const listener of listeners) process.on("uncaughtException", listener);
    }
  });
});

describe("a lost connection", () => {
  test("is told by the states waiting, connecting and open", () => {
    const { sockets, environment, states } = open();
    sockets.last.end(3001, "Server shutting down");
    environment.advance(1000);
    sockets.last.accept();
    assert.deepEqual(states, [
      ["waiting", { code: 3001, reason: "Server shutting down", delay: 1000 }],
      ["connecting", {}],
      ["open", {}],
    ]);
  });

  test("is opened again with all subscriptions", () => {
    const { thunder, sockets, environment } = open();
    for (const name of ["a", "b", "c"]) thunder.channel(name).subscribe();
    thunder.channel("b").unsubscribe();
    sockets.last.end();
    environment.advance(1000);
    sockets.last.accept();
    assert.deepEqual(sockets.last.sent, ["CONNECT me:public", "SUBSCRIBE a:c"]);
    assert.equal(sockets.opened.length, 2);
  });

  test("is tried after 1, 2.5, 5, 10, 30, then every 60 seconds", () => {
    const { sockets, environment, states } = open();
    for (let i = 0; i < 8; ++i) {
      const before = sockets.opened.length;
      sockets.last.end();
      const { delay } = states.at(-1)[1];
      environment.advance(delay - 1);
      assert.equal(sockets.opened.length, before, "not earlier");
      environment.advance(1);
      assert.equal(sockets.opened.length, before + 1, "not later");
    }
    const delays = states.filter(([state]) => state === "waiting").map(([, { delay }]) => delay);
    assert.deepEqual(delays, [1000, 2500, 5000, 10000, 30000, 60000, 60000, 60000]);
  });

  test("is tried earlier or later by up to a half, as chance has it", () => {
    for (const [chance, delay] of [
      [0, 500],
      [0.999, 1499],
    ]) {
      const { sockets, environment, states } = open();
      environment.chance = chance;
      sockets.last.end();
      assert.equal(states.at(-1)[1].delay, delay);
    }
  });

  test("is tried as the option says", () => {
    const { sockets, environment, states } = open({ retry: { delays: [10, 20], jitter: 0 } });
    environment.chance = 0;
    for (let i = 0; i < 3; ++i) {
      sockets.last.end();
      environment.advance(states.at(-1)[1].delay);
    }
    assert.deepEqual(
      states.filter(([state]) => state === "waiting").map(([, { delay }]) => delay),
      [10, 20, 20],
    );
  });

  test("begins with the first delay again if it had lasted 5 seconds", () => {
    const { sockets, environment, states } = open();
    const lose = (after) => {
      environment.advance(after);
      sockets.last.end();
      const { delay } = states.at(-1)[1];
      environment.advance(delay);
      sockets.last.accept();
      return delay;
    };
    assert.deepEqual([lose(0), lose(4999), lose(5000), lose(0)], [1000, 2500, 1000, 2500]);
  });

  test("is tried at once when connect() is called", async () => {
    const { thunder, sockets, environment } = open();
    sockets.last.end();
    const connected = thunder.connect();
    assert.equal(sockets.opened.length, 2);
    sockets.last.accept();
    assert.equal(await outcome(connected), "resolved");
    environment.advance(1e6);
    assert.equal(sockets.opened.length, 2, "the timer was called off");
  });

  test("is tried at once when the network is back", () => {
    const { sockets, environment } = open();
    sockets.last.end();
    environment.online();
    assert.equal(sockets.opened.length, 2);
    environment.online();
    environment.advance(1e6);
    assert.equal(sockets.opened.length, 2);
  });

  test("is not tried after close()", () => {
    const { thunder, sockets, environment, states } = open();
    sockets.last.end();
    thunder.close();
    environment.online();
    environment.advance(1e6);
    assert.equal(sockets.opened.length, 1);
    assert.deepEqual(
      states.map(([state]) => state),
      ["waiting", "closed"],
    );
  });

  for (const [code, wire] of [
    [9000, 4000],
    [9001, 4001],
    [9002, 4002],
    [3501, 3501],
    [3999, 3999],
  ]) {
    for (const raw of [false, true]) {
      test(`is not tried after ${code}, ${raw ? `${wire} on a raw WebSocket` : "with SockJS"}`, () => {
        const { thunder, sockets, environment, states } = open({}, { raw });
        sockets.last.end(raw ? wire : code, "why");
        assert.deepEqual(states, [["closed", { code, reason: "why" }]]);
        environment.advance(1e6);
        assert.equal(sockets.opened.length, 1);
        assert.equal(thunder.state, "closed");
      });
    }
  }
});

describe("closing", () => {
  test("is told once, without a code", () => {
    const { thunder, sockets, states } = open();
    thunder.close();
    thunder.close();
    sockets.last.end(1000);
    assert.deepEqual(states, [["closed", {}]]);
    assert.ok(sockets.last.closedByClient);
  });

  test("can be followed by connect(), with the subscriptions of before", async () => {
    const { thunder, sockets } = open();
    thunder.channel("news").subscribe();
    thunder.close();
    const connected = thunder.connect();
    const [former, latter] = sockets.opened;
    latter.accept();
    former.end(1000);
    assert.equal(thunder.state, "open");
    assert.deepEqual(latter.sent, ["CONNECT me:public", "SUBSCRIBE news"]);
    assert.equal(await outcome(connected), "resolved");
  });

  test("makes a later connect() begin with the first delay", () => {
    const { thunder, sockets, environment, states } = start();
    thunder.connect();
    sockets.last.end();
    environment.advance(1000);
    thunder.close();
    thunder.connect();
    sockets.last.end();
    assert.equal(states.at(-1)[1].delay, 1000);
  });

  test("from a handler of the state is no harm", async () => {
    for (const at of ["connecting", "open", "waiting", "closed"]) {
      const { thunder, sockets, environment, states } = start();
      thunder.on("state", (state) => state === at && thunder.close());
      const connected = thunder.connect();
      if (thunder.state !== "closed") sockets.last.accept();
      if (thunder.state !== "closed") sockets.last.end(at === "closed" ? 9002 : 1006);
      environment.advance(1e6);
      await outcome(connected);
      assert.equal(thunder.state, "closed", at);
      assert.equal(states.filter(([state]) => state === "closed").length, 1, at);
      assert.deepEqual(failures, []);
    }
  });

  test("for good can be answered by connecting again from the handler", async () => {
    const { thunder, sockets } = open();
    thunder.on(
      "state",
      (state, { code }) => state === "closed" && code === 9002 && thunder.connect(),
    );
    sockets.last.end(9002);
    sockets.last.accept();
    assert.equal(thunder.state, "open");
    assert.equal(await outcome(thunder.channel("news").subscribe()), "resolved");
  });
});

describe("several connections", () => {
  test("share nothing", () => {
    const one = open({ user: "one" });
    const other = open({ user: "other" });
    one.thunder.channel("news").subscribe();
    one.thunder.close();
    assert.deepEqual(other.sockets.last.sent, ["CONNECT other:public"]);
    assert.equal(other.thunder.state, "open");
    assert.notEqual(one.thunder.channel("news"), other.thunder.channel("news"));
    assert.equal(one.thunder.channel("news"), one.thunder.channel("news"));
  });
});
