// The JavaScript client in a browser: bundled into a page, and as the server
// serves it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, describe, test } from "node:test";

import { PackedProject } from "../../client/test/support/packed_project.js";
import { eventually } from "../blackbox/support/deadline.js";
import { forgetConnections, RestClient } from "../blackbox/support/rest.js";
import { ServerProcess, startServer, withLog } from "../blackbox/support/server.js";
import { launch } from "./support/browser.js";
import { EXAMPLE } from "./support/demo.js";
import { Site } from "./support/site.js";
import { Tab } from "./support/tab.js";

let browser;
let server;
let rest;
let opened = []; // what is closed after each test

before(async () => {
  browser = await launch();
  server = await startServer({ apps: EXAMPLE });
  rest = new RestClient(server.port, EXAMPLE.main);
});

afterEach(async () => {
  for (const close of opened.reverse()) await close();
  opened = [];
});

after(async () => {
  await browser?.close();
  forgetConnections(server.port);
  if (server.alive) await server.stop();
});

const here = () => `127.0.0.1:${server.port}`;

async function visit(site, query = "") {
  opened.push(() => site.close());
  const tab = await Tab.open(browser, site.address + query);
  opened.push(() => tab.close());
  return tab;
}

/// A page of a site of its own that has these elements.
const page = (...elements) =>
  Site.ofPage(
    `<!doctype html><link rel="icon" href="data:,"><p id="state"></p>${elements.join("")}`,
  );

const script = (path) => `<script src="http://${here()}/client/${path}"></script>`;

function scenario(title, body) {
  test(title, async () => {
    try {
      await body();
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

describe("a page bundled by Vite", () => {
  let project;
  let directory;

  before(async () => {
    project = new PackedProject();
    directory = await project.page();
  });

  after(() => project.remove());

  scenario("connects, and shows what is published", async () => {
    const tab = await visit(await Site.ofFiles(directory), `?server=${here()}&channel=bundled`);
    await tab.reaches("open");
    await until("bundled", 1);
    await rest.publish("bundled", '{"text": "Hello, page"}');
    await tab.page.getByRole("listitem").filter({ hasText: "Hello, page" }).waitFor();
    assert.deepEqual(tab.complaints, []);
  });

  scenario("is connected again after a restart of the server", async () => {
    const tab = await visit(await Site.ofFiles(directory), `?server=${here()}&channel=restarted`);
    await until("restarted", 1);
    forgetConnections(server.port);
    await server.stop();
    await tab.reaches("waiting");
    const { port, adminPort, apps, directory: scratch, file } = server;
    server = new ServerProcess(["--config", file]);
    Object.assign(server, { port, adminPort, apps, directory: scratch, file });
    await server.ready(port);
    await until("restarted", 1);
    await rest.publish("restarted", '{"text": "again"}');
    await tab.page.getByRole("listitem").filter({ hasText: "again" }).waitFor();
  });

  scenario("is told when the server does not want it", async () => {
    const tab = await visit(await Site.ofFiles(directory), `?server=${here()}&key=wrong`);
    await tab.reaches("closed");
  });
});

describe("the client that the server serves", () => {
  for (const file of ["thunderpush.js", "thunderpush.mjs"]) {
    scenario(`is the one of the repository: ${file}`, async () => {
      const answer = await fetch(`http://${here()}/client/${file}`);
      const built = readFileSync(new URL(`../../client/dist/${file}`, import.meta.url), "utf8");
      assert.equal(answer.status, 200);
      assert.equal(await answer.text(), built, "the binary is older than the client");
    });
  }

  scenario("is imported by modules of other sites", async () => {
    const tab = await visit(
      await page(`
      <script type="module">
        import { Thunder } from "http://${here()}/client/thunderpush.mjs";
        const thunder = new Thunder({ server: "${here()}", key: "public" });
        thunder.channel("module").on("message", (text) => { state.textContent = text; }).subscribe();
        thunder.connect();
      </script>`),
    );
    await until("module", 1);
    await rest.publish("module", '"from a module"');
    await tab.reaches("from a module");
    assert.deepEqual(tab.complaints, []);
  });

  for (const [socket, scripts] of [
    ["the raw WebSocket", ["thunderpush.js"]],
    ["SockJS", ["sockjs.min.js", "thunderpush.js"]],
  ]) {
    const name = socket.split(" ").at(-1);

    scenario(`serves pages made for the Python server's, over ${socket}`, async () => {
      const paths = [];
      const site = await page(
        ...scripts.map(script),
        `
        <script>
          Thunder.listen(function (message) { state.textContent = message.text; });
          function start() { Thunder.connect("${here()}", "public", ["${name}"], { user: "old" }); }
        </script>`,
      );
      const tab = await visit(site);
      tab.page.on("websocket", (socket) => paths.push(new URL(socket.url()).pathname));
      await tab.page.evaluate("start()");
      await until(name, 1);
      assert.deepEqual((await rest.channel(name)).json.users, ["old"]);
      await rest.publish(name, '{"text": "hello"}');
      await tab.reaches("hello");
      assert.equal(paths.length, 1);
      assert.match(
        paths[0],
        name === "SockJS" ? /^\/connect\/\d+\/\w+\/websocket$/ : /^\/connect\/websocket$/,
      );
      await tab.page.evaluate("Thunder.disconnect()");
      await until(name, 0);
      assert.deepEqual(tab.complaints, []);
    });
  }
});
