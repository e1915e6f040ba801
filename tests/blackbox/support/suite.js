import assert from "node:assert/strict";
import { after, describe, test } from "node:test";

import { eventually } from "./deadline.js";
import { PollingClient } from "./polling_client.js";
import { RawConnection } from "./raw_http.js";
import { RawWebSocket } from "./raw_websocket.js";
import { forgetConnections, request, RestClient } from "./rest.js";
import { startServer, withLog } from "./server.js";
import { RawClient, SockjsClient } from "./sockjs_client.js";

let names = 0;

/// What one test has at hand: the server, clients that are closed at its end,
/// and names that no other test uses.
export class Scenario {
  constructor(server) {
    this.server = server;
    this.port = server.port;
    this.clients = [];
  }

  /// The API of an application.
  rest(app = "main") {
    return new RestClient(this.port, this.server.apps[app], this.server.secure);
  }

  /// One HTTP request to the public port.
  http(method, path, options) {
    return request(this.port, method, path, { secure: this.server.secure, ...options });
  }

  /// One HTTP request to the operators' port.
  admin(method, path, options) {
    return request(this.server.adminPort, method, path, options);
  }

  /// A name for a user or a channel, different on each call.
  name(prefix = "n") {
    return `${prefix}-${++names}`;
  }

  #securely(options) {
    return { secure: this.server.secure, ...options };
  }

  keep(client) {
    this.clients.push(client);
    return client;
  }

  async sockjs(options) {
    return this.keep(await SockjsClient.open(this.port, this.#securely(options)));
  }

  async raw(options) {
    return this.keep(await RawClient.open(this.port, this.#securely(options)));
  }

  async rawHttp() {
    return this.keep(await RawConnection.open(this.port, "127.0.0.1", this.server.secure));
  }

  /// A SockJS session over HTTP that is open.
  async polling() {
    return this.keep(await PollingClient.open(this.port, this.#securely()));
  }

  /// The same, connected as a user of its own and subscribed to `channels`.
  async poller({ channels = [], app = "main" } = {}) {
    const user = this.name("user");
    const key = this.server.apps[app].key;
    const client = this.keep(await PollingClient.open(
      this.port, this.#securely({ user, key, channels }),
    ));
    client.user = user;
    return client;
  }

  async rawWebSocket(path, options) {
    return this.keep(await RawWebSocket.open(this.port, path, this.#securely(options)));
  }

  /// A client that is connected as `user` and subscribed to `channels`; it is
  /// listed by the API when this returns.
  async subscriber({ user = this.name("user"), channels = [], app = "main", raw = false } = {}) {
    const client = raw ? await this.raw() : await this.sockjs();
    client.user = user;
    client.app = app;
    client.send(`CONNECT ${user}:${this.server.apps[app].key}`);
    if (channels.length > 0) client.send(`SUBSCRIBE ${channels.join(":")}`);
    await this.settle(client, app);
    return client;
  }

  /// Waits until everything that `client` sent so far has been done. The
  /// commands of one connection are done in order, so a subscription of a
  /// channel of its own shows that those before it are.
  async settle(client, app = client.app ?? "main") {
    const channel = this.name("settled");
    client.send(`SUBSCRIBE ${channel}`);
    const rest = this.rest(app);
    await eventually(`the commands of ${client.user ?? "a client"} to be done`, async () => {
      if (client.closing) {
        const { code, reason } = client.closing;
        throw new Error(`the connection was closed: ${code} ${reason}`);
      }
      const { users } = (await rest.channel(channel)).json;
      return users.length === 1;
    });
    client.send(`UNSUBSCRIBE ${channel}`);
  }

  /// Shows that nothing but what was taken so far has come to `client`: a
  /// marker sent now to its user must be the very next message.
  async expectNothingElse(client, app = client.app ?? "main") {
    const marker = JSON.stringify(this.name("marker"));
    const answer = await this.rest(app).tell(client.user, marker);
    assert.equal(answer.status, 200, String(answer));
    const message = await client.nextMessage("the marker");
    assert.deepEqual(message, { payload: marker }, "only the marker has come");
  }

  dispose() {
    for (const client of this.clients) {
      if (client.terminate) client.terminate();
      else if (client.destroy) client.destroy();
      else client.close();
    }
  }
}

/// A group of tests that share one server. `define(scenario)` declares them
/// with scenario(title, async (ctx) => …, testOptions). The server's log is
/// shown with each failure; a server that died is replaced, so that one crash
/// does not fail every later test.
export function suite(title, options, define) {
  describe(title, () => {
    let server = null;
    let startFailure = null;

    async function liveServer() {
      if (startFailure) throw startFailure;
      if (server?.alive) return server;
      try {
        server = await startServer(options);
      } catch (error) {
        startFailure = error;
        throw error;
      }
      return server;
    }

    after(async () => {
      if (!server?.alive) return;
      forgetConnections(server.port);
      await server.stop();
    });

    define((name, run, testOptions = {}) => {
      test(name, testOptions, async () => {
        const current = await liveServer();
        const ctx = new Scenario(current);
        try {
          await run(ctx);
          if (!current.alive) {
            throw new Error(`the server ended: ${current.describeExit()}`);
          }
        } catch (error) {
          if (!current.alive) forgetConnections(current.port);
          throw withLog(error, current);
        } finally {
          ctx.dispose();
        }
      });
    });
  });
}

/// A Scenario on a server of the test's own, ended with it.
export async function withOwnServer(options, body) {
  const server = await startServer(options);
  const ctx = new Scenario(server);
  try {
    await body(ctx);
    ctx.dispose();
    forgetConnections(server.port);
    if (server.alive) await server.stop();
  } catch (error) {
    ctx.dispose();
    forgetConnections(server.port);
    if (server.alive) server.child.kill("SIGKILL");
    throw withLog(error, server);
  }
}
