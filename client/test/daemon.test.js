// The client as it is published, against the real server.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";

import SockJS from "sockjs-client";
import WebSocket from "ws";

import { AUTH_APPS, authServer, AUDIENCE, KEYS } from "../../tests/blackbox/support/auth_server.js";
import { eventually, within } from "../../tests/blackbox/support/deadline.js";
import { claims, token } from "../../tests/blackbox/support/jwt.js";
import { forgetConnections, RestClient } from "../../tests/blackbox/support/rest.js";
import { ServerProcess, startServer, withLog } from "../../tests/blackbox/support/server.js";
import { legacyThunder, Thunder } from "../dist/thunderpush.mjs";

const APP = { key: "public", secret: "secret" };
const SOCKETS = {
  "a raw WebSocket": { WebSocket },
  SockJS: { SockJS },
  "SockJS by xhr-streaming": { SockJS, sockjs: { transports: ["xhr-streaming"] } },
  "SockJS by xhr-polling": { SockJS, sockjs: { transports: ["xhr-polling"] } },
};

let server;
let rest;
let opened = []; // to be closed after each test
let names = 0;

const name = (what) => `${what}-${++names}`;
const address = () => `127.0.0.1:${server.port}`;

before(async () => {
  const { apps, config } = authServer();
  server = await startServer({ apps: { ...apps, main: APP }, config });
  rest = new RestClient(server.port, APP);
});

afterEach(() => {
  for (const close of opened) close();
  opened = [];
});

after(async () => {
  forgetConnections(server.port);
  if (server.alive) await server.stop();
});

/// A test that shows the server's log when it fails.
function scenario(title, run) {
  test(title, async () => {
    try {
      await run();
    } catch (error) {
      throw withLog(error, server);
    }
  });
}

async function until(channel, count) {
  await eventually(
    `${count} in ${channel}`,
    async () => (await rest.channel(channel)).json.users.length === count,
  );
}

/// Resolves with what an event tells, once `wanted` of it is true.
function next(emitter, event, wanted = () => true) {
  const told = new Promise((resolve) => {
    emitter.on(event, function listen(...args) {
      if (!wanted(...args)) return;
      emitter.off(event, listen);
      resolve(args);
    });
  });
  return within(told, `the event ${event}`);
}

