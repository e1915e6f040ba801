// The configuration file.
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { expectAnswer, WRONG_SECRET } from "./support/expect.js";
import { request, RestClient } from "./support/rest.js";
import { accepts, ServerProcess, startServer, temporaryDirectory, withServer } from "./support/server.js";

const BAD_CONFIGURATION = 78;
const GOOD_APP = "[app.main]\nkey = k\nsecret = s\n";

// Starts the server with this text as its file; it must refuse it.
async function refused(text) {
  const file = join(temporaryDirectory(), "bad.ini");
  writeFileSync(file, text);
  const server = new ServerProcess(["--config", file]);
  const { code } = await server.waitForExit();
  assert.equal(code, BAD_CONFIGURATION, `exit code for:\n${text}\n${server.log()}`);
  return { file, stderr: server.stderr };
}

// Runs `body(server)` on a server whose file is `text(place)`.
function accepted(text, body) {
  return withServer(() => startServer({ admin: false, configText: text }), body);
}

const basis = ({ port }) =>
  `[server]\nhost = 127.0.0.1\nport = ${port}\n[admin]\nlisten = off\n`;

describe("a configuration that is refused with exit 78", () => {
  test("an unknown key, named with file and line and a suggestion", async () => {
    const { file, stderr } = await refused(`# a comment\n[server]\nprot = 8080\n${GOOD_APP}`);
    assert.ok(stderr.includes(`${file}:3`), stderr);
    assert.match(stderr, /did you mean "?port"?\?/);
  });

  test("an unknown section, named with file and line", async () => {
    const { file, stderr } = await refused(`${GOOD_APP}[limit]\nbody_bytes = 1\n`);
    assert.ok(stderr.includes(`${file}:4`), stderr);
  });

  for (const [what, line, word] of [
    ["a port above 65535", "port = 70000", "port"],
    ["a port that is no number", "port = eighty", "port"],
    ["a port with something behind it", "port = 8080 # the usual one", "port"],
    ["a negative port", "port = -1", "port"],
    ["a heartbeat that is no duration", "heartbeat = soon", "heartbeat"],
    ["a drain in an unknown unit", "drain = 3 fortnights", "drain"],
    ["a switch that is neither on nor off", "demo = perhaps", "demo"],
    ["a number of homes that is none", "homes = many", "homes"],
    ["a line without an equals sign", "port 8080", "="],
  ]) {
    test(what, async () => {
      const { file, stderr } = await refused(`[server]\n\n${line}\n${GOOD_APP}`);
      assert.ok(stderr.includes(`${file}:3`), stderr);
      assert.ok(stderr.includes(word), stderr);
    });
  }

  test("an unknown log level", async () => {
    const { file, stderr } = await refused(`${GOOD_APP}[log]\nlevel = loud\n`);
    assert.ok(stderr.includes(`${file}:5`), stderr);
  });

  test("an application without a secret, or without a key", async () => {
    assert.match((await refused("[app.main]\nkey = k\n")).stderr, /secret/);
    assert.match((await refused("[app.main]\nsecret = s\n")).stderr, /key/);
  });

  test("no application at all", async () => {
    assert.match((await refused("[server]\nport = 0\n")).stderr, /app/);
  });

  test("two applications with one key", async () => {
    const { stderr } = await refused(`${GOOD_APP}[app.other]\nkey = k\nsecret = t\n`);
    assert.match(stderr, /key/);
  });

  test("a file that does not exist", async () => {
    const server = new ServerProcess(["--config", "/no/such/file.ini"]);
    const { code } = await server.waitForExit();
    assert.equal(code, BAD_CONFIGURATION, server.log());
    assert.match(server.stderr, /\/no\/such\/file\.ini/);
  });

  test("the message never shows a secret", async () => {
    for (const line of ["secrett = hidden-word", "secret hidden-word"]) {
      const { stderr } = await refused(`[app.main]\nkey = k\n${line}\n`);
      assert.ok(!stderr.includes("hidden-word"), stderr);
    }
  });
});

