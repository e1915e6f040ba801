// The file for supervisord, which starts a real server by it. Only paths, the
// user and the ports are others.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { binaryPath } from "../blackbox/support/binary.js";
import { eventually } from "../blackbox/support/deadline.js";
import { accepts, APPS, configuration, freePort, iniText } from "../blackbox/support/server.js";
import { Program } from "./support/program.js";
import { read, run } from "./support/repository.js";
import { byWebSocket } from "./support/visitor.js";

const START_MS = 30_000;

describe("the server under supervisord", () => {
  let folder;
  let supervisor;
  let config;
  let port;

  const control = (...words) => run("supervisorctl", ["-c", config, ...words]).stdout;
  const pid = () => control("status", "thunderpush").match(/RUNNING +pid (\d+)/)?.[1];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "thunderpush-supervisor-"));
    port = await freePort();
    const server = join(folder, "server.conf");
    writeFileSync(server, iniText(configuration({ port, directory: folder })));
    const program = read("packaging/supervisor/thunderpush.conf")
      .replace("/usr/bin/thunderpush", binaryPath())
      .replace("/etc/thunderpush/thunderpush.conf", server)
      .replace("user=thunderpush", `user=${userInfo().username}`)
      .replace("/var/log/thunderpush/thunderpush.log", join(folder, "thunderpush.log"));
    assert.ok(program.includes(`command=${binaryPath()} --config ${server}\n`));
    writeFileSync(join(folder, "thunderpush.conf"), program);
    config = join(folder, "supervisord.conf");
    writeFileSync(
      config,
      `[supervisord]
logfile=${folder}/supervisord.log
pidfile=${folder}/supervisord.pid
childlogdir=${folder}
[unix_http_server]
file=${folder}/control
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${folder}/control
[include]
files = ${folder}/thunderpush.conf
`,
    );
    supervisor = new Program("supervisord", ["-n", "-c", config]);
    try {
      await eventually("the server to run", () => pid() !== undefined, START_MS);
    } catch (error) {
      throw supervisor.explained(error);
    }
  });

  after(async () => {
    await supervisor?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("a message reaches a WebSocket", async () => {
    const value = { text: "supervised" };
    const base = `http://127.0.0.1:${port}`;
    assert.deepEqual(await byWebSocket(base, APPS.main, "news", value), value);
  });

  test("a server that is killed comes back", async () => {
    const first = pid();
    process.kill(Number(first), "SIGKILL");
    await eventually("another one", () => ![undefined, first].includes(pid()), START_MS);
    assert.ok(await accepts(port));
  });

  test("a stop is an orderly one", async () => {
    assert.match(control("stop", "thunderpush"), /thunderpush: stopped/);
    assert.match(control("status", "thunderpush"), /STOPPED/);
    const log = control("tail", "thunderpush");
    assert.match(log, /draining/);
    assert.match(log, /stopped/);
  });
});
