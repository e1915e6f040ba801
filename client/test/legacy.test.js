// The interface of the client for the Python server, as pages know it.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";

import { collectFailures } from "./support/failures.js";
import { FakeEnvironment } from "./support/fake_environment.js";
import { fakeSockets } from "./support/fake_socket.js";
import { source } from "./support/source.js";

const { legacyThunder } = await source("legacy");
const failures = collectFailures();

let sockets;
let environment;
let Thunder;
let SockJS; // of the process: none

beforeEach(() => {
  sockets = fakeSockets();
  SockJS = globalThis.SockJS;
  globalThis.SockJS = sockets.Socket;
  environment = new FakeEnvironment();
  Thunder = legacyThunder({}, environment);
});

afterEach(() => {
  globalThis.SockJS = SockJS;
});

function open(channels = ["news"], options = { user: "me" }) {
  Thunder.connect("here:1", "public", channels, options);
  sockets.last.accept();
}

/// Loses the connection and lets the next attempt begin: the delay before it.
function delayOfNextAttempt() {
  const before = sockets.opened.length;
  const start = environment.time;
  sockets.last.end();
  while (sockets.opened.length === before) environment.advance(100);
  return environment.time - start;
}

describe("Thunder.connect", () => {
  test("opens PROTOCOL://SERVER/connect", () => {
    Thunder.connect("here:1", "public", []);
    assert.equal(sockets.last.url, "http://here:1/connect");
    Thunder.connect("here:1", "public", [], { protocol: "https" });
    assert.equal(sockets.last.url, "https://here:1/connect");
  });

  test("sends CONNECT and SUBSCRIBE at once when the socket is open", () => {
    Thunder.connect("here:1", "public", ["a", "b"], { user: "me" });
    assert.deepEqual(sockets.last.sent, []);
    sockets.last.accept();
    assert.deepEqual(sockets.last.sent, ["CONNECT me:public", "SUBSCRIBE a:b"]);
  });

  test("sends no SUBSCRIBE without channels", () => {
    open([]);
    assert.deepEqual(sockets.last.sent, ["CONNECT me:public"]);
  });

  test("takes a missing list for an empty one", () => {
    Thunder.connect("here:1", "public", undefined, { user: "me" });
    sockets.last.accept();
    assert.deepEqual(sockets.last.sent, ["CONNECT me:public"]);
    assert.deepEqual(Thunder.channels, []);
  });

  for (const [what, options] of [
    ["no options", undefined],
    ["no user option", {}],
    ["an undefined one", { user: undefined }],
  ]) {
    test(`calls the user "undefined" with ${what}`, () => {
      Thunder.connect("here:1", "public", [], options);
      sockets.last.accept();
      assert.deepEqual(sockets.last.sent, ["CONNECT undefined:public"]);
    });
  }

  test("keeps the list that it was given", () => {
    const channels = ["a"];
    open(channels);
    assert.equal(Thunder.channels, channels);
  });

  test("returns nothing", () => {
    assert.equal(Thunder.connect("here:1", "public", []), undefined);
  });

  test("a second time takes the place of the first", () => {
    const codes = [];
    Thunder.onSockClose(({ code }) => codes.push(code));
    open(["a"]);
    const [former] = sockets.opened;
    open(["b"]);
    assert.ok(former.closedByClient);
    former.end(1000);
    environment.advance(1e6);
    assert.equal(sockets.opened.length, 2);
    assert.deepEqual(sockets.last.sent, ["CONNECT me:public", "SUBSCRIBE b"]);
    assert.deepEqual(codes, []);
  });

  test("uses the raw WebSocket without SockJS, which pages do not notice", () => {
    const raw = fakeSockets({ raw: true });
    const got = [];
    Thunder.listen((message) => got.push(message));
    Thunder.onSockMessage(({ data }) => got.push(data.channel));
    Thunder.onSockClose(({ code }) => got.push(code));
    Thunder.connect("here:1", "public", ["news"], { user: "me", WebSocket: raw.Socket });
    assert.equal(raw.last.url, "ws://here:1/connect/websocket");
    raw.last.accept();
    raw.last.push('{"n": 1}', "news");
    raw.last.end(4002, "Server closed the connection (intentionally).");
    assert.deepEqual(raw.last.sent, ["CONNECT me:public", "SUBSCRIBE news"]);
    assert.deepEqual(got, ["news", { n: 1 }, 9002]);
  });
});

