// The operators' dashboard: what an operator sees and does there.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, describe, test } from "node:test";

import { eventually } from "../blackbox/support/deadline.js";
import { untilListed } from "../blackbox/support/expect.js";
import { RawWebSocket } from "../blackbox/support/raw_websocket.js";
import { forgetConnections, request, RestClient } from "../blackbox/support/rest.js";
import { ServerProcess, startServer, withLog } from "../blackbox/support/server.js";
import { launch, picture } from "./support/browser.js";
import { Dashboard } from "./support/dashboard.js";
import { EXAMPLE } from "./support/demo.js";

const TOKEN = "a-token-of-thirty-two-characters";
const PAGE = 50; // rows of the table of actors
const ENOUGH = 2000; // messages of 60 kB: more than the kernel's buffers hold

// Room for a queue: clients that take nothing are slow here, and not closed.
const limits = {
  queue_bytes: 268435456,
  queue_age: "10m",
  write_timeout: "10m",
  channel_backlog_bytes: 268435456,
};

let browser;
let server;
let rest;
let opened = []; // is closed after each test
let names = 0;

before(async () => {
  browser = await launch();
  server = await startServer({ apps: EXAMPLE, config: { limits } });
  rest = new RestClient(server.port, EXAMPLE.main);
});

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
  if (server.alive) await eventually("nobody", async () => (await ask("/stats")).connections === 0);
});

after(async () => {
  await browser?.close();
  forgetConnections(server.port);
  forgetConnections(server.adminPort);
  if (server.alive) await server.stop();
});

/// A test with the dashboard open. It ends with a look at the console, which
/// has to be silent unless `noisy`; options are those of Dashboard.open.
function scenario(title, { noisy = false, ...options }, body) {
  test(title, async () => {
    try {
      const dashboard = await visit(server, options);
      await body(dashboard);
      if (!noisy) assert.deepEqual(dashboard.complaints, [], "complaints of the console");
    } catch (error) {
      throw withLog(error, server);
    }
  });
}

async function visit(of, options) {
  const dashboard = await Dashboard.open(browser, of, options);
  opened.push(() => dashboard.close());
  return dashboard;
}

/// A name that no other test uses.
const unique = (prefix) => `${prefix}-${++names}`;

/// A client that is connected as `user` and subscribed to `channels`.
async function client(user, ...channels) {
  const socket = await RawWebSocket.open(server.port);
  opened.push(() => socket.destroy());
  socket.sendText(`CONNECT ${user}:${EXAMPLE.main.key}`);
  for (const channel of channels) {
    socket.sendText(`SUBSCRIBE ${channel}`);
    await eventually(`${user} in ${channel}`, async () =>
      (await rest.channel(channel)).json.users.includes(user),
    );
  }
  return socket;
}

/// A client that takes nothing, and for which something waits.
async function slowClient(user) {
  const channel = unique("flood");
  const socket = await client(user, channel);
  socket.connection.socket.pause();
  const body = JSON.stringify("x".repeat(60_000));
  for (let number = 0; number < ENOUGH; ++number) {
    await rest.publish(channel, body);
    if (number % 20 === 19 && (await ask("/stats")).blocked > 0) return socket;
  }
  throw new Error("the client is not slow");
}

async function ask(path) {
  return (await request(server.adminPort, "GET", path)).json;
}

async function idOf(kind, name) {
  const { actors } = await ask(`/actors?kind=${kind}&name=${encodeURIComponent(name)}`);
  assert.equal(actors.length, 1);
  return actors[0].id;
}

describe("the files", () => {
  const files = {
    "/": "index.html",
    "/dashboard.js": "dashboard.js",
    "/dashboard.css": "dashboard.css",
  };
  for (const [path, file] of Object.entries(files)) {
    test(`are served as they were built: ${file}`, async () => {
      const built = readFileSync(new URL(`../../dashboard/dist/${file}`, import.meta.url), "utf8");
      const answer = await request(server.adminPort, "GET", path);
      assert.equal(answer.status, 200, String(answer));
      assert.ok(answer.text === built, "the binary is older than the file");
    });
  }

  test("may load nothing but each other", async () => {
    const { headers } = await request(server.adminPort, "GET", "/");
    const policy = headers["content-security-policy"];
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self'(;|$)/);
    assert.match(policy, /connect-src 'self'(;|$)/);
  });
});

