// The log: what a line looks like, where it goes, what is left out, and that
// nobody waits for it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { binaryPath } from "./support/binary.js";
import { eventually, within } from "./support/deadline.js";
import { RawConnection } from "./support/raw_http.js";
import { request } from "./support/rest.js";
import {
  configuration,
  freePort,
  iniText,
  ServerProcess,
  startServer,
  temporaryDirectory,
  withServer,
} from "./support/server.js";

const START_FAILED = 1;
const BAD_CONFIGURATION = 78;
const TEXT_LINE =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (trace|debug|info|warning|error) [a-z]+: \S.*$/;
const MOST_OF_A_KIND = 10; // lines a second

const withLog = (log, body) =>
  withServer(() => startServer({ config: { log: { level: "debug", ...log } } }), body);

const linesOf = (text) => text.split("\n").slice(0, -1);
const linesIn = (path) => (existsSync(path) ? linesOf(readFileSync(path, "utf8")) : []);

/// Makes the server log a line about `path`, and waits until `lines()` has it.
async function logged(server, path, lines) {
  await request(server.port, "GET", path);
  await eventually(`a line about ${path}`, () =>
    lines().some((line) => line.includes(`GET ${path}`)),
  );
}

describe("a line of the log", () => {
  test("has the time in UTC, the level, the component and the event", () =>
    withLog({}, async (server) => {
      await logged(server, "/a", () => linesOf(server.stderr));
      const before = new Date().toISOString();
      for (const line of linesOf(server.stderr)) {
        assert.match(line, TEXT_LINE);
        assert.ok(line.slice(0, before.length) <= before, line);
      }
    }));

  test("is an object with JSON, whatever clients send", () =>
    withLog({ format: "json" }, async (server) => {
      const raw = await RawConnection.open(server.port);
      const wild = Buffer.from('/"a\\b{}%v\xff\xc3', "latin1");
      raw.write(Buffer.concat([Buffer.from("GET "), wild, Buffer.from(" HTTP/1.1\r\nHost: h\r\n\r\n")]));
      await raw.readResponse();
      raw.destroy();
      await logged(server, "/%22%5c", () => linesOf(server.stderr));
      await server.stop();
      const events = linesOf(server.stderr).map((line) => JSON.parse(line));
      assert.ok(events.length > 3, server.stderr);
      for (const event of events) {
        assert.deepEqual(Object.keys(event), ["time", "level", "component", "message"]);
        assert.equal(new Date(event.time).toISOString(), event.time);
      }
      assert.equal(events.at(-1).message, "stopped");
    }));

  test("has a priority and no time where standard error is the journal", async () => {
    const directory = temporaryDirectory();
    const port = await freePort();
    const file = join(directory, "thunderpush.ini");
    writeFileSync(file, iniText(configuration({ port, directory })));
    const journal = openSync(join(directory, "journal"), "w");
    const { dev, ino } = fstatSync(journal);
    const child = spawn(binaryPath(), ["--config", file], {
      stdio: ["ignore", "ignore", journal],
      env: { JOURNAL_STREAM: `${dev}:${ino}` },
    });
    closeSync(journal);
    try {
      const lines = () => linesIn(join(directory, "journal"));
      const ended = new Promise((resolve) => child.once("exit", resolve));
      await eventually("the server to listen", () =>
        lines().some((line) => line.startsWith("<6>info server: listening on ")),
      );
      child.kill("SIGTERM");
      assert.equal(await within(ended, "the end"), 0);
      for (const line of lines()) assert.match(line, /^<[3467]>[a-z]+ [a-z]+: \S/);
    } finally {
      child.kill("SIGKILL");
    }
  });

  test("is the last one when the server has stopped", () =>
    withLog({}, async (server) => {
      await server.stop();
      assert.match(linesOf(server.stderr).at(-1), / info server: stopped$/);
    }));
});

describe("what is logged", () => {
  test("is chosen by component", () =>
    withLog({ level: "error", levels: "http=debug, server=off" }, async (server) => {
      await logged(server, "/a", () => linesOf(server.stderr));
      await server.stop();
      for (const line of linesOf(server.stderr)) assert.match(line, / debug http: /);
    }));

  test("has no component that does not exist", async () => {
    const file = join(temporaryDirectory(), "bad.ini");
    writeFileSync(file, "[app.main]\nkey = k\nsecret = s\n[log]\nlevels = htttp=debug\n");
    const server = new ServerProcess(["--config", file]);
    const { code } = await server.waitForExit();
    assert.equal(code, BAD_CONFIGURATION, server.log());
    assert.ok(server.stderr.includes(`${file}:5`), server.stderr);
    assert.match(server.stderr, /no component "htttp"; did you mean http\?/);
  });

  test("is what differs; of what repeats some is left out and counted", () =>
    withLog({}, async (server) => {
      const requests = 200;
      const raw = await RawConnection.open(server.port);
      for (let i = 0; i < requests; ++i) {
        raw.write(`GET /same/${i} HTTP/1.1\r\nHost: h\r\n\r\n`);
        await raw.readResponse();
      }
      raw.destroy();
      await server.stop();
      const about = linesOf(server.stderr).filter((line) => line.includes("GET /same/"));
      const shown = about.filter((line) => /: 404$/.test(line)).length;
      const leftOut = about
        .map((line) => /\.\.\. \((\d+) similar lines? left out\)$/.exec(line)?.[1] ?? 0)
        .reduce((sum, count) => sum + Number(count), 0);
      assert.ok(shown >= MOST_OF_A_KIND && shown < requests, `${shown} lines`);
      assert.equal(shown + leftOut, requests);
    }));
});

