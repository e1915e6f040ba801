import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, describe, test } from "node:test";

import { RawConnection, requestText } from "../../blackbox/support/raw_http.js";
import { RawWebSocket } from "../../blackbox/support/raw_websocket.js";
import { RestClient } from "../../blackbox/support/rest.js";
import { withLog } from "../../blackbox/support/server.js";
import { Answer, strictText } from "./answer.js";
import { Session } from "./session.js";
import { ServerPool, TARGETS } from "./targets.js";

let names = 0;

/// What one test has at hand: the service under test, connections that are
/// closed at its end, and session ids of its own.
export class Scenario {
  constructor(target, server) {
    this.target = target;
    this.server = server;
    this.port = server.port;
    this.prefix = target.prefix;
    this.connections = [];
  }

  /// The application and its API, on the daemon.
  get app() {
    return this.server.apps.main;
  }

  get rest() {
    return new RestClient(this.port, this.app);
  }

  /// A name that no other test uses.
  name(prefix = "n") {
    return `${prefix}-${++names}`;
  }

  /// The URL of a new session.
  sessionUrl(server = "000") {
    return `${this.prefix}/${server}/${randomBytes(6).toString("hex")}`;
  }

  /// A new session, or one with this URL.
  session(url = this.sessionUrl()) {
    return new Session(this, url);
  }

  async connect() {
    const connection = await RawConnection.open(this.port);
    this.connections.push(connection);
    return connection;
  }

  /// One request on a connection of its own, its path sent as it is. `body` is
  /// text or bytes; `headers` are lines.
  async request(method, path, { body = "", headers = [], version } = {}) {
    const connection = await this.connect();
    const bytes = Buffer.from(body);
    const length = method === "POST" || bytes.length > 0 ? [`Content-Length: ${bytes.length}`] : [];
    connection.write(requestText(method, path, { version, headers: [...length, ...headers] }));
    connection.write(bytes);
    const answer = await (await Answer.begin(connection, method)).complete();
    connection.destroy();
    return answer;
  }

  /// A request below the prefix.
  at(method, suffix, options) {
    return this.request(method, this.prefix + suffix, options);
  }

  /// A WebSocket of which the test writes and reads each frame.
  async rawWebSocket(path = `${this.sessionUrl()}/websocket`, options = undefined) {
    const client = await RawWebSocket.open(this.port, path, options);
    this.connections.push(client);
    return client;
  }

  /// A SockJS session over WebSocket that has got its `o`.
  async websocket(url = this.sessionUrl()) {
    const client = await this.rawWebSocket(`${url}/websocket`);
    assert.equal(await client.readText("the o frame"), "o");
    return client;
  }

  dispose() {
    for (const connection of this.connections) connection.destroy();
  }
}

/// The text of a WebSocket's next text frame; its bytes must be UTF-8.
export async function nextText(client) {
  const frame = await client.readFrameBesidesPings("a text frame");
  assert.equal(frame.opcode, 1, "a text frame");
  return strictText(frame.payload);
}

/// A group of tests that share servers, `concurrency` of them at the same time.
/// `define(scenario)` declares them with scenario(title, target, run).
export function suite(title, concurrency, define) {
  const pool = new ServerPool();
  describe(title, { concurrency }, () => {
    after(() => pool.stop());
    define((name, targetName, run) => {
      test(name, async () => {
        const target = TARGETS[targetName];
        const server = await pool.get(target.server);
        const ctx = new Scenario(target, server);
        try {
          await run(ctx);
          assert.ok(server.alive, `the server ended: ${server.describeExit()}`);
        } catch (error) {
          throw withLog(error, server);
        } finally {
          ctx.dispose();
        }
      });
    });
  });
}
