import { forgetConnections } from "../../blackbox/support/rest.js";
import { startServer } from "../../blackbox/support/server.js";
import { TestServer } from "./test_server.js";

/// Disconnect delay of "quick disconnects" in milliseconds: long enough for a
/// busy machine to poll again in time.
export const QUICK_DISCONNECT_MS = 1000;

const SERVERS = {
  standard: () => TestServer.start(),
  heartbeats: () => TestServer.start(["--heartbeat-delay", "200"]),
  disconnects: () => TestServer.start(["--disconnect-delay", String(QUICK_DISCONNECT_MS)]),
  daemon: () => startServer({ config: { log: { level: "warning" } } }),
  daemonHeartbeats: () =>
    startServer({
      config: { server: { heartbeat: "1s", pong_timeout: "1s" }, log: { level: "warning" } },
    }),
  daemonTimeouts: () =>
    startServer({
      config: {
        limits: { header_timeout: "300ms", body_timeout: "300ms" },
        log: { level: "warning" },
      },
    }),
};

const service = (server, prefix, settings = {}) => ({
  server,
  prefix,
  cookie: false,
  websocket: true,
  daemon: false,
  ...settings,
});
const daemon = (server) => service(server, "/connect", { cookie: true, daemon: true });

/// The services that statements are tested on, by the names used in the table.
export const TARGETS = {
  "echo": service("standard", "/echo"),
  "echo, quick heartbeats": service("heartbeats", "/echo"),
  "echo, quick disconnects": service("disconnects", "/echo"),
  "disabled_websocket_echo": service("standard", "/disabled_websocket_echo", { websocket: false }),
  "cookie_needed_echo": service("standard", "/cookie_needed_echo", { cookie: true }),
  "close": service("standard", "/close"),
  "close, quick disconnects": service("disconnects", "/close"),
  "ticker": service("standard", "/ticker"),
  "amplify": service("standard", "/amplify"),
  "broadcast": service("standard", "/broadcast"),
  "daemon": daemon("daemon"),
  "daemon, quick heartbeats": daemon("daemonHeartbeats"),
  "daemon, quick timeouts": daemon("daemonTimeouts"),
};

/// The running servers of one test file. A server that died is started anew,
/// so that one crash is one failure.
export class ServerPool {
  #servers = new Map();

  async get(name) {
    for (;;) {
      const start = this.#servers.get(name);
      if (start === undefined) {
        this.#servers.set(name, SERVERS[name]());
        continue;
      }
      const server = await start;
      if (server.alive) return server;
      if (this.#servers.get(name) === start) this.#servers.delete(name);
    }
  }

  async stop() {
    const servers = await Promise.allSettled(this.#servers.values());
    const alive = servers.map(({ value }) => value).filter((server) => server?.alive);
    for (const server of alive) forgetConnections(server.port);
    await Promise.all(alive.map((server) => server.stop()));
  }
}
