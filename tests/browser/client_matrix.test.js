// The JavaScript client in Chromium, as a plain script: over the raw WebSocket,
// and over each transport of SockJS.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { eventually } from "../blackbox/support/deadline.js";
import { ClientPage } from "./support/client_page.js";
import { EXAMPLE } from "./support/demo.js";
import { Stage } from "./support/stage.js";
import { Tab } from "./support/tab.js";
import { COMBINATIONS, ORIGINS } from "./support/transports.js";

const KINDS = [...ORIGINS.map((origin) => ({ origin })), ...COMBINATIONS].map(
  ({ transport, origin }) => ({
    transport,
    origin,
    title: `${transport ?? "no SockJS"}, ${origin}`,
  }),
);
const AT_ONCE = { delays: [1], jitter: 0 }; // how a client would come back
const LINGERING = "jsonp-polling"; // its script cannot be called off, but by leaving the page
const { key } = EXAMPLE.main;

const stage = new Stage();

function visit(tab, origin) {
  const address = stage.origins.address(origin, stage.url("/connect"));
  return ClientPage.visit(tab, address, stage.server.port);
}

/// What the console says but for what our pages have no part in: the line of the
/// constant pages of SockJS, and the icon that the greeting does not have.
function complaints(tab) {
  const known = /^document\.domain mutation is ignored|status of 404/;
  return tab.complaints.filter((text) => !known.test(text));
}

for (const { title, transport, origin } of KINDS) {
  describe(title, () => {
    let tab;

    before(async () => {
      tab = await Tab.open(stage.browser, "about:blank");
    });

    after(() => tab?.close());

    const scenario = (title, run) =>
      stage.scenario(title, async () => {
        const page = await visit(tab, origin);
        const usual = { transport, key, retry: AT_ONCE };
        await run((options) => page.client(stage.name("client"), { ...usual, ...options }));
        assert.deepEqual(complaints(tab), []);
      });

    scenario("hands over what is published, with its channel", async (make) => {
      const [user, channel] = [stage.name("user"), stage.name("channel")];
      const client = await make({ user });
      await client.connect(channel);
      await stage.subscribed(channel, user);
      assert.equal((await client.told()).transport, transport);
      const payload = { text: "50 % <b>żółw</b> 🐢 \u2028", list: [1, null] };
      await stage.publish(channel, JSON.stringify(payload));
      assert.deepEqual((await stage.rest.tell(user, '"for you"')).json, { count: 1 });
      assert.deepEqual(await client.received(2), [
        { payload, channel },
        { payload: "for you", channel: undefined },
      ]);
    });

    scenario("is present as long as it is connected", async (make) => {
      const [user, channel] = [stage.name("user"), stage.name("channel")];
      const client = await make({ user });
      assert.equal(await stage.isOnline(user), false);
      await client.connect(channel);
      await stage.subscribed(channel, user);
      assert.equal(await stage.isOnline(user), true);
      await (transport === LINGERING ? tab.page.goto("about:blank") : client.close());
      await stage.subscribed(channel);
      await eventually("the user to be offline", async () => !(await stage.isOnline(user)));
    });

    /// The client says that it is closed for good, and what it might have begun
    /// all the same would be there before the next client of the page.
    async function closedForGood(make, client, code, reason) {
      assert.deepEqual(await client.reaches("closed"), { code, reason });
      const before = await stage.connectionsSoFar();
      const user = stage.name("next");
      await (await make({ user })).connect(user);
      await stage.subscribed(user, user);
      assert.equal(await stage.connectionsSoFar(), before + 1);
      const { states, sockets } = await client.told();
      assert.equal(states.at(-1).state, "closed");
      assert.equal(sockets, 1);
    }

    scenario("does not come back after a DELETE of its user, 9002", async (make) => {
      const user = stage.name("user");
      const client = await make({ user });
      await client.connect();
      await eventually("the user to be online", () => stage.isOnline(user));
      assert.equal((await stage.rest.disconnect(user)).status, 204);
      const reason = "Server closed the connection (intentionally).";
      await closedForGood(make, client, 9002, reason);
    });

    scenario("does not come back after a wrong key, 9000", async (make) => {
      const client = await make({ user: stage.name("user"), key: "wrong" });
      await client.connect();
      await closedForGood(make, client, 9000, "Invalid API key.");
    });

    scenario("does not come back after subscribing before CONNECT, 9001", async (make) => {
      const client = await make({ user: stage.name("user"), withoutConnect: true });
      await client.connect(stage.name("channel"));
      await closedForGood(make, client, 9001, "Subscribing before connecting.");
    });
  });
}

describe("a server that ends and is started again", () => {
  // Few enough for the six connections that a browser opens to a server.
  const groups = ORIGINS.flatMap((origin) => {
    const kinds = KINDS.filter((kind) => kind.origin === origin);
    const inFrames = ({ transport }) => /iframe|htmlfile/.test(transport);
    return [kinds.filter(inFrames), kinds.filter((kind) => !inFrames(kind))];
  });

  async function connected(kinds) {
    const page = await visit(await stage.tab(), kinds[0].origin);
    const retry = { delays: [100], jitter: 0 };
    return Promise.all(
      kinds.map(async ({ title, transport }) => {
        const user = stage.name("restart");
        const client = await page.client(title, { transport, key, user, retry });
        await client.connect(user);
        await stage.subscribed(user, user);
        return { client, user, transport };
      }),
    );
  }

  /// All kinds of clients lose a server and find it again, with the transport
  /// and the subscriptions that they had. Resolves with what each was told of
  /// the loss.
  async function lost({ end, notice = () => {} }) {
    const clients = (await Promise.all(groups.map(connected))).flat();
    await end();
    await stage.restartServer();
    return Promise.all(
      clients.map(async ({ client, user, transport }) => {
        await notice(client, transport);
        await stage.subscribed(user, user);
        await stage.publish(user, '"again"');
        assert.deepEqual(await client.received(1), [{ payload: "again", channel: user }]);
        const { states, transport: current } = await client.told();
        assert.equal(current, transport, client.name);
        return states.find(({ state }) => state === "waiting");
      }),
    );
  }

  stage.scenario("regularly: all clients are told 3001 and come back", async () => {
    const reason = "Server shutting down";
    const expected = KINDS.map(() => ({ state: "waiting", code: 3001, reason }));
    assert.deepEqual(await lost({ end: () => stage.stopServer() }), expected);
  });

  stage.scenario("by a crash: all clients notice it and come back", async () => {
    // Chromium tells nobody that the document of htmlfile's frame was cut off:
    // the client notices when it has something to send.
    const notice = (client, transport) =>
      /htmlfile/.test(transport) && client.subscribe(stage.name("another"));
    const told = await lost({ end: () => stage.killServer(), notice });
    const codes = told.map(({ code }) => code);
    assert.deepEqual(codes, Array(KINDS.length).fill(1006));
  });
});
