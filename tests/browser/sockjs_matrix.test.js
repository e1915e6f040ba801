// sockjs-client 1.6.1 in Chromium, forced to each transport, with the services
// of the public SockJS test suite.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { withLog } from "../blackbox/support/server.js";
import { TestServer } from "../sockjs/support/test_server.js";
import { launch } from "./support/browser.js";
import { EchoPage } from "./support/echo_page.js";
import { Origins } from "./support/origins.js";
import { Tab } from "./support/tab.js";
import { ALL_TRANSPORTS, COMBINATIONS, REFUSED } from "./support/transports.js";

const CONCURRENT_TABS = 4;

let browser;
let server;
let origins;

before(async () => {
  browser = await launch();
  server = await TestServer.start();
  origins = await Origins.open();
});

after(async () => {
  await browser?.close();
  await origins?.close();
  await server?.stop();
});

/// A tab for tests of a transport with an origin: `visit(service)` opens a page
/// anew, which ends what the last one has under way.
async function openTab(transport, origin) {
  const tab = await Tab.open(browser, "about:blank");
  tab.visit = (service) => {
    const url = `http://127.0.0.1:${server.port}/${service}`;
    return EchoPage.visit(tab, origins.address(origin, url), url, transport);
  };
  return tab;
}

async function logged(run) {
  try {
    await run();
  } catch (error) {
    throw withLog(error, server);
  }
}

describe("sockjs-client in Chromium", { concurrency: CONCURRENT_TABS }, () => {
  for (const { transport, origin } of COMBINATIONS) {
    describe(`${transport}, ${origin}`, { concurrency: 1 }, () => {
      let tab;

      before(async () => {
        tab = await openTab(transport, origin);
      });

      after(() => tab?.close());

      const scenario = (title, run) =>
        test(title, () =>
          logged(async () => {
            const client = await tab.visit("echo");
            assert.equal(await client.opened(), transport);
            await run(client);
          }),
        );

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

      test("the server's close code and reason", () =>
        logged(async () => {
          const client = await tab.visit("close");
          assert.deepEqual(await client.closed(), {
            code: 3000,
            reason: "Go away!",
            wasClean: true,
          });
        }));
    });
  }
});

describe("what Chromium cannot be forced to", () => {
  test("the list of transports is that of sockjs-client", () => {
    const combined = COMBINATIONS.map(({ transport }) => transport);
    const refused = REFUSED.map(({ transport }) => transport);
    assert.deepEqual(new Set([...combined, ...refused]), new Set(ALL_TRANSPORTS));
  });

  for (const { transport, origins: from, reason } of REFUSED) {
    for (const origin of from) {
      test(`${transport}, ${origin}: ${reason}`, () =>
        logged(async () => {
          const tab = await openTab(transport, origin);
          try {
            const client = await tab.visit("echo");
            assert.deepEqual(await client.closed(), {
              code: 2000,
              reason: "All transports failed",
              wasClean: false,
            });
          } finally {
            await tab.close();
          }
        }));
    }
  }
});
