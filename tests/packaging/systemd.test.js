// The units: systemd understands them and finds them guarded. That they run is
// tested by deb.sh, as far as a machine without systemd can.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { binaryPath } from "../blackbox/support/binary.js";
import { eventually } from "../blackbox/support/deadline.js";
import { accepts, APPS, configuration, freePort, iniText } from "../blackbox/support/server.js";
import { Program } from "./support/program.js";
import { inRepository, read, run } from "./support/repository.js";
import { byWebSocket } from "./support/visitor.js";

const UNITS = ["thunderpush.service", "thunderpush.socket"];
const EXPOSURE = 2.0;

/// The values of a key of a unit, in their order.
function valuesOf(unit, key) {
  const lines = read("packaging/systemd", unit).matchAll(/^([A-Za-z]+)=(.*)$/gm);
  return [...lines].filter(([, name]) => name === key).map(([, , value]) => value);
}

describe("the units of systemd", () => {
  let folder;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "thunderpush-units-"));
    for (const unit of UNITS) {
      const text = read("packaging/systemd", unit);
      writeFileSync(join(folder, unit), text.replaceAll("/usr/bin/thunderpush", binaryPath()));
    }
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  test("nothing in them is a mistake", () => {
    const paths = UNITS.map((unit) => join(folder, unit));
    const { status, stdout, stderr } = run("systemd-analyze", ["verify", "--man=no", ...paths]);
    assert.equal(stdout + stderr, "");
    assert.equal(status, 0);
  });

  test(`the service is exposed by no more than ${EXPOSURE}`, () => {
    const unit = inRepository("packaging/systemd/thunderpush.service");
    const { stdout } = run("systemd-analyze", ["security", "--offline=true", "--no-pager", unit]);
    const exposure = stdout.match(/Overall exposure level for thunderpush.service: ([\d.]+)/)?.[1];
    assert.ok(exposure, stdout);
    assert.ok(Number(exposure) <= EXPOSURE, exposure);
  });

  test("a mistake in the configuration fails a reload before the server hears of it", () => {
    const [check, signal] = valuesOf("thunderpush.service", "ExecReload");
    assert.equal(check, `${valuesOf("thunderpush.service", "ExecStart")[0]} --check-config`);
    assert.match(signal, /kill -HUP \$MAINPID'$/);
  });

  test("statuses that a restart does not mend are those of the program", () => {
    const [statuses] = valuesOf("thunderpush.service", "RestartPreventExitStatus");
    const bad = join(folder, "bad.conf");
    writeFileSync(bad, "[server]\nport = none\n");
    const refused = run(binaryPath(), ["--config", bad]);
    assert.match(refused.stderr, /bad\.conf:2/);
    assert.equal(refused.status, 78);
    assert.equal(run(binaryPath(), ["--no-such-option"]).status, 2);
    assert.deepEqual(statuses.split(" "), ["2", "78"]);
  });

  test("the end is given the time that a drain takes", () => {
    const seconds = Number(valuesOf("thunderpush.service", "TimeoutStopSec")[0].replace("s", ""));
    const drain = Number(read("packaging/thunderpush.conf").match(/^#drain = (\d+)s$/m)[1]);
    assert.ok(seconds >= 2 * (drain + 6));
  });

  test("the socket is where the configuration says that clients connect", () => {
    const example = read("packaging/thunderpush.conf");
    const host = example.match(/^host = (.*)$/m)[1];
    const port = example.match(/^port = (.*)$/m)[1];
    assert.deepEqual(valuesOf("thunderpush.socket", "ListenStream"), [`${host}:${port}`]);
  });

  test("the user is one that nobody logs in as", () => {
    const file = inRepository("packaging/systemd/thunderpush.sysusers");
    const root = `--root=${join(folder, "root")}`;
    const { status, stdout, stderr } = run("systemd-sysusers", ["--dry-run", root, file]);
    assert.equal(status, 0, stderr);
    const user = valuesOf("thunderpush.service", "User")[0];
    assert.match(stdout + stderr, new RegExp(`Creating user '${user}'`));
    assert.match(read("packaging/systemd/thunderpush.sysusers"), /nologin$/m);
  });

  test("clients reach the server by the socket that was opened for it", async () => {
    const port = await freePort();
    const unused = await freePort();
    const file = join(folder, "activated.conf");
    writeFileSync(file, iniText(configuration({ port: unused, directory: folder })));
    const [name] = valuesOf("thunderpush.socket", "FileDescriptorName");
    const listen = [`--listen=127.0.0.1:${port}`, `--fdname=${name}`];
    const command = [binaryPath(), "--config", file];
    const socket = new Program("systemd-socket-activate", [...listen, ...command]);
    try {
      await eventually("the socket", () => accepts(port));
      const value = { text: "activated" };
      const base = `http://127.0.0.1:${port}`;
      assert.deepEqual(await byWebSocket(base, APPS.main, "news", value), value);
      assert.equal(await accepts(unused), false);
    } catch (error) {
      throw socket.explained(error);
    }
    // It has become the server.
    assert.deepEqual(await socket.stop(), { code: 0, signal: null });
  });
});