describe("the figures", () => {
  scenario("say which server it is and that it is well", {}, async (dashboard) => {
    await dashboard.state("Healthy and ready");
    const { version } = await ask("/stats");
    assert.equal(await dashboard.page.locator("#version").innerText(), version);
    assert.match(await dashboard.page.locator("#uptime").innerText(), /^up \d+ /);
  });

  scenario("count connections, users and channels as they come and go", {}, async (dashboard) => {
    await dashboard.figure("Connections", "0");
    const user = unique("user");
    const socket = await client(user, unique("channel"), unique("channel"));
    await client(user);
    await client(unique("user"));
    await dashboard.figure("Connections", "3");
    await dashboard.figure("Users", "2");
    await dashboard.figure("Channels", "2");
    socket.destroy();
    await dashboard.figure("Connections", "2");
    await dashboard.figure("Channels", "0");
  });

  scenario("say what was published and delivered", {}, async (dashboard) => {
    const channel = unique("channel");
    await client(unique("user"), channel);
    await rest.publish(channel, "1");
    const { publications, deliveries } = await ask("/stats");
    await dashboard.page.getByText(`${publications} so far`, { exact: true }).first().waitFor();
    await dashboard.page.getByText(`${deliveries} so far`, { exact: true }).first().waitFor();
  });

  scenario("have a row for each home", {}, async (dashboard) => {
    await dashboard.rows("homes").nth(1).waitFor();
    assert.deepEqual(await dashboard.rows("homes").locator("th").allInnerTexts(), ["0", "1"]);
  });

  scenario("are drawn", {}, async (dashboard) => {
    const plots = dashboard.page.getByRole("img");
    await dashboard.page.getByLabel("Connections in the last 5 minutes: between 0 and 0").waitFor();
    assert.equal(await plots.count(), 4);
    assert.equal(await plots.locator("canvas").count(), 4);
  });
});

