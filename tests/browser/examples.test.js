// The pages of the examples, as people see them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Program } from "../../examples/test/support/example.js";
import { eventually } from "../blackbox/support/deadline.js";
import { forgetConnections, RestClient } from "../blackbox/support/rest.js";
import { startServer, withLog } from "../blackbox/support/server.js";
import { launch, picture } from "./support/browser.js";
import { EXAMPLE } from "./support/demo.js";
import { Site } from "./support/site.js";
import { Tab } from "./support/tab.js";

const EXAMPLES = fileURLToPath(new URL("../../examples", import.meta.url));
const WIDTHS = [320, 640, 1280];
const SCHEMES = ["light", "dark"];

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

/// A test that ends with a look at the consoles of its tabs, which have to be
/// silent unless `noisy`.
function scenario(title, body, { noisy = false } = {}) {
  test(title, async () => {
    const tabs = [];
    const visit = async (address, options) => {
      const tab = await Tab.open(browser, address, options);
      opened.push(() => tab.close());
      tabs.push(tab);
      return tab;
    };
    try {
      await body(visit);
      if (!noisy)
        for (const tab of tabs) assert.deepEqual(tab.complaints, [], "complaints of the console");
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

async function isDark(tab) {
  return tab.page.evaluate(() => {
    const sum = (color) =>
      color
        .match(/\d+/g)
        .slice(0, 3)
        .reduce((all, c) => all + Number(c), 0);
    const { color, backgroundColor } = getComputedStyle(document.body);
    return sum(backgroundColor) < sum(color);
  });
}

describe("the chat", () => {
  /// Starts the chat's server: its address.
  async function chat(thunderpush = `127.0.0.1:${server.port}`) {
    const environment = { SERVER: thunderpush, PORT: "0" };
    const program = new Program(process.execPath, [`${EXAMPLES}/chat/server.mjs`], environment);
    opened.push(() => program.kill());
    const [address] = await program.printed(/http:\S+/);
    return address;
  }

  async function say(tab, name, text) {
    await tab.page.getByRole("textbox", { name: "Your name" }).fill(name);
    await tab.page.getByRole("textbox", { name: "Message" }).fill(text);
    await tab.page.getByRole("button", { name: "Send" }).click();
  }

  const messages = (tab) => tab.page.getByRole("log").getByRole("listitem");

  scenario("shows in each window what is said in any", async (visit) => {
    const address = await chat();
    const [ada, grace] = [await visit(address), await visit(address)];
    await until("chat", 2);
    await say(ada, "Ada", "Anybody here?");
    await ada.page.getByText("Sent to 2 open pages.").waitFor();
    await messages(grace).filter({ hasText: "Anybody here?" }).waitFor();
    await say(grace, "Grace", "Yes, <b>me</b>");
    for (const tab of [ada, grace]) {
      await messages(tab).nth(1).waitFor();
      const texts = await messages(tab).allInnerTexts();
      assert.match(texts[0], /^Ada, .*\nAnybody here\?$/s);
      assert.match(texts[1], /^Grace, .*\nYes, <b>me<\/b>$/s);
    }
    assert.equal(await messages(ada).first().getAttribute("class"), "mine");
    assert.notEqual(await messages(grace).first().getAttribute("class"), "mine");
  });

  scenario("is used with the keyboard alone", async (visit) => {
    const tab = await visit(await chat());
    await until("chat", 1);
    const { keyboard } = tab.page;
    await tab.page.getByRole("textbox", { name: "Your name" }).focus();
    await keyboard.type("Ada");
    await keyboard.press("Tab");
    await keyboard.type("one");
    await keyboard.press("Enter");
    await tab.page.getByText("Sent to 1 open page.").waitFor();
    await keyboard.type("two"); // the field is empty and has the focus
    await keyboard.press("Enter");
    await messages(tab).nth(1).waitFor();
    assert.match(await messages(tab).nth(1).innerText(), /\ntwo$/);
  });

  scenario("remembers the name", async (visit) => {
    const tab = await visit(await chat());
    await say(tab, "Ada", "x");
    await tab.page.getByText("Sent to").waitFor();
    await tab.page.reload();
    assert.equal(await tab.page.getByRole("textbox", { name: "Your name" }).inputValue(), "Ada");
  });

  scenario("stays at the newest message", async (visit) => {
    const tab = await visit(await chat(), { viewport: { width: 400, height: 400 } });
    await until("chat", 1);
    for (let i = 1; i <= 20; ++i) {
      await rest.publish("chat", JSON.stringify({ name: "Ada", text: `message ${i}`, at: 0 }));
    }
    const newest = messages(tab).filter({ hasText: /message 20$/ });
    await newest.waitFor();
    const { y, height } = await newest.boundingBox();
    const form = await tab.page.locator("form").boundingBox();
    assert.ok(
      y > 0 && y + height <= form.y,
      `the message ends at ${y + height}, the form begins at ${form.y}`,
    );
  });

  scenario("leaves those alone who read older messages", async (visit) => {
    const tab = await visit(await chat(), { viewport: { width: 400, height: 400 } });
    await until("chat", 1);
    const publish = (text) => rest.publish("chat", JSON.stringify({ name: "Ada", text, at: 0 }));
    for (let i = 1; i <= 20; ++i) await publish(`message ${i}`);
    await messages(tab).nth(19).waitFor();
    const log = tab.page.getByRole("log");
    await log.evaluate((element) => {
      element.scrollTop = 0;
    });
    await publish("one more");
    await messages(tab).nth(20).waitFor();
    assert.equal(await log.evaluate((element) => element.scrollTop), 0);
  });

  scenario(
    "says when Thunderpush is not there",
    async (visit) => {
      const tab = await visit(await chat("127.0.0.1:9"));
      await tab.reaches("Thunderpush is not there");
    },
    { noisy: true },
  );

  for (const colorScheme of SCHEMES) {
    scenario(`fits into windows of any width, ${colorScheme}`, async (visit) => {
      const tab = await visit(await chat(), { colorScheme });
      await until("chat", 1);
      await say(tab, "A".repeat(40), "x".repeat(500));
      await messages(tab).first().waitFor();
      assert.equal(await isDark(tab), colorScheme === "dark");
      for (const width of WIDTHS) {
        await tab.page.setViewportSize({ width, height: 600 });
        assert.equal(await tab.overflows(), false, `${width} px`);
        await picture(tab.page, `chat-${colorScheme}-${width}`);
      }
    });
  }
});

describe("the dashboard", () => {
  /// Opens the page, which knows the address of `tools/run` only.
  async function dashboard(visit, options) {
    const html = readFileSync(`${EXAMPLES}/dashboard/index.html`, "utf8");
    const site = await Site.ofPage(html.replaceAll("127.0.0.1:8080", `127.0.0.1:${server.port}`));
    opened.push(() => site.close());
    const tab = await visit(site.address, options);
    await tab.reaches("open");
    await until("shop-orders", 1);
    return tab;
  }

  const order = (value) => rest.publish("shop-orders", JSON.stringify({ at: 0, value }));
  const points = (tab) =>
    tab.page.locator("#curve").evaluate((path) => path.getAttribute("d").slice(1).split("L"));
  const events = (tab) => tab.page.getByRole("log").getByRole("listitem");

  scenario("shows the newest figure, and the range of those before", async (visit) => {
    const tab = await dashboard(visit);
    for (const value of [10, 40, 20]) await order(value);
    await tab.page.getByText("Between 10 and 40 in the last 3 s").waitFor();
    assert.equal(await tab.page.locator("#now").innerText(), "20");
  });

  scenario("draws a curve that ends at the right", async (visit) => {
    const tab = await dashboard(visit);
    for (const value of [0, 100, 50]) await order(value);
    await tab.page.getByText("in the last 3 s").waitFor();
    assert.deepEqual(await points(tab), ["57,100", "58,5", "59,52.5"]);
    assert.equal(
      await tab.page.getByRole("img").getAttribute("aria-label"),
      "Orders of the last minute",
    );
  });

  scenario("draws no more than a minute", async (visit) => {
    const tab = await dashboard(visit);
    for (let value = 1; value <= 62; ++value) await order(value);
    await tab.page.getByText("Between 3 and 62 in the last 60 s").waitFor();
    assert.equal((await points(tab)).length, 60);
  });

  scenario("lists events, newest first", async (visit) => {
    const tab = await dashboard(visit);
    await until("shop-events", 1);
    for (const text of ["first", "<i>second</i>"]) {
      await rest.publish("shop-events", JSON.stringify({ at: 0, kind: "order", text }));
    }
    await events(tab).nth(1).waitFor();
    const texts = await events(tab).allInnerTexts();
    assert.match(texts[0], /, order\n<i>second<\/i>$/);
    assert.match(texts[1], /, order\nfirst$/);
  });

  scenario("is fed by the program that belongs to it", async (visit) => {
    const tab = await dashboard(visit);
    const environment = { SERVER: `127.0.0.1:${server.port}` };
    const program = new Program(process.execPath, [`${EXAMPLES}/dashboard/feed.mjs`], environment);
    opened.push(() => program.kill());
    await tab.page.getByText("in the last 2 s").waitFor();
  });

  for (const colorScheme of SCHEMES) {
    scenario(`fits into windows of any width, ${colorScheme}`, async (visit) => {
      const tab = await dashboard(visit, { colorScheme });
      for (const value of [10, 40, 20, 30]) await order(value);
      await rest.publish(
        "shop-events",
        JSON.stringify({ at: 0, kind: "order", text: "x".repeat(500) }),
      );
      await events(tab).first().waitFor();
      assert.equal(await isDark(tab), colorScheme === "dark");
      for (const width of WIDTHS) {
        await tab.page.setViewportSize({ width, height: 600 });
        assert.equal(await tab.overflows(), false, `${width} px`);
        await picture(tab.page, `dashboard-${colorScheme}-${width}`);
      }
    });
  }
});