describe("sources of the configuration", () => {
  const LIMIT = "THUNDERPUSH_LIMITS__BODY_BYTES";

  // The longest body that a server with these options takes must be `bytes`.
  function expectLimit(options, bytes) {
    const config = { limits: { body_bytes: 10 } };
    return withServer(
      () => startServer({ config, ...options }),
      async (server) => {
        const rest = new RestClient(server.port, server.apps.main);
        expectAnswer(await rest.publish("c", "1".repeat(bytes)), 200);
        expectAnswer(await rest.publish("c", "1".repeat(bytes + 1)), 413);
      },
    );
  }

  test("the environment is stronger than the file, the command line than both", async () => {
    const environment = { [LIMIT]: "20" };
    await expectLimit({}, 10);
    await expectLimit({ environment }, 20);
    await expectLimit({ environment, args: ["--set", "limits.body_bytes=30"] }, 30);
  });

  test("a bad value in the environment is refused with exit 78 and named", async () => {
    const file = join(temporaryDirectory(), "good.ini");
    writeFileSync(file, GOOD_APP);
    const server = new ServerProcess(["--config", file], { [LIMIT]: "plenty" });
    const { code } = await server.waitForExit();
    assert.equal(code, BAD_CONFIGURATION, server.log());
    assert.ok(server.stderr.includes(LIMIT), server.stderr);
  });

  test("--check-config ends with 0 or 78, --print-config shows no secret", async () => {
    const good = join(temporaryDirectory(), "good.ini");
    writeFileSync(good, "[app.main]\nkey = shown-key\nsecret = hidden-word\n");
    const bad = join(temporaryDirectory(), "bad.ini");
    writeFileSync(bad, "[server]\nprot = 1\n");
    for (const [file, option, expected] of [
      [good, "--check-config", 0],
      [good, "--print-config", 0],
      [bad, "--check-config", BAD_CONFIGURATION],
    ]) {
      const server = new ServerProcess(["--config", file, option]);
      const { code } = await server.waitForExit();
      assert.equal(code, expected, `${option}: ${server.log()}`);
      assert.ok(!server.stdout.includes("hidden-word") && !server.stderr.includes("hidden-word"));
      if (option === "--print-config") assert.match(server.stdout, /shown-key/);
    }
  });
});

describe("a configuration that is accepted", () => {
  test("values keep #, ; and = inside", async () => {
    for (const secret of ["a#b", "a;b", "a=b", "a #b", "a ;b", "#a", "ż"]) {
      await accepted(
        (place) => `${basis(place)}[app.main]\nkey = k\nsecret = ${secret}\n`,
        async (server) => {
          const coded = Buffer.from(secret).toString("latin1"); // UTF-8 in the header
          const rest = new RestClient(server.port, { key: "k", secret: coded });
          expectAnswer(await rest.users(), 200, '{"count": 0}\n');
          expectAnswer(await rest.get("/users/", { secret: "a" }), 401, WRONG_SECRET);
        },
      );
    }
  });

  test("comments, blank lines, CRLF, blanks around, no newline at the end", async () => {
    const text = (place) =>
      `; first\r\n\r\n  # second\r\n${basis(place).replaceAll("\n", "\r\n")}\r\n` +
      "  [app.main]  \r\n  key=k\r\nsecret   =   s";
    await accepted(text, async (server) => {
      const rest = new RestClient(server.port, { key: "k", secret: "s" });
      expectAnswer(await rest.users(), 200, '{"count": 0}\n');
    });
  });

  test("secret_file: the trimmed content of a file", async () => {
    await accepted(
      (place) => {
        const path = join(place.directory, "secret");
        writeFileSync(path, "  from-a-file \n");
        return `${basis(place)}[app.main]\nkey = k\nsecret_file = ${path}\n`;
      },
      async (server) => {
        const rest = new RestClient(server.port, { key: "k", secret: "from-a-file" });
        expectAnswer(await rest.users(), 200, '{"count": 0}\n');
      },
    );
  });

  test("one home serves as several do", async () => {
    for (const homes of [1, 4]) {
      await withServer(
        () => startServer({ config: { server: { homes } } }),
        async (server) => {
          expectAnswer(await new RestClient(server.port, server.apps.main).users(), 200);
        },
      );
    }
  });

  test("pid_file is written and removed", async () => {
    await withServer(
      () => startServer(),
      async (server) => {
        const path = join(server.directory, "thunderpush.pid");
        assert.equal(existsSync(path), true);
        await server.stop();
        assert.equal(existsSync(path), false);
      },
    );
  });

  test("admin off: the public port knows none of its paths", async () => {
    await withServer(
      () => startServer({ admin: false }),
      async (server) => {
        for (const path of ["/health", "/stats", "/actors"]) {
          expectAnswer(await request(server.port, "GET", path), 404);
        }
      },
    );
  });

  test("an admin port in use stops the start with exit 1", async () => {
    await withServer(
      () => startServer(),
      async (first) => {
        const file = join(temporaryDirectory(), "second.ini");
        writeFileSync(
          file,
          `[server]\nport = 0\n[admin]\nlisten = 127.0.0.1:${first.adminPort}\n${GOOD_APP}`,
        );
        const second = new ServerProcess(["--config", file]);
        const { code } = await second.waitForExit();
        assert.equal(code, 1, second.log());
        assert.ok(second.stderr.includes(String(first.adminPort)), second.stderr);
        assert.equal(await accepts(first.port), true);
      },
    );
  });

  test("the log at level debug shows no secret and no payload", async () => {
    await withServer(
      () => startServer(),
      async (server) => {
        const rest = new RestClient(server.port, server.apps.main);
        await rest.publish("c", '"payload-word"');
        await rest.publish("c", '"payload-word', {});
        await rest.publish("c", '"payload-word"', { secret: "guessed-word" });
        await server.stop();
        for (const word of [server.apps.main.secret, "payload-word", "guessed-word"]) {
          assert.ok(!server.stderr.includes(word), `${word} is in the log`);
        }
      },
    );
  });
});