describe("Thunder.disconnect", () => {
  test("closes without reconnection", () => {
    open();
    assert.equal(Thunder.disconnect(), true);
    assert.ok(sockets.last.closedByClient);
    sockets.last.end(1000);
    environment.advance(1e6);
    assert.equal(sockets.opened.length, 1);
  });

  test("lets the page know of the close", () => {
    const codes = [];
    Thunder.onSockClose(({ code }) => codes.push(code));
    open();
    Thunder.disconnect();
    sockets.last.end(1000);
    assert.deepEqual(codes, [1000]);
  });

  test("calls off an attempt to come", () => {
    open();
    sockets.last.end();
    assert.equal(Thunder.disconnect(), false);
    environment.advance(1e6);
    assert.equal(sockets.opened.length, 1);
  });

  test("calls off an attempt under way", () => {
    Thunder.connect("here:1", "public", []);
    assert.equal(Thunder.disconnect(), false);
    assert.ok(sockets.last.closedByClient);
    sockets.last.accept();
    assert.deepEqual(sockets.last.sent, []);
  });

  test("before any connect does nothing", () => {
    assert.equal(Thunder.disconnect(), false);
  });
});

describe("Thunder.listen", () => {
  test("hands every message to every handler, parsed", () => {
    const got = [];
    Thunder.listen((message) => got.push(["first", message]));
    Thunder.listen((message) => got.push(["second", message]));
    open();
    sockets.last.push('{"n": 1}', "news");
    sockets.last.push('"for you"');
    assert.deepEqual(got, [
      ["first", { n: 1 }],
      ["second", { n: 1 }],
      ["first", "for you"],
      ["second", "for you"],
    ]);
  });

  test("hands over the whole message if its payload is no JSON", () => {
    const got = [];
    Thunder.listen((message) => got.push(message));
    open();
    sockets.last.push("{broken", "news");
    sockets.last.data("text");
    sockets.last.data(null);
    assert.deepEqual(got, [{ payload: "{broken", channel: "news" }, "text", null]);
  });

  test("keeps handlers over a reconnection and over another connect", () => {
    const got = [];
    Thunder.listen((message) => got.push(message));
    open();
    sockets.last.end();
    environment.advance(1000);
    sockets.last.accept();
    sockets.last.push("1");
    open();
    sockets.last.push("2");
    assert.deepEqual(got, [1, 2]);
  });

  test("calls the others when a handler fails", () => {
    const got = [];
    Thunder.listen(() => {
      throw new Error("mine");
    });
    Thunder.listen((message) => got.push(message));
    open();
    sockets.last.push("1");
    assert.deepEqual(got, [1]);
    assert.deepEqual(failures, ["mine"]);
  });
});