describe("the table of actors", () => {
  scenario("is sorted by the server when a heading is pressed", {}, async (dashboard) => {
    const [idle, busy] = [unique("idle"), unique("busy")];
    await client(unique("user"), idle);
    await client(unique("user"), busy);
    for (let i = 0; i < 5; ++i) await rest.publish(busy, "1");
    await dashboard.choose("channel");
    const head = (title) => dashboard.page.getByRole("columnheader", { name: title, exact: true });
    await head("Id").getByRole("button").click();
    await eventually("the oldest first", async () =>
      assert.deepEqual(await dashboard.names(), [idle, busy]),
    );
    assert.equal(await head("Id").getAttribute("aria-sort"), "ascending");
    await head("Handled").getByRole("button").click();
    await eventually("the busiest first", async () =>
      assert.deepEqual(await dashboard.names(), [busy, idle]),
    );
    assert.equal(await head("Handled").getAttribute("aria-sort"), "descending");
    assert.equal(await head("Id").getAttribute("aria-sort"), null);
  });

  scenario("shows one kind, and says how many there are", {}, async (dashboard) => {
    const user = unique("user");
    await client(user);
    await dashboard.page.getByRole("radio", { name: "Sessions 1" }).waitFor();
    await dashboard.choose("session");
    await eventually("the session alone", async () =>
      assert.deepEqual(await dashboard.names(), [user]),
    );
    await dashboard.choose("hub");
    await eventually("a hub a home", async () =>
      assert.equal(await dashboard.rows("actors").count(), 2),
    );
  });

  scenario("is filtered by the exact name", {}, async (dashboard) => {
    const user = unique("user");
    await client(user);
    await client(`${user}x`);
    await dashboard.filter(user);
    await eventually("the connection and the session", async () =>
      assert.deepEqual(await dashboard.names(), [user, user]),
    );
    await dashboard.filter("nobody");
    await dashboard.page.getByText("None has exactly the name nobody.").waitFor();
    assert.equal(await dashboard.rows("actors").count(), 0);
    await dashboard.filter("");
    await dashboard.row("actors", `${user}x`).first().waitFor();
  });

  scenario("is fetched by pages of 50, forth and back", {}, async (dashboard) => {
    const users = Array.from({ length: PAGE + 10 }, () => unique("user"));
    for (const user of users) await client(user);
    await dashboard.page.getByRole("radio", { name: `Sessions ${users.length}` }).waitFor();
    await dashboard.choose("session");
    await dashboard.page.getByRole("button", { name: "Id", exact: true }).click();
    const range = (text) =>
      dashboard.page.locator("#range").getByText(text, { exact: true }).waitFor();
    const { actors } = await ask("/actors?kind=session&sort=id");
    const expected = actors.map(({ name }) => name);
    await range("1\u201350 of 60");
    await eventually("the first page", async () =>
      assert.deepEqual(await dashboard.names(), expected.slice(0, PAGE)),
    );
    await dashboard.page.getByRole("button", { name: "Next" }).click();
    await range("51\u201360 of 60");
    assert.deepEqual(await dashboard.names(), expected.slice(PAGE));
    assert.ok(await dashboard.page.getByRole("button", { name: "Next" }).isDisabled());
    await dashboard.page.getByRole("button", { name: "Previous" }).click();
    await range("1\u201350 of 60");
    assert.deepEqual(await dashboard.names(), expected.slice(0, PAGE));
    const limits = dashboard.asked
      .filter(({ pathname }) => ["/actors", "/connections"].includes(pathname))
      .map(({ searchParams }) => Number(searchParams.get("limit")));
    assert.ok(
      limits.every((limit) => limit >= 1 && limit <= PAGE),
      String(limits),
    );
  });

  scenario("keeps its rows in place while somebody points at one", {}, async (dashboard) => {
    const [user, other] = [unique("user"), unique("user")];
    const socket = await client(user);
    await client(other);
    await dashboard.choose("session");
    await eventually("the sessions alone", async () => (await dashboard.names()).length === 2);
    await dashboard.actor("session", user).hover();
    await dashboard.page.locator("#actors-says", { hasText: "Rows keep their places" }).waitFor();
    socket.destroy();
    await dashboard.page.locator("#actors tr.gone").getByText(user, { exact: true }).waitFor();
    await dashboard.page.mouse.move(0, 0);
    await dashboard.row("actors", user).waitFor({ state: "detached" });
    await dashboard.actor("session", other).waitFor();
  });

  scenario("shows another list at once, wherever the pointer is", {}, async (dashboard) => {
    const [user, other] = [unique("user"), unique("user")];
    await client(user);
    await client(other);
    await dashboard.choose("session");
    await eventually("the sessions alone", async () => (await dashboard.names()).length === 2);
    await dashboard.actor("session", user).hover();
    await dashboard.page.getByRole("searchbox", { name: "Exact name" }).focus();
    await dashboard.page.keyboard.type(other);
    await dashboard.page.keyboard.press("Enter");
    await eventually("the other alone", async () =>
      assert.deepEqual(await dashboard.names(), [other]),
    );
  });
});

