import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { binaryPath } from "./binary.js";
import { DEADLINE_MS, eventually, within } from "./deadline.js";

/// The applications of every server started from a configuration file.
/// `census` is only for tests that count all users of an application.
export const APPS = {
  main: { key: "publickey", secret: "main-secret-4711" },
  second: { key: "otherkey", secret: "second-secret-0815" },
  census: { key: "censuskey", secret: "census-secret-2342" },
};

const LOG_SHOWN = 60; // lines of the server's log shown with a failure
const START_ATTEMPTS = 5;

const running = new Set();
const directories = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  for (const path of directories) rmSync(path, { recursive: true, force: true });
});

/// A TCP port that was free a moment ago.
export function freePort(host = "127.0.0.1") {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once("error", reject);
    probe.listen(0, host, () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/// A new empty directory, removed when this process ends.
export function temporaryDirectory() {
  const path = mkdtempSync(join(tmpdir(), "thunderpush-test-"));
  directories.add(path);
  return path;
}

/// INI text of {section: {key: value}}.
export function iniText(sections) {
  let text = "";
  for (const [section, entries] of Object.entries(sections)) {
    if (!entries) continue;
    text += `[${section}]\n`;
    for (const [key, value] of Object.entries(entries)) {
      text += `${key} = ${value}\n`;
    }
    text += "\n";
  }
  return text;
}

/// The configuration the tests use unless they say otherwise; `changes` is
/// merged section by section.
export function configuration({ port, adminPort, directory, apps = APPS }, changes = {}) {
  const sections = {
    server: {
      host: "127.0.0.1",
      port,
      homes: 2,
      heartbeat: "25s",
      pong_timeout: "10s",
      pid_file: join(directory, "thunderpush.pid"),
      demo: "off",
      drain: "1s",
    },
  };
  for (const [name, app] of Object.entries(apps)) {
    sections[`app.${name}`] = { key: app.key, secret: app.secret };
  }
  sections.admin = { listen: adminPort ? `127.0.0.1:${adminPort}` : "off" };
  sections.limits = {};
  sections.log = { level: "debug" };
  for (const [section, entries] of Object.entries(changes)) {
    sections[section] = { ...sections[section], ...entries };
  }
  return sections;
}

// The server reads THUNDERPUSH_… variables; ours are not meant for it.
function inheritedEnvironment() {
  const ours = ([name]) => !name.startsWith("THUNDERPUSH_");
  return Object.fromEntries(Object.entries(process.env).filter(ours));
}

/// One run of the binary, from start to exit. `command` is another program to
/// run in its place, with arguments before those of the server.
export class ServerProcess {
  constructor(args, environment = {}, command = [binaryPath()]) {
    this.args = args;
    this.stdout = "";
    this.stderr = "";
    this.exit = null; // {code, signal} once it has ended
    const [program, ...before] = command;
    this.child = spawn(program, [...before, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...inheritedEnvironment(), ...environment },
    });
    running.add(this.child);
    this.child.stdout.setEncoding("utf8").on("data", (text) => {
      this.stdout += text;
    });
    this.child.stderr.setEncoding("utf8").on("data", (text) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve, reject) => {
      this.child.once("error", reject);
      this.child.once("close", (code, signal) => {
        running.delete(this.child);
        this.exit = { code, signal };
        resolve(this.exit);
      });
    });
    this.ended.catch(() => {});
  }

  get pid() {
    return this.child.pid;
  }

  get alive() {
    return this.exit === null;
  }

  /// How it ended, in words.
  describeExit() {
    if (this.alive) return "still running";
    const { code, signal } = this.exit;
    return signal ? `killed by ${signal}` : `exit code ${code}`;
  }

  /// The last lines of standard error, for the reader of a failure.
  log() {
    const lines = this.stderr.trimEnd().split("\n");
    const omitted = lines.length - LOG_SHOWN;
    const shown = lines.slice(-LOG_SHOWN).join("\n");
    const head = `--- server log: thunderpush ${this.args.join(" ")} (${this.describeExit()}) ---`;
    return omitted > 0
      ? `${head}\n(${omitted} earlier lines left out)\n${shown}`
      : `${head}\n${shown}`;
  }

  /// Resolves with {code, signal} when the process ends by itself.
  async waitForExit() {
    try {
      return await within(this.ended, "the server process to end");
    } catch (error) {
      this.child.kill("SIGKILL");
      throw withLog(error, this);
    }
  }

  /// Sends `signal` and resolves with {code, signal} of the end.
  async end(signal = "SIGTERM", ms = DEADLINE_MS) {
    if (this.alive) this.child.kill(signal);
    try {
      return await within(this.ended, `the server to end after ${signal}`, ms);
    } catch (error) {
      this.child.kill("SIGKILL");
      throw withLog(error, this);
    }
  }

  /// Ends the server as an operator does and insists on a clean end.
  async stop(signal = "SIGTERM") {
    if (!this.alive) {
      throw withLog(
        new Error(`the server ended by itself: ${this.describeExit()}`),
        this,
      );
    }
    const { code, signal: killer } = await this.end(signal);
    if (code !== 0) {
      throw withLog(
        new Error(`after ${signal} exit code 0 was expected, got ${killer ?? code}`),
        this,
      );
    }
  }

  /// Waits until `port` accepts connections; throws if the process ends first.
  async ready(port, host = "127.0.0.1") {
    await eventually(`the server to accept on ${host}:${port}`, async () => {
      if (!this.alive) return true;
      return accepts(port, host);
    });
    if (!this.alive) {
      throw new Error(`the server ended at start: ${this.describeExit()}`);
    }
  }
}

