// The completions, in the shells they are for.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { binaryPath } from "../blackbox/support/binary.js";
import { manual, run, support } from "./support/repository.js";

// Each completes the last word of a line: a list, as the shell would offer it.
const SHELLS = {
  bash: (line) => {
    const program = line.split(" ")[0];
    return run("bash", [support("complete.bash"), manual(`${program}.bash`), program, line]);
  },
  zsh: (line) => run("zsh", ["-f", support("complete.zsh"), manual(""), line]),
  fish: (line) => {
    const functions = manual(`${line.split(" ")[0]}.fish`);
    const command = `source ${functions}; complete -C $argv[1]`;
    return run("fish", ["--no-config", "-c", command, "--", line]);
  },
};

// Bash and zsh offer what stands behind the last =, zsh and fish sometimes the
// whole word; what a user sees is the end of it.
const offered = (shell, line) =>
  SHELLS[shell](line)
    .stdout.split("\n")
    .filter((word) => word !== "")
    .map((word) => word.split("\t")[0])
    .sort();

const tail = (words) => words.map((word) => word.replace(/^.*[=/](?=.)/, ""));

for (const shell of Object.keys(SHELLS)) {
  describe(`completion in ${shell}`, () => {
    let folder;

    before(() => {
      folder = mkdtempSync(join(tmpdir(), "thunderpush-completions-"));
      writeFileSync(join(folder, "first.conf"), "");
      writeFileSync(join(folder, "second.conf"), "");
    });

    after(() => rmSync(folder, { recursive: true, force: true }));

    test("an option is completed", () => {
      assert.deepEqual(offered(shell, "thunderpush --check"), ["--check-config"]);
    });

    test("every option is offered", () => {
      const help = run(binaryPath(), ["--help"]).stdout;
      const lines = help.match(/^ {2}-.*$/gm);
      const wanted = lines.flatMap((line) => line.match(/(?<=^ {2}|, )--?[a-zA-Z-]+/g));
      assert.ok(wanted.includes("--config") && wanted.includes("-p"));
      const words = offered(shell, "thunderpush -").concat(offered(shell, "thunderpush --"));
      for (const option of wanted) assert.ok(words.includes(option), option);
    });

    test("--config takes a file", () => {
      const files = (begin) => tail(offered(shell, `thunderpush --config${begin}`));
      assert.deepEqual(files(` ${folder}/`), ["first.conf", "second.conf"]);
      assert.deepEqual(files(` ${folder}/fi`), ["first.conf"]);
      assert.deepEqual(files(`=${folder}/se`), ["second.conf"]);
    });

    test("--port takes nothing that could be guessed", () => {
      assert.deepEqual(offered(shell, "thunderpush --port "), []);
    });

    test("--set takes the options of the configuration", () => {
      const names = offered(shell, "thunderpush --set server.po");
      assert.deepEqual(names, ["server.pong_timeout=", "server.port="]);
      assert.deepEqual(offered(shell, "thunderpush --set app.main.k"), ["app.main.key="]);
    });

    test("--set offers the words that an option takes", () => {
      assert.deepEqual(tail(offered(shell, "thunderpush --set log.level=e")), ["error"]);
      const switches = tail(offered(shell, "thunderpush --set server.demo=o"));
      assert.deepEqual(switches, ["off", "on"]);
      const transports = tail(offered(shell, "thunderpush --set sockjs.transports=xhr"));
      assert.deepEqual(transports, ["xhr-polling", "xhr-streaming"]);
    });

    test("the commands and options of thunderpush-ctl are completed", () => {
      assert.deepEqual(offered(shell, "thunderpush-ctl ki"), ["kick"]);
      assert.deepEqual(offered(shell, "thunderpush-ctl bench --subs"), ["--subscribers"]);
      const files = offered(shell, `thunderpush-ctl check --config ${folder}/fi`);
      assert.deepEqual(tail(files), ["first.conf"]);
    });
  });
}

test("the scripts for bash have nothing that shellcheck complains of", () => {
  const scripts = [manual("thunderpush.bash"), manual("thunderpush-ctl.bash")];
  const { status, stdout } = run("shellcheck", ["-s", "bash", ...scripts]);
  assert.equal(status, 0, stdout);
});