describe("an actor that is opened", () => {
  scenario("is a connection with its figures and subscriptions", {}, async (dashboard) => {
    const [user, channel] = [unique("user"), unique("channel")];
    const socket = await client(user, channel);
    await dashboard.openActor("connection", user);
    await dashboard.field("State", "connected");
    await dashboard.field("User", user);
    await dashboard.field("Transport", "raw-websocket");
    await dashboard.field("Address", `127.0.0.1:${socket.connection.socket.localPort}`);
    await dashboard.panel.getByRole("heading", { name: "1 subscription" }).waitFor();
    await dashboard.panel.getByRole("button", { name: channel }).click();
    await eventually("the channel in the table", async () =>
      assert.deepEqual(await dashboard.names(), [channel]),
    );
  });

  scenario("is a session with links to its connections", {}, async (dashboard) => {
    const user = unique("user");
    await client(user);
    await client(user);
    await dashboard.openActor("session", user);
    await dashboard.panel.getByRole("heading", { name: "2 connections" }).waitFor();
    const link = dashboard.panel.getByRole("link").first();
    const id = await link.innerText();
    await link.click();
    await dashboard.panel.getByText(`connection ${id}`, { exact: true }).waitFor();
    await dashboard.field("User", user);
  });

  scenario("is a channel with its subscribers by home", {}, async (dashboard) => {
    const channel = unique("channel");
    for (let i = 0; i < 4; ++i) await client(unique("user"), channel);
    await dashboard.openActor("channel", channel);
    await dashboard.panel.getByRole("heading", { name: "4 subscribers" }).waitFor();
    const counts = await dashboard.panel.locator("tbody td:nth-child(2)").allInnerTexts();
    assert.equal(
      counts.map(Number).reduce((sum, count) => sum + count, 0),
      4,
    );
    await client(unique("user"), channel);
    await dashboard.panel.getByRole("heading", { name: "5 subscribers" }).waitFor();
  });

  scenario("has an address of its own", {}, async (dashboard) => {
    const user = unique("user");
    await client(user);
    const id = await idOf("session", user);
    const other = await visit(server, { path: `#actor/${id}` });
    await other.panel.getByRole("heading", { name: user, exact: true }).waitFor();
    await dashboard.openActor("session", user);
    assert.equal(new URL(dashboard.page.url()).hash, `#actor/${id}`);
  });

  // The browser itself logs that it is not found.
  scenario("says when it has ended", { noisy: true }, async (dashboard) => {
    const user = unique("user");
    const socket = await client(user);
    await dashboard.openActor("connection", user);
    socket.destroy();
    await dashboard.panel.getByText("This actor has ended.").waitFor();
    const button = dashboard.panel.getByRole("button", { name: "Disconnect" });
    assert.ok(await button.isDisabled());
  });

  scenario("is opened and closed by keyboard", {}, async (dashboard) => {
    const user = unique("user");
    await client(user);
    await dashboard.choose("session");
    const link = dashboard.actor("session", user);
    await link.focus();
    await dashboard.page.keyboard.press("Enter");
    await dashboard.panel.getByRole("heading", { name: user, exact: true }).waitFor();
    await dashboard.page.keyboard.press("Escape");
    await dashboard.panel.waitFor({ state: "hidden" });
    assert.ok(await link.evaluate((element) => element === document.activeElement));
  });

  scenario("is traced", {}, async (dashboard) => {
    const channel = unique("channel");
    await client(unique("user"), channel);
    await dashboard.openActor("channel", channel);
    await dashboard.panel.getByRole("button", { name: "Trace" }).click();
    const lines = dashboard.panel.getByRole("log").getByRole("listitem");
    // The trace begins a moment after the button was pressed.
    await eventually("an event", async () => {
      await rest.publish(channel, "1");
      assert.ok((await lines.count()) > 0);
    });
    assert.match(await lines.first().innerText(), /^\d\d:\d\d:\d\d/);
    await dashboard.panel.getByRole("button", { name: "Stop" }).click();
    await dashboard.panel.getByText(/^Stopped\. /).waitFor();
  });

  // The browser itself logs that the actor before is not found.
  scenario(
    "is a channel that is reset, and its subscribers stay",
    { noisy: true },
    async (dashboard) => {
      const [user, channel] = [unique("user"), unique("channel")];
      const socket = await client(user, channel);
      const id = await idOf("channel", channel);
      await dashboard.openActor("channel", channel);
      await dashboard.panel.getByRole("button", { name: "Reset channel" }).click();
      await dashboard.question.getByRole("button", { name: "Reset" }).click();
      await dashboard.outcome(`Channel ${channel} was reset.`);
      await eventually("another actor", async () =>
        assert.notEqual(await idOf("channel", channel), id),
      );
      await untilListed(rest, channel, [user]);
      assert.deepEqual((await rest.publish(channel, '"still here"')).json, { count: 1 });
      assert.match(await socket.readText(), /still here/);
    },
  );

  scenario("is a user who is disconnected", { noisy: true }, async (dashboard) => {
    const user = unique("user");
    const socket = await client(user);
    await dashboard.openActor("session", user);
    await dashboard.panel.getByRole("button", { name: "Disconnect user" }).click();
    await dashboard.question.getByRole("button", { name: "Disconnect" }).click();
    await dashboard.outcome(`User ${user} was disconnected.`);
    assert.equal((await socket.readClose()).code, 4002);
  });
});

