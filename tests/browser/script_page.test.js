// Pages that load the client from the server with a script element and have
// nothing else: no SockJS, no bundler.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe } from "node:test";

import { eventually } from "../blackbox/support/deadline.js";
import { request } from "../blackbox/support/rest.js";
import { Site } from "./support/site.js";
import { Stage } from "./support/stage.js";

const SCRIPT = "/client/thunderpush.js";
const MODULE = "/client/thunderpush.mjs";
const CACHED = [SCRIPT, MODULE, "/client/sockjs.min.js", "/connect/iframe.html"];

const stage = new Stage();

/// Opens a page of another site that has these elements.
async function visit(...elements) {
  const icon = '<link rel="icon" href="data:,">';
  const site = await Site.ofPage(`<!doctype html>${icon}<p id="state"></p>${elements.join("")}`);
  stage.keep(site);
  return stage.tab(site.address);
}

/// An inline script that shows what is published to a channel.
const application = (channel) => `
  const thunder = new Thunder({ server: "${stage.address}", key: "public", user: "reader" });
  thunder.channel("${channel}").on("message", (text) => { state.textContent = text; }).subscribe();
  thunder.connect();`;

/// What is published to the channel is shown by the page, which has no complaint.
async function works(tab, channel) {
  await stage.subscribed(channel, "reader");
  const text = stage.name("published");
  await stage.publish(channel, JSON.stringify(text));
  await tab.reaches(text);
  assert.deepEqual(tab.complaints, []);
}

describe("a page with a script element", () => {
  stage.scenario("needs no other script", async () => {
    const channel = stage.name("channel");
    const tab = await visit(
      `<script src="${stage.url(SCRIPT)}"></script>`,
      `<script>${application(channel)}</script>`,
    );
    await works(tab, channel);
  });

  stage.scenario("may insist on the script that it knows", async () => {
    const channel = stage.name("channel");
    const { bytes } = await request(stage.server.port, "GET", SCRIPT);
    const hash = createHash("sha256").update(bytes).digest("base64");
    const tab = await visit(
      `<script src="${stage.url(SCRIPT)}" integrity="sha256-${hash}" crossorigin></script>`,
      `<script>${application(channel)}</script>`,
    );
    await works(tab, channel);
  });

  stage.scenario("may be a module", async () => {
    const channel = stage.name("channel");
    const tab = await visit(`
      <script type="module">
        import { Thunder } from "${stage.url(MODULE)}";
        ${application(channel)}
      </script>`);
    await works(tab, channel);
  });

  stage.scenario("need not name the server that it comes from", async () => {
    const tab = await stage.tab(stage.url("/connect"));
    await tab.page.addScriptTag({ url: SCRIPT });
    const channel = stage.name("channel");
    await tab.page.evaluate((channel) => {
      const thunder = new Thunder({ key: "public", user: "neighbour" });
      thunder.channel(channel).subscribe();
      return thunder.connect();
    }, channel);
    await stage.subscribed(channel, "neighbour");
  });

  for (const path of [SCRIPT, MODULE]) {
    stage.scenario(`gets the client of the repository: ${path}`, async () => {
      const { status, text } = await request(stage.server.port, "GET", path);
      const built = new URL(`../../client/dist/${path.split("/").at(-1)}`, import.meta.url);
      assert.equal(status, 200);
      assert.ok(text === readFileSync(built, "utf8"), "the binary is older than the client");
    });
  }
});

describe("the browser's cache", () => {
  /// Statuses of all answers to requests for a path so far, from the server's log.
  const answers = (path) =>
    [...stage.server.stderr.matchAll(/ GET (\S+): (\d+)\n/g)]
      .filter(([, logged]) => logged === path)
      .map(([, , status]) => Number(status));

  for (const path of CACHED) {
    stage.scenario(`keeps ${path}, and asks for it anew with its tag`, async () => {
      const before = answers(path).length;
      const { page } = await stage.tab(stage.url("/connect"));
      const load = (cache) =>
        page.evaluate(
          async ([path, cache]) => {
            const answer = await fetch(path, { cache });
            return { status: answer.status, length: (await answer.text()).length };
          },
          [path, cache],
        );
      const first = await load("default");
      assert.equal(first.status, 200);
      assert.ok(first.length > 0);
      assert.deepEqual(await load("default"), first, "from the cache");
      assert.deepEqual(await load("no-cache"), first, "asked for anew");
      await eventually("both requests to be logged", () => answers(path).length >= before + 2);
      assert.deepEqual(answers(path).slice(before), [200, 304]);
    });
  }

  stage.scenario("spares a page that is visited again the request", async () => {
    const channel = stage.name("channel");
    const tab = await visit(
      `<script src="${stage.url(SCRIPT)}"></script>`,
      `<script>${application(channel)}</script>`,
    );
    await works(tab, channel);
    const before = answers(SCRIPT).length;
    await tab.page.goto("about:blank");
    await stage.subscribed(channel);
    await tab.page.goBack();
    await works(tab, channel);
    await tab.page.evaluate((url) => fetch(url, { cache: "reload" }), stage.url(MODULE));
    await eventually("the last request to be logged", () => answers(MODULE).at(-1) === 200);
    assert.equal(answers(SCRIPT).length, before);
  });
});