/// Whether something accepts TCP connections there.
export function accepts(port, host = "127.0.0.1") {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/// The same error with the server's log below its message and stack.
export function withLog(error, server) {
  if (!server || error.logShown) return error;
  const log = server.log();
  const stack = error.stack ?? String(error);
  error.message += `\n${log}`;
  error.stack = `${stack}\n${log}`;
  error.logShown = true;
  return error;
}

async function startOnce(options) {
  const directory = temporaryDirectory();
  const port = await freePort();
  const adminPort = options.admin === false ? null : await freePort();
  const apps = options.apps ?? APPS;
  const file = join(directory, "thunderpush.ini");
  const text =
    options.configText?.({ port, adminPort, directory }) ??
    iniText(configuration({ port, adminPort, directory, apps }, options.config));
  writeFileSync(file, text);
  const server = new ServerProcess(
    ["--config", file, ...(options.args ?? [])],
    options.environment,
    options.command,
  );
  const { secure } = options;
  Object.assign(server, { port, adminPort, apps, directory, file, secure });
  try {
    await server.ready(port);
    if (adminPort !== null) await server.ready(adminPort);
  } catch (error) {
    if (server.alive) server.child.kill("SIGKILL");
    throw withLog(error, server);
  }
  return server;
}

/// Starts the server from a configuration file on free ports. Options:
/// `config` (changes to the default configuration, by section), `apps`,
/// `admin: false`, `configText({port, adminPort, directory})` for a whole text,
/// `args` and `environment` in addition, `command` as for ServerProcess;
/// `secure`, options of node:tls, for clients of a server that speaks TLS.
export async function startServer(options = {}) {
  return retryOnCollision(() => startOnce(options));
}

/// Starts the server with the original's command line, on a free port;
/// `args({port, pidPath})` gives the arguments.
export async function startWithArguments(args, { host = "127.0.0.1" } = {}) {
  return retryOnCollision(async () => {
    const directory = temporaryDirectory();
    const port = await freePort();
    const pidPath = join(directory, "thunderpush.pid");
    const server = new ServerProcess(args({ port, pidPath, directory }));
    Object.assign(server, { port, pidPath, directory });
    try {
      await server.ready(port, host);
    } catch (error) {
      if (server.alive) server.child.kill("SIGKILL");
      throw withLog(error, server);
    }
    return server;
  });
}

// Another process may take a port between our look and the server's bind.
async function retryOnCollision(start) {
  for (let attempt = 1; ; ++attempt) {
    try {
      return await start();
    } catch (error) {
      const collision = /in use/i.test(error.message);
      if (!collision || attempt === START_ATTEMPTS) throw error;
    }
  }
}

/// Runs `body(server)` and ends the server whatever happens, insisting on a
/// clean end if the body succeeded.
export async function withServer(start, body) {
  const server = await start();
  let result;
  try {
    result = await body(server);
  } catch (error) {
    if (server.alive) server.child.kill("SIGKILL");
    throw withLog(error, server);
  }
  if (server.alive) await server.stop();
  return result;
}