describe("slow connections", () => {
  scenario("there are none", {}, async (dashboard) => {
    await dashboard.page.getByText("None: every client takes what there is for it.").waitFor();
  });

  scenario("top the table, and are disconnected after a question", {}, async (dashboard) => {
    const user = unique("slow");
    await client(unique("quick"));
    const socket = await slowClient(user);
    const row = dashboard.row("slow", user);
    await row.waitFor();
    assert.equal(await dashboard.rows("slow").count(), 1);
    assert.match(await row.innerText(), /blocked/);
    await dashboard.figure("Blocked", "1");
    await picture(dashboard.page, "dashboard-slow");

    await row.getByRole("button", { name: /^Disconnect/ }).click();
    await dashboard.question.getByText(user).waitFor();
    await dashboard.question.getByRole("button", { name: "Cancel" }).click();
    await dashboard.question.waitFor({ state: "hidden" });
    assert.equal((await ask("/stats")).connections, 2, "a Cancel disconnects nobody");

    const id = await idOf("connection", user);
    await row.getByRole("button", { name: /^Disconnect/ }).click();
    await dashboard.question.getByRole("button", { name: "Disconnect" }).click();
    await dashboard.outcome(`Connection ${id} was disconnected.`);
    socket.destroy();
    await dashboard.page.mouse.move(0, 0);
    await dashboard.page.getByText("None: every client takes what there is for it.").waitFor();
    await dashboard.figure("Connections", "1");
  });

  const ways = [
    ["may come back, with 3000", null, 3000],
    ["for good, with 4002", /For good/, 4002],
  ];
  for (const [title, choice, code] of ways) {
    scenario(`a client is disconnected: ${title}`, { noisy: true }, async (dashboard) => {
      const user = unique("user");
      const socket = await client(user);
      await dashboard.openActor("connection", user);
      await dashboard.panel.getByRole("button", { name: "Disconnect" }).click();
      if (choice) await dashboard.question.getByRole("radio", { name: choice }).check();
      await dashboard.question.getByRole("button", { name: "Disconnect" }).click();
      assert.equal((await socket.readClose()).code, code);
    });
  }

  // The browser itself logs that it is not found.
  scenario(
    "one that has gone meanwhile is reported as such",
    { noisy: true },
    async (dashboard) => {
      const user = unique("user");
      const socket = await client(user);
      await dashboard.openActor("connection", user);
      await dashboard.panel.getByRole("button", { name: "Disconnect" }).click();
      socket.destroy();
      await eventually("nobody", async () => (await ask("/stats")).connections === 0);
      await dashboard.question.getByRole("button", { name: "Disconnect" }).click();
      await dashboard.page.getByText(/^Connection \d+ was not disconnected: 404: /).waitFor();
    },
  );
});

describe("names from strangers", () => {
  const MARKUP = `<img src=x onerror="document.title='broken'"><script>document.title=1</script>`;

  scenario("are text in each place", {}, async (dashboard) => {
    const socket = await slowClient(MARKUP);
    await dashboard.row("slow", MARKUP).waitFor();
    await dashboard.openActor("connection", MARKUP);
    await dashboard.field("User", MARKUP);
    await dashboard.panel.getByRole("button", { name: "Disconnect" }).click();
    await dashboard.question.getByText(MARKUP).waitFor();
    await dashboard.hasNoMarkup();
    await dashboard.question.getByRole("button", { name: "Cancel" }).click();
    await dashboard.panel.getByRole("button", { name: "Find user" }).click();
    await dashboard.row("actors", MARKUP).getByRole("link").click();
    await dashboard.panel.getByRole("heading", { name: "1 connection" }).waitFor();
    await dashboard.filter(`${MARKUP}!`);
    await dashboard.page.getByText(`None has exactly the name ${MARKUP}!.`).waitFor();
    await dashboard.hasNoMarkup();
    socket.destroy();
  });
});

describe("polling", () => {
  scenario(
    "rests while it is paused",
    { prepare: (page) => page.clock.install() },
    async (dashboard) => {
      await dashboard.state("Healthy and ready");
      await dashboard.page.getByRole("button", { name: "Pause" }).click();
      await dashboard.page.getByText(/^Paused at \d\d:\d\d:\d\d$/).waitFor();
      await dashboard.page.waitForLoadState("networkidle");
      const before = dashboard.asked.length;
      await dashboard.page.clock.runFor("01:00");
      assert.equal(dashboard.asked.length, before);
      await dashboard.page.getByRole("button", { name: "Resume" }).click();
      await eventually("another round", () => dashboard.asked.length > before);
    },
  );

  scenario(
    "rests while nobody looks",
    { prepare: (page) => page.clock.install() },
    async (dashboard) => {
      const look = (hidden) =>
        dashboard.page.evaluate((value) => {
          Object.defineProperty(document, "hidden", { configurable: true, value });
          document.dispatchEvent(new Event("visibilitychange"));
        }, hidden);
      await dashboard.state("Healthy and ready");
      await look(true);
      await dashboard.page.waitForLoadState("networkidle");
      const before = dashboard.asked.length;
      await dashboard.page.clock.runFor("01:00");
      assert.equal(dashboard.asked.length, before);
      await look(false);
      await eventually("another round", () => dashboard.asked.length > before);
    },
  );

  // The browser itself logs each attempt in vain.
  scenario(
    "says that there is no answer, until there is one again",
    { noisy: true },
    async (dashboard) => {
      await dashboard.state("Healthy and ready");
      forgetConnections(server.port);
      forgetConnections(server.adminPort);
      await server.stop();
      await dashboard.page
        .getByText(/^No answer from the server since \d\d:\d\d:\d\d; trying again\.$/)
        .waitFor();
      await dashboard.state("No answer");
      const { port, adminPort, apps, directory, file } = server;
      server = new ServerProcess(["--config", file]);
      Object.assign(server, { port, adminPort, apps, directory, file });
      await server.ready(adminPort);
      await dashboard.page.getByRole("button", { name: "Try now" }).click();
      await dashboard.state("Healthy and ready");
      await dashboard.page
        .getByRole("alert")
        .filter({ hasText: "No answer" })
        .waitFor({ state: "hidden" });
      await client(unique("user"));
      await dashboard.figure("Connections", "1");
    },
  );
});

