// What README.md shows is compiled, and run against the real server. Each block
// belongs to a program, by a comment before it: <!-- program: NAME -->
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { gzipSync } from "node:zlib";

import { transformSync } from "esbuild";
import WebSocket from "ws";

import { eventually, within } from "../../tests/blackbox/support/deadline.js";
import { forgetConnections, RestClient } from "../../tests/blackbox/support/rest.js";
import { startServer, withLog } from "../../tests/blackbox/support/server.js";
import { PackedProject } from "./support/packed_project.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const README = readFileSync(join(ROOT, "README.md"), "utf8");
const APP = { key: "public", secret: "secret" };
const require = createRequire(import.meta.url);

/// The blocks of the text: {program, language, code}.
function blocks() {
  const found = README.matchAll(/^(?:<!-- program: ([a-z]+) -->\n)?```(\w+)\n(.*?)^```$/gms);
  return [...found].map(([, program, language, code]) => ({ program, language, code }));
}

/// The modules of the text by name: the blocks of each.
function modules() {
  const programs = new Map();
  for (const { program, language, code } of blocks()) {
    if (language !== "html") programs.set(program, [...(programs.get(program) ?? []), code]);
  }
  return programs;
}

const server = await startServer({ apps: { main: APP } });
const rest = new RestClient(server.port, APP);
const here = (code) => code.replaceAll("127.0.0.1:8080", `127.0.0.1:${server.port}`);

after(async () => {
  forgetConnections(server.port);
  if (server.alive) await server.stop();
});

const users = async () => (await rest.channel("news")).json.users;

/// Publishes once somebody is subscribed.
async function publish(text) {
  await eventually("a subscriber", async () => (await users()).length === 1);
  await rest.publish("news", text);
}

describe("the README", () => {
  let project;

  before(() => {
    project = new PackedProject();
    project.link("ws", "sockjs-client", "@types/node", "@types/ws", "@types/sockjs-client");
  });

  after(() => project.remove());

  test("says of every block which program it belongs to", () => {
    assert.deepEqual(
      blocks().filter(({ program }) => !program),
      [],
    );
    assert.equal(README.match(/<!-- program/g).length, blocks().length);
  });

  test("compiles", () => {
    const files = [...modules()].map(([name, parts]) =>
      project.write(`${name}.ts`, parts.join("\n")),
    );
    const compilerOptions = {
      target: "es2022",
      module: "es2022",
      moduleResolution: "bundler",
      lib: ["es2022", "dom"],
      types: ["node"],
      strict: true,
      skipLibCheck: true,
    };
    project.write("tsconfig.json", JSON.stringify({ compilerOptions, files }));
    try {
      execFileSync(process.execPath, [
        require.resolve("typescript/bin/tsc"),
        "--noEmit",
        "-p",
        project.directory,
      ]);
    } catch (error) {
      assert.fail(error.stdout.toString());
    }
  });

  test("says the size of the client", () => {
    const [, kilobytes] = README.match(/: ([\d.]+) KB with\s+gzip/);
    const size = gzipSync(readFileSync(join(ROOT, "dist/thunderpush.mjs"))).length;
    assert.ok(size <= 1024 * kilobytes && size > 1024 * (kilobytes - 0.5), `${size} bytes`);
  });

  /// Runs a program of the text in Node until `enough` of what it printed.
  async function run(name, parts, act, enough) {
    const { code } = transformSync(here(parts.join("\n")), {
      loader: "ts",
      format: "esm",
      target: "node18",
    });
    const file = project.write(`${name}.mjs`, code);
    // Newer versions of Node have one.
    const sockets = project.write("websocket.cjs", 'globalThis.WebSocket ??= require("ws");');
    const child = spawn(process.execPath, ["--require", sockets, file], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    let complaints = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (printed += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (complaints += text));
    const ended = new Promise((resolve) => child.once("close", resolve));
    try {
      await act();
      await eventually("what it prints", () => enough(printed));
    } catch (error) {
      error.message += `\nprinted: ${printed}\n${complaints}`;
      throw withLog(error, server);
    } finally {
      child.kill("SIGKILL");
      await within(ended, "the program to end");
      await eventually("the channel to be empty", async () => (await users()).length === 0);
    }
    return printed;
  }

  test("has a first program that tells what comes for all and for its user", async () => {
    const [first] = modules().get("use");
    const printed = await run(
      "use",
      [first],
      async () => {
        await publish('"hello"');
        await rest.tell("alice", '"psst"');
      },
      (text) => text.includes("psst"),
    );
    assert.equal(printed, "news: hello\nfor me: psst\n");
  });

  test("has a first program that, as a whole, closes", async () => {
    await run(
      "whole",
      modules().get("use"),
      async () => {},
      (text) => text === "Closed\n",
    );
  });

  for (const [name, published, expected] of [
    ["node", '"hello"', "hello\n"],
    ["sockjs", '"hello"', "hello\n"],
    ["types", '{"title": "Hello"}', "Hello\n"],
  ]) {
    test(`has a program that runs: ${name}`, async () => {
      const printed = await run(
        name,
        modules().get(name),
        () => publish(published),
        (text) => text !== "",
      );
      assert.equal(printed, expected);
    });
  }

  test("has a page of the old kind, which runs", async () => {
    const { code } = blocks().find(({ language }) => language === "html");
    const scripts = [...code.matchAll(/<script(?: src="([^"]+)")?>(.*?)<\/script>/gs)];
    const printed = [];
    let opened;
    class Socket extends WebSocket {
      constructor(...options) {
        super(...options);
        opened = this;
      }
    }
    const globals = {
      WebSocket: Socket,
      console: { log: (text) => printed.push(text) },
      setTimeout,
      clearTimeout,
    };
    const page = vm.createContext(globals);
    for (const [, source, text] of scripts) {
      if (source) assert.equal(source, "http://127.0.0.1:8080/client/thunderpush.js");
      vm.runInContext(
        source ? readFileSync(join(ROOT, "dist/thunderpush.js"), "utf8") : here(text),
        page,
      );
    }
    await publish('"hello"');
    await eventually("the message", () => printed.length > 0);
    assert.deepEqual(printed, ["hello"]);
    const closed = new Promise((resolve) => opened.once("close", resolve));
    page.Thunder.disconnect();
    await within(closed, "the close");
  });
});
