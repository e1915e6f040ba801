import assert from "node:assert/strict";

import { eventually } from "../../blackbox/support/deadline.js";
import {
  accepts, freePort, startServer, temporaryDirectory, withLog,
} from "../../blackbox/support/server.js";
import { Program } from "../../packaging/support/program.js";
import { allAnswers } from "./answers.js";
import { exchange, inPieces } from "./exchange.js";
import { Relay } from "./relay.js";
import { Witness } from "./witness.js";
import { APP, channelPath, head, publish } from "./wire.js";

const MARKER = '"marker"';

/// The good request that follows a vector, and ends its connection.
const MARKER_REQUEST = publish(MARKER, {
  target: channelPath("marker"),
  fields: ["Connection: close"],
});

// Whose requests show that a proxy serves.
const CHECK_PATH = `/api/1.0.0/${APP.key}/users/check-`;

const count = (list, value) => list.filter((each) => each === value).length;

/// A server with a witness of what is published, and with `proxy`, one of
/// PROXIES, in front of it if one is given.
export class Stage {
  static async open({ proxy = null } = {}) {
    const stage = new Stage(proxy);
    try {
      await stage.#start();
    } catch (error) {
      await stage.close();
      throw error;
    }
    return stage;
  }

  constructor(prepare) {
    this.prepare = prepare;
    this.fences = 0;
    this.checks = 0;
  }

  async #start() {
    this.server = await startServer({
      apps: { main: APP },
      // The witness answers no pings.
      config: { server: { heartbeat: "1h" }, log: { level: "warning" } },
    });
    this.port = this.server.port;
    const channels = ["seen", "smuggled", "marker", "fence"];
    this.witness = await Witness.open(this.port, APP.key, channels);
    if (this.prepare) await this.#startProxy();
  }

  async #startProxy() {
    const upstream = await freePort();
    this.relay = await Relay.listen(upstream, this.server.port);
    this.port = await freePort();
    const folder = temporaryDirectory();
    const [program, args] = this.prepare({ folder, port: this.port, upstream });
    this.proxy = new Program(program, args);
    await eventually(`${program} to accept`, () => accepts(this.port));
  }

  get alive() {
    return this.server.alive;
  }

  /// Sends a vector's bytes and the marker, waits for the end of the connection
  /// and for the server to have done all it was asked for, and tells
  /// `statuses`, `marker`, `seen` and `smuggled`, and behind a proxy what was
  /// `forwarded`, `answered` and `givenUp`.
  async play(vector, { byteByByte = false } = {}) {
    try {
      const marker = vector.marker === false ? "" : MARKER_REQUEST;
      const pieces = [vector.send].flat();
      pieces.push(pieces.pop() + marker);
      const bytes = await exchange(this.port, pieces.flatMap((each) => inPieces(each, byteByByte)), {
        reset: vector.reset,
        untilEnd: this.relay && ((client) => this.#untilQuiet(vector, client)),
      });
      const hops = this.relay ? await this.#hopsUntilNow() : {};
      const published = await this.#publishedUntilNow();
      await this.#checkHealth();
      const marked = published.filter(([channel]) => channel === "marker").length;
      assert.ok(marked <= 1, "the marker is served once");
      return {
        bytes,
        ...this.#answersIn(bytes, vector, marked === 1),
        marker: marked === 1,
        seen: published.filter(([channel]) => channel === "seen").map(([, payload]) => payload),
        smuggled: count(published.map(([channel]) => channel), "smuggled"),
        ...hops,
      };
    } catch (error) {
      throw this.explained(error);
    }
  }

  // The answers before the marker's; behind a proxy they may be its own, or
  // be lost where it resets the connection.
  #answersIn(bytes, vector, marked) {
    let answers;
    try {
      answers = allAnswers(bytes, vector.methods);
    } catch (problem) {
      if (!this.relay) throw problem;
      return { statuses: null, problem };
    }
    if (marked && !this.relay) {
      const last = answers.pop();
      assert.equal(last?.status, 200, "the marker's answer");
      assert.equal(last.text, '{"count": 1}\n', "the marker's answer");
    } else if (marked) {
      answers.pop();
    } else if (!this.relay && answers.length > 0 && answers.at(-1).status !== 101) {
      const { connection } = answers.at(-1).headers;
      if (vector.marker !== false) assert.equal(connection, "close", "the last answer says so");
    }
    return { statuses: answers.map((answer) => answer.status) };
  }

  // All that was published by requests that have been answered.
  async #publishedUntilNow() {
    const fence = `"fence ${++this.fences}"`;
    const path = channelPath("fence");
    const request = publish(fence, { target: path, fields: ["Connection: close"] });
    const answers = allAnswers(await exchange(this.server.port, [request]));
    assert.deepEqual(answers.map(({ status, text }) => [status, text]), [[200, '{"count": 1}\n']]);
    return this.witness.until("fence", fence);
  }

  // A proxy may forget what it has not forwarded when its client ends, so this
  // does not before nothing more comes of its bytes: other requests pass through
  // the proxy and nothing is forwarded or answered meanwhile. Where it is known
  // that the connection will be ended by the other side, that is waited for.
  #untilQuiet(vector, { received, isDone, done }) {
    if (vector.alike && vector.marker !== false) return done;
    let known = null;
    let rounds = 0;
    return eventually("the proxy to be quiet", async () => {
      await this.#passThrough();
      const now = `${this.relay.events - 2 * this.checks} ${received()}`;
      rounds = now === known ? rounds + 1 : 0;
      known = now;
      // A request that waits for its rest stays without an answer.
      return isDone() || rounds >= (this.relay.isSettled ? 1 : 4);
    });
  }

  // A request through the proxy on a fresh connection; the answer must be its
  // own.
  async #passThrough() {
    const target = `${CHECK_PATH}${++this.checks}/`;
    const fields = ["Host: localhost", `X-Thunder-Secret-Key: ${APP.secret}`, "Connection: close"];
    const request = head(`GET ${target} HTTP/1.1`, ...fields);
    const answers = allAnswers(await exchange(this.port, [request]));
    assert.deepEqual(answers.map(({ text }) => text), ['{"online": false}\n'], "through the proxy");
  }

  // What the proxy has forwarded, once it has served another request.
  async #hopsUntilNow() {
    await this.#passThrough();
    await eventually("each forwarded request to be answered", () => this.relay.isSettled);
    const { forwarded, answered, ...rest } = this.relay.take();
    const others = forwarded.filter((line) => !line.includes(CHECK_PATH));
    const checks = forwarded.length - others.length;
    return { ...rest, forwarded: others, answered: answered.length - checks };
  }

  async #checkHealth() {
    assert.ok(this.server.alive, `the server lives: ${this.server.describeExit()}`);
    const request = head("GET /health HTTP/1.1", "Host: localhost", "Connection: close");
    const [answer] = allAnswers(await exchange(this.server.adminPort, [request]));
    assert.equal(answer?.status, 200, "/health");
  }

  /// The error with what server and proxy said.
  explained(error) {
    const explained = this.proxy ? this.proxy.explained(error) : error;
    return withLog(explained, this.server);
  }

  async close() {
    this.witness?.close();
    await this.proxy?.stop();
    await this.relay?.close();
    if (this.server?.alive) await this.server.stop();
  }
}