describe("a server that wants a token", () => {
  let locked;
  before(async () => {
    locked = await startServer({ apps: EXAMPLE, config: { admin: { token: TOKEN } } });
  });
  after(async () => {
    forgetConnections(locked.port);
    await locked.stop();
  });

  test("is asked with the token that the operator gives, for as long as the tab lives", async () => {
    const dashboard = await visit(locked);
    const { page } = dashboard;
    const field = page.locator("#token-value");
    await page.getByRole("heading", { name: "Admin token" }).waitFor();
    assert.ok(await field.evaluate((element) => element === document.activeElement));
    await field.fill("another-token");
    await page.keyboard.press("Enter");
    await page.getByText("The server does not take this token.").waitFor();
    await picture(page, "dashboard-token");
    await field.fill(TOKEN);
    await page.keyboard.press("Enter");
    await dashboard.figure("Connections", "0");
    await page.reload();
    await dashboard.figure("Connections", "0");
    assert.ok(!page.url().includes(TOKEN));

    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByRole("heading", { name: "Admin token" }).waitFor();
  });

  test("is not asked again and again without it", async () => {
    const dashboard = await visit(locked, { prepare: (page) => page.clock.install() });
    await dashboard.page.getByRole("heading", { name: "Admin token" }).waitFor();
    const before = dashboard.asked.length;
    await dashboard.page.clock.runFor("01:00");
    assert.equal(dashboard.asked.length, before);
  });
});

describe("what it looks like", () => {
  for (const colorScheme of ["light", "dark"]) {
    scenario(
      `${colorScheme} if the system is, or as is chosen`,
      { colorScheme },
      async (dashboard) => {
        const light = colorScheme === "light";
        await dashboard.state("Healthy and ready");
        await picture(dashboard.page, `dashboard-${colorScheme}`);
        assert.equal(await dashboard.isLight(), light);
        const choice = dashboard.page.getByRole("combobox", { name: "Colours" });
        await choice.selectOption(light ? "Dark" : "Light");
        assert.equal(await dashboard.isLight(), !light);
        await dashboard.page.reload();
        await dashboard.state("Healthy and ready");
        assert.equal(await dashboard.isLight(), !light);
        await choice.selectOption("System colours");
        assert.equal(await dashboard.isLight(), light);
      },
    );
  }

  for (const width of [360, 768, 1280, 1920]) {
    scenario(
      `is never wider than a window of ${width}`,
      {
        viewport: { width, height: 800 },
      },
      async (dashboard) => {
        const user = unique("a-rather-long-name-of-a-user-".repeat(8));
        await client(user, unique("channel"));
        await dashboard.page.getByRole("heading", { name: "Actors" }).scrollIntoViewIfNeeded();
        await dashboard.row("actors", user).first().waitFor();
        const overflows = () =>
          dashboard.page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        assert.equal(await overflows(), false);
        await dashboard.row("actors", user).first().getByRole("link").click();
        await dashboard.panel.getByRole("heading", { name: user, exact: true }).waitFor();
        await picture(dashboard.page, `dashboard-${width}`);
        assert.equal(await overflows(), false, "with an actor opened");
      },
    );
  }
});