for (const [kind, socket] of Object.entries(SOCKETS)) {
  const make = (options = {}) => {
    const thunder = new Thunder({
      server: address(),
      key: APP.key,
      user: name("user"),
      ...socket,
      ...options,
    });
    opened.push(() => thunder.close());
    return thunder;
  };

  describe(`Thunder over ${kind}`, () => {
    scenario("hands over what is published to a channel", async () => {
      const news = name("news");
      const thunder = make();
      await thunder.connect();
      const channel = thunder.channel(news);
      await channel.subscribe();
      await until(news, 1);
      const got = next(channel, "message");
      const text = '{"text": "Zażółć 🙂 \\u2028", "big": [1, 2.5, -3e2]}';
      assert.deepEqual((await rest.publish(news, text)).json, { count: 1 });
      const [payload, message] = await got;
      assert.deepEqual(payload, { text: "Zażółć 🙂 \u2028", big: [1, 2.5, -300] });
      assert.deepEqual(message, { payload, channel: news, data: { payload: text, channel: news } });
    });

    scenario("hands over what is sent to its user", async () => {
      const user = name("user");
      const thunder = make({ user });
      await thunder.connect();
      await eventually("the user to be online", async () => (await rest.user(user)).json.online);
      const got = next(thunder, "message");
      await rest.tell(user, '"for you"');
      const [payload, { channel }] = await got;
      assert.deepEqual([payload, channel], ["for you", undefined]);
    });

    scenario("keeps the order", async () => {
      const channel = name("order");
      const thunder = make();
      const got = [];
      thunder
        .channel(channel)
        .on("message", (payload) => got.push(payload))
        .subscribe();
      await thunder.connect();
      await until(channel, 1);
      const sent = [...Array(50).keys()];
      for (const number of sent) await rest.publish(channel, String(number));
      await eventually("all messages", () => got.length === sent.length);
      assert.deepEqual(got, sent);
    });

    scenario("stays through the end of its token, by a fresh one", async () => {
      const user = name("user");
      const hs = new RestClient(server.port, AUTH_APPS.hs);
      let asked = 0;
      const fresh = () => {
        const exp = Date.now() / 1000 + (++asked === 1 ? 1.5 : 3600);
        return token(claims(user, { aud: AUDIENCE, iat: Date.now() / 1000, exp }), KEYS.hs);
      };
      const states = [];
      const thunder = make({ key: AUTH_APPS.hs.key, user: undefined, token: fresh });
      thunder.on("state", (state) => states.push(state));
      await thunder.connect();
      await eventually("a second token", () => asked === 2);
      const last = claims("witness", { aud: AUDIENCE, exp: Date.now() / 1000 + 1.5 });
      const witness = make({ key: AUTH_APPS.hs.key, token: token(last, KEYS.hs) });
      const over = next(witness, "state", (state) => state === "closed");
      await witness.connect();
      assert.equal((await over)[1].code, 3010);
      assert.equal((await hs.user(user)).json.online, true);
      assert.deepEqual(states, ["connecting", "open"]);
    });

    scenario("subscribes to a private channel with a token of its own", async () => {
      const user = name("user");
      const channel = `private-${name("channel")}`;
      const rest = new RestClient(server.port, AUTH_APPS.open);
      const thunder = make({ key: AUTH_APPS.open.key, user });
      await thunder.connect();
      const got = next(thunder.channel(channel), "message");
      await thunder.channel(channel).subscribe(async () =>
        token(claims(user, { channels: [channel] }), KEYS.open),
      );
      await eventually("the subscription", async () =>
        (await rest.channel(channel)).json.users.includes(user),
      );
      await rest.publish(channel, "1");
      assert.equal((await got)[0], 1);
      const over = next(thunder, "state", (state) => state === "closed");
      await thunder.channel("private-other").subscribe();
      assert.equal((await over)[1].code, 3502);
    });

    scenario("subscribes to hundreds of channels", async () => {
      const thunder = make();
      const channels = [...Array(1024)].map(() => name("c").padEnd(64, "-"));
      for (const channel of channels) thunder.channel(channel).subscribe();
      await thunder.connect();
      await until(channels.at(-1), 1);
      await until(channels[0], 1);
    });

    scenario("ends a subscription", async () => {
      const channel = name("short");
      const thunder = make();
      thunder.channel(channel).subscribe();
      await thunder.connect();
      await until(channel, 1);
      await thunder.channel(channel).unsubscribe();
      await until(channel, 0);
      assert.equal(thunder.state, "open");
    });

    scenario("is closed for good with a wrong key", async () => {
      const thunder = make({ key: "wrong" });
      const closed = next(thunder, "state", (state) => state === "closed");
      await thunder.connect();
      assert.deepEqual(await closed, ["closed", { code: 9000, reason: "Invalid API key." }]);
      await assert.rejects(thunder.channel("news").subscribe(), {
        name: "ClosedError",
        code: 9000,
      });
    });

    scenario("is closed for good by a DELETE of the user", async () => {
      const user = name("user");
      const thunder = make({ user });
      await thunder.connect();
      await eventually("the user to be online", async () => (await rest.user(user)).json.online);
      const closed = next(thunder, "state", (state) => state === "closed");
      assert.equal((await rest.disconnect(user)).status, 204);
      const reason = "Server closed the connection (intentionally).";
      assert.deepEqual(await closed, ["closed", { code: 9002, reason }]);
    });

    scenario("closes, and the user is offline", async () => {
      const user = name("user");
      const thunder = make({ user });
      await thunder.connect();
      await eventually("the user to be online", async () => (await rest.user(user)).json.online);
      thunder.close();
      await eventually("the user to be offline", async () => !(await rest.user(user)).json.online);
    });

    scenario("can be closed while it connects", async () => {
      const thunder = make();
      const connected = thunder.connect();
      thunder.close();
      await assert.rejects(connected, { name: "ClosedError", code: undefined });
    });

    scenario("rejects where no server is", async () => {
      const thunder = make({ server: "127.0.0.1:1", retry: false });
      await assert.rejects(within(thunder.connect(), "the rejection"), { name: "ClosedError" });
      assert.equal(thunder.state, "closed");
    });
  });

  describe(`the legacy interface over ${kind}`, () => {
    const connect = (channels, options) => {
      const legacy = legacyThunder({});
      opened.push(() => legacy.disconnect());
      legacy.connect(address(), APP.key, channels, { ...socket, ...options });
      return legacy;
    };

    scenario("lives through all that a page does", async () => {
      const [first, second] = [name("first"), name("second")];
      const got = [];
      const raw = [];
      const codes = [];
      const legacy = connect([first], { user: name("user") });
      legacy.listen((message) => got.push(message));
      legacy.onSockMessage(({ data }) => raw.push(data));
      legacy.onSockClose(({ code }) => codes.push(code));
      await until(first, 1);
      legacy.subscribe(second);
      await until(second, 1);
      await rest.publish(first, '{"n": 1}');
      await rest.publish(second, '"two"');
      await eventually("both messages", () => got.length === 2);
      assert.deepEqual(got, [{ n: 1 }, "two"]);
      assert.deepEqual(raw, [
        { payload: '{"n": 1}', channel: first },
        { payload: '"two"', channel: second },
      ]);
      legacy.unsubscribe(first);
      await until(first, 0);
      assert.deepEqual(legacy.channels, [second]);
      assert.equal(legacy.disconnect(), true);
      await until(second, 0);
      await eventually("the close", () => codes.length === 1);
    });

    scenario("calls the user undefined without a name", async () => {
      const channel = name("nameless");
      connect([channel]);
      await until(channel, 1);
      assert.deepEqual((await rest.channel(channel)).json.users, ["undefined"]);
    });

    scenario("tells of a wrong key with 9000", async () => {
      const legacy = legacyThunder({});
      const closed = new Promise((resolve) => legacy.onSockClose(resolve));
      legacy.connect(address(), "wrong", [], socket);
      const { code, reason } = await within(closed, "the close");
      assert.deepEqual([code, reason], [9000, "Invalid API key."]);
    });
  });
}

