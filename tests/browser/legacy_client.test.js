// Pages made for the Python server's client, in Chromium.
import assert from "node:assert/strict";
import { describe } from "node:test";

import { DEADLINE_MS, eventually } from "../blackbox/support/deadline.js";
import { SOCKJS_CLIENT } from "./support/sockjs_client.js";
import { Stage } from "./support/stage.js";

const SOCKETS = ["no SockJS", "websocket", "xhr-streaming", "jsonp-polling"];

const stage = new Stage();

/// A page with the scripts that the page of an application has, and perhaps a
/// clock that only the test moves.
async function visit(socket, { clock = false } = {}) {
  const tab = await stage.tab();
  const { page } = tab;
  tab.asked = []; // URLs on the server, in order
  page.on("request", (request) => tab.asked.push(request.url()));
  page.on("websocket", (webSocket) => tab.asked.push(webSocket.url()));
  if (clock) await page.clock.install();
  await page.goto(stage.origins.address("cross-origin"));
  if (socket !== "no SockJS") await page.addScriptTag({ path: SOCKJS_CLIENT });
  await page.addScriptTag({ url: stage.url("/client/thunderpush.js") });
  await page.evaluate(() => {
    window.told = { messages: [], closes: [] };
    Thunder.listen((message) => told.messages.push(message));
    Thunder.onSockClose(({ code, reason }) => told.closes.push({ code, reason }));
  });
  return tab;
}

/// Thunder.connect() as such pages call it; `SockJS` would choose by itself.
function connect({ page }, socket, channels, { user, key = "public" }) {
  const sockjs = { transports: [socket], timeout: DEADLINE_MS };
  return page.evaluate(
    ([server, key, channels, options]) => Thunder.connect(server, key, channels, options),
    [stage.address, key, channels, { user, log: true, sockjs }],
  );
}

async function closes({ page }, count) {
  return eventually(`${count} closes`, async () => {
    const { closes } = await page.evaluate(() => told);
    if (closes.length < count) throw new Error(`${closes.length} so far`);
    return closes;
  });
}

for (const socket of SOCKETS) {
  describe(`Thunder.connect() with ${socket}`, () => {
    stage.scenario("hands over what is published", async () => {
      const [user, channel] = [stage.name("user"), stage.name("channel")];
      const tab = await visit(socket);
      await connect(tab, socket, [channel], { user });
      await stage.subscribed(channel, user);
      await stage.publish(channel, '{"text": "50 % żółw 🐢"}');
      await stage.rest.tell(user, '"for you"');
      await eventually("both messages", async () => {
        const { messages } = await tab.page.evaluate(() => told);
        assert.deepEqual(messages, [{ text: "50 % żółw 🐢" }, "for you"]);
      });
    });

    /// The next close is final: in ten minutes of the page's clock nothing but
    /// what the test asks for comes from the page.
    async function closedForGood(tab, code, reason) {
      assert.deepEqual(await closes(tab, 1), [{ code, reason }]);
      const before = tab.asked.length;
      await tab.page.clock.runFor("10:00");
      const marker = stage.url("/connect/info?marker");
      await tab.page.evaluate((url) => fetch(url), marker);
      assert.deepEqual(tab.asked.slice(before), [marker]);
    }

    stage.scenario("does not come back after a wrong key, 9000", async () => {
      const tab = await visit(socket, { clock: true });
      await connect(tab, socket, [], { user: stage.name("user"), key: "wrong" });
      await closedForGood(tab, 9000, "Invalid API key.");
    });

    stage.scenario("does not come back after subscribing before CONNECT, 9001", async () => {
      const tab = await visit(socket, { clock: true });
      await tab.page.evaluate(() => {
        const { prototype } = globalThis.SockJS ?? WebSocket;
        const { send } = prototype;
        prototype.send = function (text) {
          if (!text.startsWith("CONNECT ")) send.call(this, text);
        };
      });
      await connect(tab, socket, [stage.name("channel")], { user: stage.name("user") });
      await closedForGood(tab, 9001, "Subscribing before connecting.");
    });

    stage.scenario("does not come back after a DELETE of its user, 9002", async () => {
      const [user, channel] = [stage.name("user"), stage.name("channel")];
      const tab = await visit(socket, { clock: true });
      await connect(tab, socket, [channel], { user });
      await stage.subscribed(channel, user);
      assert.equal((await stage.rest.disconnect(user)).status, 204);
      await closedForGood(tab, 9002, "Server closed the connection (intentionally).");
    });
  });
}

stage.scenario("after a crash of the server all come back with their subscriptions", async () => {
  const channel = stage.name("channel");
  const tabs = [];
  for (const socket of SOCKETS) {
    const tab = await visit(socket);
    await connect(tab, socket, [channel], { user: socket });
    tabs.push(tab);
  }
  await stage.subscribed(channel, ...SOCKETS);
  await stage.killServer();
  await Promise.all(tabs.map((tab) => closes(tab, 1)));
  await stage.restartServer();
  await stage.subscribed(channel, ...SOCKETS);
  await stage.publish(channel, '"again"', SOCKETS.length);
  for (const { page } of tabs) {
    await page.waitForFunction(() => told.messages.length > 0);
    assert.deepEqual(await page.evaluate(() => told.messages), ["again"]);
  }
});

stage.scenario("a page that uses sockjs-client as the old client did", async () => {
  const channel = stage.name("channel");
  const tab = await stage.tab(stage.origins.address("cross-origin"));
  const { page } = tab;
  await page.addScriptTag({ url: stage.url("/client/sockjs.min.js") });
  await page.evaluate(
    ([url, channels]) => {
      window.told = { messages: [] };
      const socket = new SockJS(url, undefined, { debug: true });
      socket.onopen = () => {
        socket.send("CONNECT undefined:public");
        socket.send(`SUBSCRIBE ${channels.join(":")}`);
      };
      socket.onmessage = ({ data }) => told.messages.push(data);
      socket.onclose = ({ code, reason }) => Object.assign(told, { code, reason });
    },
    [stage.url("/connect"), [channel, `${channel}-too`]],
  );
  await stage.subscribed(`${channel}-too`, "undefined");
  await stage.publish(channel, ' {"n": 1}');
  await stage.rest.tell("undefined", '"Hello World!"');
  await page.waitForFunction(() => told.messages.length === 2);
  assert.equal((await stage.rest.disconnect("undefined")).status, 204);
  await page.waitForFunction(() => told.code);
  assert.deepEqual(await page.evaluate(() => told), {
    messages: [{ payload: ' {"n": 1}', channel }, { payload: '"Hello World!"' }],
    code: 9002,
    reason: "Server closed the connection (intentionally).",
  });
  assert.deepEqual(tab.complaints, []);
});
