// The demonstration page: what a person sees and does there.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import { ServerProcess, startServer, withLog } from "../blackbox/support/server.js";
import { launch, picture } from "./support/browser.js";
import { Demo, EXAMPLE } from "./support/demo.js";
import { sealed } from "./support/sealed_page.js";

const SOURCE = readFileSync(new URL("../../pages/demo.html", import.meta.url), "utf8");

let browser;
let server;
before(async () => {
  browser = await launch();
  server = await startServer({ apps: EXAMPLE, config: { server: { demo: "on" } } });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

// A test with the page open. It ends with a look at the console, which has to
// be silent unless `noisy`; options are those of Demo.open.
function scenario(title, { noisy = false, ...options }, body) {
  test(title, async () => {
    const demo = await Demo.open(browser, server, options);
    try {
      await body(demo);
      if (!noisy) assert.deepEqual(demo.complaints, [], "complaints of the console");
    } catch (error) {
      throw withLog(error, server);
    } finally {
      await demo.close();
    }
  });
}

// One request to the API, as an application server makes it.
async function api(method, path, body) {
  const { key, secret } = EXAMPLE.main;
  const answer = await fetch(`http://127.0.0.1:${server.port}/api/1.0.0/${key}/${path}/`, {
    method,
    body,
    headers: { "X-Thunder-Secret-Key": secret },
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
}

// Whether the page is wider than its window.
const overflows = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

const shifts = (page) => page.evaluate(() => window.shifts);

describe("the file", () => {
  test("its policy has the hashes of its script and style", () => {
    assert.equal(SOURCE, sealed(SOURCE), "the page has changed: npm run seal");
  });

  test("it is under 20 KB, ASCII and free of outside resources", () => {
    assert.ok(Buffer.byteLength(SOURCE) < 20_000);
    assert.match(SOURCE, /^[\n\x20-\x7e]*$/);
    assert.doesNotMatch(SOURCE, /(src|href)="(?!data:)/);
    assert.doesNotMatch(SOURCE, /innerHTML|@import/);
  });

  test("the server serves it as it is", async () => {
    const answer = await fetch(`http://127.0.0.1:${server.port}/`);
    assert.equal(await answer.text(), SOURCE, "the binary is older than the page");
  });
});

describe("a first visit", () => {
  scenario("the page connects and says how to send the first message", {}, async (demo) => {
    await demo.reaches("open");
    const user = await demo.field("User").inputValue();
    assert.match(user, /^[a-z]+-[a-z]+-\d\d$/);
    assert.equal(await demo.status(), `Connected as ${user}, listening to demo`);
    await demo.page.getByText("Nothing yet. Send the first message from a terminal:").waitFor();
    const base = `http://127.0.0.1:${server.port}/api/1.0.0/public`;
    const curl = `curl -H 'X-Thunder-Secret-Key: secret' -d '"Hello!"'`;
    assert.equal(await demo.command("channel"), `${curl} ${base}/channels/demo/`);
    assert.equal(await demo.command("user"), `${curl} ${base}/users/${user}/`);
  });

  scenario("the choice is kept in the address", {}, async (demo) => {
    const user = await demo.field("User").inputValue();
    assert.equal(new URL(demo.page.url()).search, `?key=public&user=${user}&channel=demo`);
    await demo.page.reload();
    assert.equal(await demo.field("User").inputValue(), user);
  });

  scenario("nothing moves while it loads, connects and loses its connection", {
    query: { user: "still" },
  }, async (demo) => {
    await demo.reaches("open");
    await api("DELETE", "users/still");
    await demo.reaches("closed");
    assert.deepEqual(await shifts(demo.page), []);
  });
});

describe("messages", () => {
  scenario("the command shown sends one to the channel", {
    query: { user: "reader", channel: "command" },
    viewport: { width: 1280, height: 720 },
  }, async (demo) => {
    await demo.reaches("open");
    await picture(demo.page, "first-visit");
    assert.equal(await demo.send("channel"), 1);
    const { time, to, payload } = await demo.newest("Hello!");
    assert.match(time, /^\d\d:\d\d:\d\d$/);
    assert.equal(to, "command");
    assert.equal(payload, '"Hello!"');
    await demo.page.getByText("1 received").waitFor();
    await demo.page.getByText("Send another message from a terminal:").waitFor();
  });

  scenario("the command shown sends one to the user", {
    query: { user: "addressee" },
  }, async (demo) => {
    await demo.reaches("open");
    assert.equal(await demo.send("user"), 1);
    assert.equal((await demo.newest("Hello!")).to, "to you");
  });

  scenario("names that mean something to a shell or in a URL are commands' data", {
    query: { user: `o'b "$(exit 1)" ~;!*|&/#?%41 <ä>\\`, channel: ";exit=@,." },
  }, async (demo) => {
    await demo.reaches("open");
    assert.equal(await demo.send("channel"), 1);
    assert.equal((await demo.newest("Hello!")).to, ";exit=@,.");
    assert.equal(await demo.send("user"), 1);
    await demo.page.getByText("to you", { exact: true }).waitFor();
  });

  scenario("markup in a payload stays text", { query: { user: "target" } }, async (demo) => {
    await demo.reaches("open");
    await demo.send("channel");
    const markup = `"<img src=x onerror='document.title=1'><script>document.title=1</script>"`;
    await api("POST", "users/target", markup);
    assert.equal((await demo.newest("<img")).payload, markup);
    assert.equal(await demo.page.locator("img, ol script").count(), 0);
    assert.equal(await demo.page.title(), "Thunderpush");
  });

  const forms = [
    ["an object", '{"a":{"b":[1,true],"c":{}},"d":[]}',
      '{\n  "a": {\n    "b": [\n      1,\n      true\n    ],\n    "c": {}\n  },\n  "d": []\n}'],
    ["blanks and line ends", ' { "a" :\n1 } \n', '{\n  "a": 1\n}'],
    ["numbers beyond a double", "[12345678901234567890.50,1e999]",
      "[\n  12345678901234567890.50,\n  1e999\n]"],
    ["escapes", '"Gr\\u00fc\\u00dfe \\"{,\\\\"', '"Grüße \\"{,\\\\"'],
    ["a lone surrogate", '"\\ud800"', '"\\ud800"'],
    ["null", "null", "null"],
  ];
  for (const [name, sent, shown] of forms) {
    scenario(`${name}: shown readably and unchanged in value`, {
      query: { user: "forms" },
    }, async (demo) => {
      await demo.reaches("open");
      await demo.send("user");
      await demo.newest("Hello!");
      await api("POST", "users/forms", sent);
      await demo.page.getByText("2 received").waitFor();
      assert.equal((await demo.newest("")).payload, shown);
    });
  }

  scenario("a long payload is cut", { query: { user: "long" } }, async (demo) => {
    await demo.reaches("open");
    await demo.send("channel");
    await api("POST", "users/long", `"${"x".repeat(500_000)}"`);
    const { payload } = await demo.newest("cut here");
    assert.ok(payload.length < 5000, `${payload.length} characters`);
  });

  scenario("the newest 200 are shown, all are counted", {
    query: { user: "busy", channel: "busy" },
  }, async (demo) => {
    await demo.reaches("open");
    await demo.send("user");
    for (let i = 2; i <= 1001; ++i) await api("POST", "channels/busy", `"message ${i}"`);
    await demo.page.getByText("1,001 received, newest 200 shown").waitFor();
    const texts = await demo.rows.locator("pre").allInnerTexts();
    const expected = Array.from({ length: 200 }, (_, i) => `"message ${1001 - i}"`);
    assert.deepEqual(texts, expected);
  });
});

describe("closes", () => {
  test("a wrong key is final and the page says what to do", async () => {
    const context = await browser.newContext();
    try {
      const demo = new Demo(context, await context.newPage());
      await demo.page.clock.install();
      await demo.page.goto(`http://127.0.0.1:${server.port}/?key=nobody`);
      await demo.reaches("closed");
      const hint = "Closed 4000 Invalid API key. The key is not configured: set it above.";
      assert.equal(await demo.status(), hint);
      await picture(demo.page, "wrong-key");
      await demo.page.clock.runFor("10:00");
      assert.equal(await demo.status(), hint);
      assert.equal(demo.sockets, 1);
      assert.deepEqual(demo.complaints, []);
    } finally {
      await context.close();
    }
  });

  scenario("the right key connects at once", { query: { key: "nobody" } }, async (demo) => {
    await demo.reaches("closed");
    await demo.field("Key").fill("public");
    await demo.field("Key").press("Enter");
    await demo.reaches("open");
    assert.match(demo.page.url(), /\?key=public&/);
    assert.equal(await demo.send("channel"), 1);
    await demo.newest("Hello!");
  });

  scenario("a DELETE is final until the person connects again", {
    query: { user: "deleted" },
  }, async (demo) => {
    await demo.reaches("open");
    await demo.send("user");
    await api("DELETE", "users/deleted");
    await demo.reaches("closed");
    assert.match(await demo.status(), /^Closed 4002 Server closed the connection/);
    await demo.page.getByRole("button", { name: "Connect", exact: true }).click();
    await demo.reaches("open");
    assert.equal(await demo.send("user"), 1);
  });

  scenario("a person disconnects", { query: { user: "leaving" } }, async (demo) => {
    await demo.reaches("open");
    await demo.page.getByRole("button", { name: "Disconnect" }).click();
    await demo.reaches("closed");
    assert.equal(await demo.status(), "Disconnected By you.");
  });

  // The browser itself logs each attempt in vain.
  scenario("a restart of the server is survived", { noisy: true }, async (demo) => {
    await demo.reaches("open");
    await demo.send("channel");
    await demo.newest("Hello!");
    await server.stop();
    await demo.reaches("waiting");
    assert.match(await demo.status(), /^Reconnecting \d{4} /);
    await demo.page.getByRole("button", { name: /^Retry \(\d+ s\)$/ }).waitFor();
    const { port, adminPort, apps, directory, file } = server;
    server = new ServerProcess(["--config", file]);
    Object.assign(server, { port, adminPort, apps, directory, file });
    await server.ready(port);
    await demo.reaches("open");
    assert.equal(await demo.send("channel"), 1);
    await demo.page.getByText("2 received").waitFor();
  });
});

describe("names", () => {
  const bad = [
    ["Key", { key: "a:b" }, "A key has neither colons nor control characters."],
    ["User", { user: "a:b" }, "A user has neither colons nor control characters."],
    ["Channel", { channel: "two words" }, "A channel is 1 to 64 letters, digits or _ - = @ , . ;"],
    ["Channel", { channel: "c".repeat(65) }, "A channel is 1 to 64 letters, digits or _ - = @ , . ;"],
  ];
  for (const [field, query, reason] of bad) {
    const [[name, value]] = Object.entries(query);
    scenario(`a ${name} that cannot be (${value}) is explained, not sent`, { query }, async (demo) => {
      await demo.reaches("closed");
      assert.equal(await demo.status(), `Not connected ${reason}`);
      assert.equal(await demo.field(field).getAttribute("aria-invalid"), "true");
      assert.equal(demo.sockets, 0);
    });
  }

  scenario("another channel is subscribed to while typing rests", {}, async (demo) => {
    await demo.reaches("open");
    await demo.field("Channel").fill("elsewhere");
    await demo.page.getByText(/listening to elsewhere$/).waitFor();
    assert.equal(await demo.send("channel"), 1);
    assert.equal((await demo.newest("Hello!")).to, "elsewhere");
  });

  scenario("an emptied field returns to its default", { query: { channel: "x" } }, async (demo) => {
    await demo.field("Channel").fill("");
    await demo.field("Channel").press("Enter");
    assert.equal(await demo.field("Channel").inputValue(), "demo");
    await demo.page.getByText(/listening to demo$/).waitFor();
  });
});

describe("copying", () => {
  const button = (demo) =>
    demo.page.getByRole("button", { name: "Copy the command for the channel" });

  scenario("the command goes to the clipboard", {
    query: { channel: "copied" }, // the clipboard outlives a test
    permissions: ["clipboard-read", "clipboard-write"],
  }, async (demo) => {
    await button(demo).click();
    await demo.page.getByText("Copied", { exact: true }).first().waitFor();
    assert.equal(
      await demo.page.evaluate(() => navigator.clipboard.readText()),
      await demo.command("channel"),
    );
  });

  scenario("it does so without the clipboard interface that HTTPS brings", {
    query: { channel: "selected" }, // the clipboard outlives a test
    permissions: ["clipboard-read", "clipboard-write"],
  }, async (demo) => {
    const read = await demo.page.evaluateHandle(() => {
      const { clipboard } = navigator;
      Object.defineProperty(navigator, "clipboard", { value: undefined });
      return () => clipboard.readText();
    });
    await button(demo).click();
    await demo.page.getByText("Copied", { exact: true }).first().waitFor();
    assert.equal(await read.evaluate((text) => text()), await demo.command("channel"));
  });
});

describe("looks", () => {
  const crowded = { user: "u".repeat(200), channel: "c".repeat(64) };

  for (const width of [320, 375, 640, 800, 1280]) {
    scenario(`at ${width} px nothing needs horizontal scrolling`, {
      query: crowded,
      viewport: { width, height: 800 },
    }, async (demo) => {
      await demo.reaches("open");
      assert.equal(await overflows(demo.page), false, "before a message");
      await demo.send("user");
      await api("POST", `channels/${crowded.channel}`, `{"x":"${"x".repeat(500)}"}`);
      await demo.newest("xxxx");
      assert.equal(await overflows(demo.page), false, "with messages");
    });
  }

  scenario("a small screen shows the first message without scrolling", {
    query: { user: "phone" },
    viewport: { width: 390, height: 844 },
  }, async (demo) => {
    await demo.reaches("open");
    await demo.send("user");
    await demo.newest("Hello!");
    const { y, height } = await demo.rows.first().boundingBox();
    assert.ok(y + height <= 844, `the row ends at ${y + height}`);
  });

  for (const colorScheme of ["light", "dark"]) {
    scenario(`${colorScheme} if the person prefers it`, {
      query: { user: "calm-otter-42", channel: "news" },
      colorScheme,
    }, async (demo) => {
      await demo.reaches("open");
      await demo.send("channel");
      await api("POST", "users/calm-otter-42", '{"order": 4711, "items": ["A-17", "B-4"]}');
      await demo.newest("4711");
      const brightness = await demo.page.evaluate(() => {
        const sum = (color) => color.match(/\d+/g).slice(0, 3).reduce((all, c) => all + Number(c), 0);
        const { color, backgroundColor } = getComputedStyle(document.body);
        return { text: sum(color), ground: sum(backgroundColor) };
      });
      const light = brightness.ground > brightness.text;
      assert.equal(light, colorScheme === "light");
      await picture(demo.page, colorScheme);
      await demo.page.setViewportSize({ width: 320, height: 800 });
      await picture(demo.page, `${colorScheme}-narrow`);
    });
  }

  scenario("the keyboard reaches every control in order", {}, async (demo) => {
    const reached = [];
    for (let i = 0; i < 7; ++i) {
      await demo.page.keyboard.press("Tab");
      reached.push(await demo.page.evaluate(() => {
        const { id, dataset } = document.activeElement;
        return id || dataset.copies;
      }));
    }
    assert.deepEqual(reached, ["key", "user", "channel", "act", "prompt", "to-channel", "to-user"]);
  });
});
