// What the documentation shows is run as it stands there. A block of code with
// a comment before it is tested:
//
//   <!-- tested: NAME -->   sh is run, js is a client that stays connected
//   <!-- output: NAME -->   what the sh block of that name prints
//
// The addresses of the example configuration become those of the server under
// test; nothing else is changed. Also: every relative link leads somewhere.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { binaryPath } from "../blackbox/support/binary.js";
import { eventually, within } from "../blackbox/support/deadline.js";
import { startServer, temporaryDirectory, withLog } from "../blackbox/support/server.js";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const PUBLIC = "127.0.0.1:8080"; // in packaging/thunderpush.conf, as in the texts
const ADMIN = "127.0.0.1:8081";
const API = "/api/1.0.0/public";
const SECRET = { "X-Thunder-Secret-Key": "secret" };

const read = (path) => readFileSync(join(ROOT, path), "utf8");

// -- examples ----------------------------------------------------------------

/// The blocks of a text that a comment marks, by `tested` or `output` and name.
function markedBlocks(text) {
  const marked = /^<!-- (tested|output): ([a-z-]+) -->\n```(\w+)\n(.*?)^```$/gms;
  const blocks = [];
  for (const [, role, name, language, code] of text.matchAll(marked)) {
    blocks.push({ role, name, language, code });
  }
  const comments = text.match(/^<!-- (tested|output):/gm) ?? [];
  assert.equal(blocks.length, comments.length, "each mark stands right before a block");
  return blocks;
}

/// A server with the configuration that is installed, on free ports.
function exampleServer() {
  const apps = { main: { key: "public", secret: "secret" } };
  const configText = ({ port, adminPort }) => {
    const text = read("packaging/thunderpush.conf");
    const moved = text
      .replace(/^port = 8080$/m, `port = ${port}`)
      .replace(`listen = ${ADMIN}`, `listen = 127.0.0.1:${adminPort}`);
    assert.ok(text.includes("key = public\n") && text.includes("secret = secret\n"));
    assert.ok(!moved.includes("port = 8080") && !moved.includes(`= ${ADMIN}`));
    return moved;
  };
  return startServer({ apps, configText });
}

const here = (code, server) =>
  code
    .replaceAll(PUBLIC, `127.0.0.1:${server.port}`)
    .replaceAll(ADMIN, `127.0.0.1:${server.adminPort}`);

/// What a shell prints, with our programs on its path; it must succeed.
async function shell(code, server) {
  const programs = temporaryDirectory();
  for (const name of ["thunderpush", "thunderpush-ctl"]) {
    symlinkSync(join(dirname(binaryPath()), name), join(programs, name));
  }
  // The program reads THUNDERPUSH_… variables; ours are not meant for it.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("THUNDERPUSH_")));
  env.PATH = `${programs}:${env.PATH}`;
  const child = spawn("sh", ["-euc", here(code, server)], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  const ended = new Promise((done) => child.once("close", done));
  try {
    const status = await within(ended, "the example to end");
    assert.equal(status, 0, `exit status ${status}: ${stderr}`);
  } finally {
    child.kill("SIGKILL");
  }
  return stdout;
}

/// Runs a page's script with what it uses of a browser.
function page(code, server) {
  const { WebSocket } = createRequire(new URL("../blackbox/package.json", import.meta.url))("ws");
  const shown = [];
  const console = { log: (...words) => shown.push(words.join(" ")) };
  const run = new Function("WebSocket", "console", `${here(code, server)}\nreturn socket;`);
  return { socket: run(WebSocket, console), shown };
}

async function usersIn(channel, server) {
  const answer = await fetch(`http://127.0.0.1:${server.port}${API}/channels/${channel}/`, { headers: SECRET });
  return (await answer.json()).users;
}

for (const path of ["README.md", "docs/api.md", "docs/configuration.md", "docs/operations.md"]) {
  describe(`the examples of ${path}`, () => {
    const blocks = markedBlocks(read(path));
    const outputOf = (name) => blocks.find((one) => one.role === "output" && one.name === name)?.code;
    let server;
    const pages = [];

    before(async () => {
      server = await exampleServer();
    });

    after(async () => {
      for (const { socket } of pages) socket.terminate();
      if (server?.alive) await server.stop();
    });

    test("there are some, and every output belongs to one", () => {
      const tested = blocks.filter((one) => one.role === "tested").map((one) => one.name);
      assert.ok(tested.length > 0);
      assert.equal(new Set(tested).size, tested.length, "each name once");
      for (const one of blocks.filter((block) => block.role === "output")) assert.ok(tested.includes(one.name), one.name);
    });

    // In the order of the text: a page opened above is connected below.
    for (const { name, language, code } of blocks.filter((one) => one.role === "tested")) {
      test(name, async () => {
        try {
          if (language === "js") {
            pages.push(page(code, server));
            await eventually("the page to be subscribed", async () => (await usersIn("news", server)).length === pages.length);
            return;
          }
          assert.equal(language, "sh");
          const printed = await shell(code, server);
          if (outputOf(name) !== undefined) assert.equal(printed, outputOf(name));
        } catch (error) {
          throw withLog(error, server);
        }
      });
    }

    if (path === "README.md") {
      test("the page shows what was sent", async () => {
        await eventually("the message", () => pages[0].shown.length > 0);
        assert.deepEqual(pages[0].shown, ["Hello, world!"]);
      });
    }
  });
}

// -- links -------------------------------------------------------------------

const NOT_OURS = new Set([".git", "build", "node_modules"]);

function markdownFiles(folder = ROOT) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : markdownFiles(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

const withoutCode = (text) => text.replace(/^```.*?^```$/gms, "").replace(/`[^`\n]*`/g, "");

/// The anchors that GitHub gives the headings of a text.
function anchors(text) {
  const headings = text.replace(/^```.*?^```$/gms, "").match(/^#+ .+$/gm) ?? [];
  return headings.map((line) =>
    line
      .replace(/^#+ /, "")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function exists(path) {
  try {
    return statSync(path) !== undefined;
  } catch {
    return false;
  }
}

describe("the links", () => {
  test("the texts are found", () => {
    const names = markdownFiles().map((path) => relative(ROOT, path));
    for (const name of ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/ARCHITECTURE.md"]) {
      assert.ok(names.includes(name), name);
    }
  });

  for (const file of markdownFiles()) {
    test(`of ${relative(ROOT, file)} lead somewhere`, () => {
      for (const [, target] of withoutCode(readFileSync(file, "utf8")).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue; // another site
        const [path, anchor] = target.split("#");
        assert.ok(!path.startsWith("/"), `${target} is relative`);
        const to = path === "" ? file : resolve(dirname(file), path);
        assert.ok(exists(to), `${target} is there`);
        if (anchor) assert.ok(anchors(readFileSync(to, "utf8")).includes(anchor), `${target} has that heading`);
      }
    });
  }
});
