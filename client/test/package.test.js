// The package as npm would publish it, in a project of its own.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { eventually, within } from "../../tests/blackbox/support/deadline.js";
import { forgetConnections, RestClient } from "../../tests/blackbox/support/rest.js";
import { startServer, withLog } from "../../tests/blackbox/support/server.js";
import { PackedProject } from "./support/packed_project.js";

const APP = { key: "public", secret: "secret" };
const WS = createRequire(import.meta.url).resolve("ws");

/// Prints the first message of the channel CHANNEL and ends.
const program = (imports) => `
  ${imports}
  const { SERVER: server, CHANNEL: name } = process.env;
  const thunder = new Thunder({ server, key: "public", WebSocket });
  const channel = thunder.channel(name).on("message", (payload) => {
    console.log(JSON.stringify(payload));
    thunder.close();
  });
  channel.subscribe();
  thunder.connect();
`;

const PROGRAMS = {
  "import.mjs": program(
    `import { Thunder } from "thunderpush"; import WebSocket from ${JSON.stringify(WS)};`,
  ),
  "require.cjs": program(
    `const { Thunder } = require("thunderpush"); const WebSocket = require(${JSON.stringify(WS)});`,
  ),
};

describe("the packed package", () => {
  let project;
  let server;
  let rest;

  before(async () => {
    project = new PackedProject();
    server = await startServer({ apps: { main: APP } });
    rest = new RestClient(server.port, APP);
  });

  after(async () => {
    project?.remove();
    if (!server) return;
    forgetConnections(server.port);
    if (server.alive) await server.stop();
  });

  test("holds the builds, what describes them and nothing else", () => {
    assert.deepEqual(project.packed, [
      "LICENSE",
      "README.md",
      "dist/thunderpush.cjs",
      "dist/thunderpush.d.cts",
      "dist/thunderpush.d.ts",
      "dist/thunderpush.js",
      "dist/thunderpush.mjs",
      "package.json",
    ]);
  });

  test("has the file name that its README says", () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    assert.ok(readme.includes(`npm install ./${project.file} `), project.file);
  });

  test("brings no other package along", () => {
    const installed = readdirSync(join(project.directory, "node_modules")).filter(
      (name) => !name.startsWith("."),
    );
    assert.deepEqual(installed, ["thunderpush"]);
  });

  for (const [name, text] of Object.entries(PROGRAMS)) {
    test(`connects from Node by ${name.split(".")[0]}`, async () => {
      const env = { ...process.env, SERVER: `127.0.0.1:${server.port}`, CHANNEL: name };
      const child = spawn(process.execPath, [project.write(name, text)], {
        env,
        stdio: ["ignore", "pipe", "inherit"],
      });
      let printed = "";
      child.stdout.setEncoding("utf8").on("data", (part) => (printed += part));
      const ended = new Promise((resolve) => child.once("close", resolve));
      try {
        await eventually(
          "the subscription",
          async () => (await rest.channel(name)).json.users.length === 1,
        );
        await rest.publish(name, '{"to": "Node"}');
        assert.equal(await within(ended, "the program to end"), 0);
        assert.equal(printed, '{"to":"Node"}\n');
      } catch (error) {
        throw withLog(error, server);
      } finally {
        child.kill("SIGKILL");
      }
    });
  }

  test("is bundled by Vite into a page without the parts that it does not use", async () => {
    const directory = await project.page();
    const page = readFileSync(join(directory, "index.html"), "utf8");
    const [, script] = page.match(/src="(\.\/assets\/[^"]+\.js)"/);
    const code = readFileSync(join(directory, script), "utf8");
    assert.ok(code.includes("/connect/websocket"), "the client is in it");
    assert.ok(!code.includes("onSockOpen"), "the legacy interface is not");
  });

  test("has its plain script where a page may copy it from", () => {
    const require = createRequire(join(project.directory, "x.js"));
    assert.equal(
      readFileSync(require.resolve("thunderpush/thunderpush.js"), "utf8"),
      readFileSync(new URL("../dist/thunderpush.js", import.meta.url), "utf8"),
    );
  });
});