describe("all kinds of connections, with their subscriptions,", () => {
  const { "SockJS by xhr-streaming": _, ...others } = SOCKETS;
  for (const [what, kinds, end] of [
    ["are told of a shutdown, and come back", Object.values(SOCKETS), () => server.stop()],
    // In Node, sockjs-client waits in vain for the end of a response that is cut off.
    ["survive a crash of the server", Object.values(others), () => server.end("SIGKILL")],
  ]) {
    scenario(what, async () => {
      const channel = name("survives");
      const got = [];
      for (const socket of kinds) {
        const thunder = new Thunder({ server: address(), key: APP.key, ...socket });
        opened.push(() => thunder.close());
        thunder
          .channel(channel)
          .on("message", (payload) => got.push(payload))
          .subscribe();
        thunder.connect();
        const legacy = legacyThunder({});
        opened.push(() => legacy.disconnect());
        legacy.listen((payload) => got.push(payload));
        legacy.connect(address(), APP.key, [channel], socket);
      }
      await until(channel, 2 * kinds.length);

      forgetConnections(server.port);
      await end();
      const { port, adminPort, apps, directory, file } = server;
      server = new ServerProcess(["--config", file]);
      Object.assign(server, { port, adminPort, apps, directory, file });
      await server.ready(port);

      await until(channel, 2 * kinds.length);
      await rest.publish(channel, '"again"');
      await eventually("all messages", () => got.length === 2 * kinds.length);
      assert.ok(got.every((payload) => payload === "again"));
    });
  }
});