describe("Thunder.subscribe", () => {
  test("sends SUBSCRIBE, notes the channel and calls ok", () => {
    open(["a"]);
    const told = [];
    const result = Thunder.subscribe("b", (...args) => told.push(args), assert.fail);
    assert.equal(result, true);
    assert.deepEqual(sockets.last.sent.slice(2), ["SUBSCRIBE b"]);
    assert.deepEqual(Thunder.channels, ["a", "b"]);
    assert.deepEqual(told, [[Thunder, "Channel subscribed"]]);
  });

  test("sends nothing for a channel of the list, and calls ok", () => {
    open(["a"]);
    const told = [];
    assert.equal(
      Thunder.subscribe("a", (...args) => told.push(args)),
      true,
    );
    assert.equal(sockets.last.sent.length, 2);
    assert.deepEqual(Thunder.channels, ["a"]);
    assert.deepEqual(told, [[Thunder, "Channel already subscribed"]]);
  });

  test("works without callbacks", () => {
    open([]);
    assert.equal(Thunder.subscribe("a"), true);
  });

  for (const [when, prepare] of [
    ["before any connect", () => {}],
    ["while connecting", () => Thunder.connect("here:1", "public", [])],
    ["while waiting", () => (open([]), sockets.last.end())],
    ["after disconnect", () => (open([]), Thunder.disconnect())],
  ]) {
    for (const method of ["subscribe", "unsubscribe"]) {
      test(`throws ${when} (${method}) after it has called error`, () => {
        prepare();
        const told = [];
        assert.throws(() => Thunder[method]("b", assert.fail, (...args) => told.push(args)), {
          name: "socket.status",
          message: /^Socket not open: /,
        });
        assert.deepEqual(told, [[Thunder, "Socket not open"]]);
        assert.deepEqual(Thunder.channels, []);
      });
    }
  }

  for (const channel of [undefined, null, 5, ["a"], ""]) {
    test(`throws for what is no channel: ${JSON.stringify(channel)}`, () => {
      open([]);
      assert.throws(() => Thunder.subscribe(channel), {
        name: "channel.invalid",
        message: "Channel is not a string",
      });
      assert.deepEqual(sockets.last.sent, ["CONNECT me:public"]);
    });
  }

  test("in the handler of the open socket goes with the list, after CONNECT", () => {
    Thunder.onSockOpen(() => {
      Thunder.subscribe("late");
      Thunder.unsubscribe("early");
    });
    open(["early"]);
    assert.deepEqual(sockets.last.sent, ["CONNECT me:public", "SUBSCRIBE late"]);
  });

  for (const [what, reopen] of [
    [
      "a reconnection",
      () => (sockets.last.end(), environment.advance(1000), sockets.last.accept()),
    ],
    ["another connect", () => open(["a"])],
  ]) {
    test(`in the handler of the open socket comes after CONNECT at ${what}, too`, () => {
      open(["a"]);
      Thunder.onSockOpen(() => Thunder.subscribe("late"));
      reopen();
      assert.deepEqual(sockets.last.sent, ["CONNECT me:public", "SUBSCRIBE a:late"]);
    });
  }
});

describe("Thunder.unsubscribe", () => {
  test("sends UNSUBSCRIBE, forgets the channel and calls ok", () => {
    open(["a", "b"]);
    const told = [];
    assert.equal(
      Thunder.unsubscribe("a", (...args) => told.push(args)),
      true,
    );
    assert.deepEqual(sockets.last.sent.slice(2), ["UNSUBSCRIBE a"]);
    assert.deepEqual(Thunder.channels, ["b"]);
    assert.deepEqual(told, [[Thunder, "Channel unsubscribed"]]);
  });

  test("of a channel that is not in the list is sent all the same", () => {
    open(["a"]);
    assert.equal(Thunder.unsubscribe("x"), true);
    assert.deepEqual(sockets.last.sent.slice(2), ["UNSUBSCRIBE x"]);
    assert.deepEqual(Thunder.channels, ["a"]);
  });
});

describe("Thunder.channels", () => {
  test("is an empty list at first", () => {
    assert.deepEqual(Thunder.channels, []);
  });

  test("is what a reconnection subscribes to", () => {
    open(["a", "b"]);
    Thunder.subscribe("c");
    Thunder.unsubscribe("a");
    sockets.last.end();
    environment.advance(1000);
    sockets.last.accept();
    assert.deepEqual(sockets.last.sent, ["CONNECT me:public", "SUBSCRIBE b:c"]);
  });
});

describe("raw handlers", () => {
  const registrations = {
    onSockOpen: () => {},
    onSockError: () => sockets.last.fail(),
    onSockClose: () => sockets.last.end(3001, "Server shutting down"),
    onSockMessage: () => sockets.last.push("1", "news"),
  };

  for (const [name, happen] of Object.entries(registrations)) {
    test(`${name} has the event, and Thunder as this`, () => {
      let call;
      Thunder[name](function handler(event) {
        call = { self: this, event };
      });
      open();
      happen();
      assert.equal(call.self, Thunder);
      assert.equal(call.event.type, name.replace("onSock", "").toLowerCase());
    });

    test(`${name} has one handler, the last`, () => {
      const calls = [];
      Thunder[name](() => calls.push("first"));
      Thunder[name](() => calls.push("last"));
      Thunder[name]("no function");
      open();
      happen();
      assert.deepEqual(calls, ["last"]);
    });

    test(`${name} may fail`, () => {
      Thunder[name](() => {
        throw new Error(name);
      });
      open();
      happen();
      assert.deepEqual(failures, [name]);
      assert.deepEqual(sockets.last.sent, ["CONNECT me:public", "SUBSCRIBE news"]);
    });
  }

  test("are called before the client's own work", () => {
    const order = [];
    Thunder.onSockOpen(() => order.push(["open", sockets.last.sent.length]));
    Thunder.onSockMessage(({ data }) => order.push(["raw message", data]));
    Thunder.listen((message) => order.push(["message", message]));
    open();
    sockets.last.push("1", "news");
    assert.deepEqual(order, [
      ["open", 0],
      ["raw message", { payload: "1", channel: "news" }],
      ["message", 1],
    ]);
  });

  test("of the close may disconnect, so that nothing is tried again", () => {
    Thunder.onSockClose(() => Thunder.disconnect());
    open();
    sockets.last.end();
    environment.advance(1e6);
    assert.equal(sockets.opened.length, 1);
  });

  test("of the open socket may disconnect, so that nothing is sent", () => {
    Thunder.onSockOpen(() => Thunder.disconnect());
    open();
    assert.deepEqual(sockets.last.sent, []);
    assert.deepEqual(failures, []);
    sockets.last.end(1000);
    environment.advance(1e6);
    assert.equal(sockets.opened.length, 1);
  });
});

