// sockjs-client 1.6.1 in Chromium, forced to each transport, with the services
// of the public SockJS test suite.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { TestServer } from "../sockjs/support/test_server.js";
import { EchoPage } from "./support/echo_page.js";
import { Stage } from "./support/stage.js";
import { Tab } from "./support/tab.js";
import { ALL_TRANSPORTS, COMBINATIONS, REFUSED } from "./support/transports.js";

const CONCURRENT_TABS = 4;

const stage = new Stage(() => TestServer.start());

/// A page anew, which ends what the last one of the tab has under way.
function visit(tab, { transport, origin }, service) {
  const url = stage.url(`/${service}`);
  return EchoPage.visit(tab, stage.origins.address(origin, url), url, transport);
}

describe("sockjs-client in Chromium", { concurrency: CONCURRENT_TABS }, () => {
  for (const combination of COMBINATIONS) {
    const { transport, origin } = combination;

    describe(`${transport}, ${origin}`, { concurrency: 1 }, () => {
      let tab;

      before(async () => {
        tab = await Tab.open(stage.browser, "about:blank");
      });

      after(() => tab?.close());

      const scenario = (title, run) =>
        stage.scenario(title, async () => {
          const client = await visit(tab, combination, "echo");
          assert.equal(await client.opened(), transport);
          await run(client);
        });

      // All texts of a name come back as they are, and nothing else does.
      const echoes = (title, name, options) =>
        scenario(title, async (client) => {
          assert.deepEqual(await client.differences(name, options), []);
          const count = await client.count();
          assert.deepEqual(await client.echo("the end"), ["the end"]);
          assert.equal(await client.count(), count + 1);
        });

      echoes("messages of 0 to 60,000 bytes", "sizes", { ahead: 1 });
      echoes("all of Unicode", "unicode", { atOnce: 12 });
      echoes("the characters that must be escaped", "awkward");
      echoes("percent signs", "percent");
      echoes("what looks like markup or frames", "markup");
      echoes("1,000 messages in order", "numbered", { ahead: 100 });

      scenario("lone surrogates do no harm", async (client) => {
        assert.deepEqual(await client.alteredSurrogates(), []);
      });

      stage.scenario("the server's close code and reason", async () => {
        const client = await visit(tab, combination, "close");
        const expected = { code: 3000, reason: "Go away!", wasClean: true };
        assert.deepEqual(await client.closed(), expected);
      });
    });
  }
});

describe("what Chromium cannot be forced to", () => {
  test("the list of transports is that of sockjs-client", () => {
    const combined = COMBINATIONS.map(({ transport }) => transport);
    const refused = REFUSED.map(({ transport }) => transport);
    assert.deepEqual(new Set([...combined, ...refused]), new Set(ALL_TRANSPORTS));
  });

  for (const { transport, origins, reason } of REFUSED) {
    for (const origin of origins) {
      stage.scenario(`${transport}, ${origin}: ${reason}`, async () => {
        const client = await visit(await stage.tab(), { transport, origin }, "echo");
        const expected = { code: 2000, reason: "All transports failed", wasClean: false };
        assert.deepEqual(await client.closed(), expected);
      });
    }
  }
});