describe("the log file", () => {
  test("takes the log, and standard error stays empty", async () => {
    const file = join(temporaryDirectory(), "log");
    await withLog({ file }, async (server) => {
      await logged(server, "/a", () => linesIn(file));
      await server.stop();
      assert.equal(server.stderr, "");
      for (const line of linesIn(file)) assert.match(line, TEXT_LINE);
      assert.equal(statSync(file).mode & 0o137, 0, "others may not read it");
    });
  });

  test("is appended to by the next start", async () => {
    const file = join(temporaryDirectory(), "log");
    for (const starts of [1, 2]) {
      await withLog({ file }, (server) => server.stop());
      const ends = linesIn(file).filter((line) => line.endsWith(" info server: stopped"));
      assert.equal(ends.length, starts);
    }
  });

  test("that cannot be opened stops the start with 1, path and reason", async () => {
    const directory = temporaryDirectory();
    const port = await freePort();
    const log = join(directory, "none", "log");
    const file = join(directory, "thunderpush.ini");
    writeFileSync(file, iniText(configuration({ port, directory }, { log: { file: log } })));
    const server = new ServerProcess(["--config", file]);
    const { code } = await server.waitForExit();
    assert.equal(code, START_FAILED, server.log());
    assert.equal(
      server.stderr,
      `thunderpush: cannot open the log file ${log}: No such file or directory\n`,
    );
  });

  test("is opened anew on SIGUSR1, after a rename", async () => {
    const file = join(temporaryDirectory(), "log");
    await withLog({ file }, async (server) => {
      await logged(server, "/before", () => linesIn(file));
      renameSync(file, `${file}.1`);
      await logged(server, "/between", () => linesIn(`${file}.1`));
      server.child.kill("SIGUSR1");
      await eventually("the new file", () => existsSync(file));
      await logged(server, "/after", () => linesIn(file));
      assert.ok(!linesIn(`${file}.1`).some((line) => line.includes("/after")));
    });
  });

  test("that cannot be opened anew leaves the log to standard error, until it can", async () => {
    const directory = join(temporaryDirectory(), "logs");
    const file = join(directory, "log");
    mkdirSync(directory);
    await withLog({ file }, async (server) => {
      await logged(server, "/a", () => linesIn(file));
      renameSync(directory, `${directory}.old`);
      server.child.kill("SIGUSR1");
      await eventually("a line on standard error", () => server.stderr.endsWith("\n"));
      assert.match(server.stderr, / error log: cannot open the log file .*No such file/);
      await logged(server, "/b", () => linesOf(server.stderr));
      mkdirSync(directory);
      await eventually("the file to be used again", async () => {
        await request(server.port, "GET", "/c");
        return linesIn(file).some((line) => line.includes("log file is written again"));
      });
      await server.stop();
      const complaints = linesOf(server.stderr).filter((line) => line.includes(" error log: "));
      assert.equal(complaints.length, 1, server.stderr);
    });
  });

  test("on a full disk leaves the log to standard error, which is told once", () =>
    withLog({ file: "/dev/full" }, async (server) => {
      await logged(server, "/a", () => linesOf(server.stderr));
      await server.stop();
      const complaints = linesOf(server.stderr).filter((line) => line.includes(" error log: "));
      assert.equal(complaints.length, 1, server.stderr);
      assert.match(complaints[0], /\/dev\/full: No space left on device/);
      assert.match(linesOf(server.stderr).at(-1), / info server: stopped$/);
    }));
});

describe("a reader of standard error who does not read", () => {
  test("keeps the server neither from serving nor from ending", () =>
    withLog({}, async (server) => {
      const { stderr } = server.child;
      stderr.pause();
      const raw = await RawConnection.open(server.port);
      const requests = 3000;
      const filler = "x".repeat(200);
      let sent = 0;
      for (let i = 0; i < requests; ++i) {
        const letters = Array.from(String(i), (digit) => "abcdefghij"[digit]).join("");
        const bytes = `GET /${letters}${filler} HTTP/1.1\r\nHost: h\r\n\r\n`;
        raw.write(bytes);
        sent += bytes.length;
        await raw.readResponse();
      }
      raw.destroy();
      assert.ok(sent > 4 * stderr.readableHighWaterMark, "more than any pipe holds");
      const exited = new Promise((resolve) => server.child.once("exit", resolve));
      server.child.kill("SIGTERM");
      assert.equal(await within(exited, "the end of the server"), 0);
      stderr.resume();
    }));
});