describe("reconnection", () => {
  test("comes after 1, 2.5, 5, 10, 30, then every 60 seconds", () => {
    Thunder.connect("here:1", "public", []);
    const delays = [...Array(8)].map(delayOfNextAttempt);
    assert.deepEqual(delays, [1000, 2500, 5000, 10000, 30000, 60000, 60000, 60000]);
  });

  test("comes up to a fifth earlier or later, as chance has it", () => {
    Thunder.connect("here:1", "public", []);
    environment.chance = 0;
    assert.deepEqual([delayOfNextAttempt(), delayOfNextAttempt()], [800, 2000]);
    environment.chance = 1 - Number.EPSILON;
    assert.deepEqual([delayOfNextAttempt(), delayOfNextAttempt()], [6000, 12000]);
  });

  test("begins with the first delay again whenever a connection was open", () => {
    Thunder.connect("here:1", "public", []);
    assert.deepEqual([delayOfNextAttempt(), delayOfNextAttempt()], [1000, 2500]);
    sockets.last.accept();
    assert.deepEqual([delayOfNextAttempt(), delayOfNextAttempt()], [1000, 2500]);
  });

  test("does not come if retry is false", () => {
    open([], { retry: false });
    sockets.last.end();
    environment.advance(1e6);
    assert.equal(sockets.opened.length, 1);
  });

  for (const code of [9000, 9001, 9002, 3501]) {
    test(`does not come after ${code}`, () => {
      open();
      sockets.last.end(code);
      environment.advance(1e6);
      assert.equal(sockets.opened.length, 1);
    });
  }

  for (const code of [1000, 1006, 3000, 3001, 3008, 3012]) {
    test(`comes after ${code}`, () => {
      open();
      sockets.last.end(code);
      environment.advance(1000);
      assert.equal(sockets.opened.length, 2);
    });
  }
});

describe("the log option", () => {
  const { log } = console;
  let lines;

  beforeEach(() => {
    lines = [];
    console.log = (...words) => lines.push(words);
  });

  afterEach(() => {
    console.log = log;
  });

  test("is off", () => {
    open();
    sockets.last.push("1", "news");
    assert.deepEqual(lines, []);
    assert.equal(sockets.last.options.debug, false);
  });

  test("tells the console of states and messages", () => {
    open([], { log: true });
    sockets.last.push("1", "news");
    Thunder.disconnect();
    Thunder.disconnect();
    assert.deepEqual(lines, [
      ["Thunder:", "connecting", {}],
      ["Thunder:", "open", {}],
      ["Thunder:", "message", { payload: "1", channel: "news" }],
      ["Thunder:", "closed", {}],
    ]);
    assert.equal(sockets.last.options.debug, true);
  });
});

describe("the global object", () => {
  test("is also the class of further connections", async () => {
    try {
      await source("global");
      const Global = globalThis.Thunder;
      Global.connect("here:1", "public", ["news"], { user: "me" });
      sockets.last.accept();
      const other = new Global({ server: "there:2", key: "public" });
      other.connect();
      assert.deepEqual(
        sockets.opened.map(({ url }) => url),
        ["http://here:1/connect", "http://there:2/connect"],
      );
      assert.deepEqual(Global.channels, ["news"]);
      assert.equal(typeof Global.prototype.channel, "function");
      other.close();
      Global.disconnect();
    } finally {
      delete globalThis.Thunder;
    }
  });
});
