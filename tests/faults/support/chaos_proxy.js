import { once } from "node:events";
import net from "node:net";

import { Random } from "./random.js";

/// What the proxy does to a connection unless it is told otherwise: nothing.
const CALM = {
  delay: 0, // most milliseconds that bytes are held
  dribble: 0, // part of the chunks that go on a byte at a time
  cutAfter: null, // [least, most] bytes after which a connection is cut
};

/// A TCP proxy that treats connections badly, and the same way for the same
/// seed: it delays, dribbles byte by byte, cuts in the midst, swallows. It
/// never changes bytes nor their order.
export class ChaosProxy {
  static async start(target, { seed = 1, ...treatment } = {}) {
    const proxy = new ChaosProxy(target, seed, treatment);
    proxy.server.listen(0, "127.0.0.1");
    await once(proxy.server, "listening");
    proxy.port = proxy.server.address().port;
    return proxy;
  }

  constructor(target, seed, treatment) {
    this.target = target;
    this.seed = seed;
    this.treatment = { ...CALM, ...treatment };
    this.links = new Set();
    this.connections = 0;
    this.cuts = 0;
    this.server = net.createServer({ allowHalfOpen: true }, (client) => this.#link(client));
  }

  #link(client) {
    const random = new Random(this.seed * 1_000 + this.connections++);
    const server = net.connect({ port: this.target, host: "127.0.0.1", allowHalfOpen: true });
    const { cutAfter } = this.treatment;
    const link = { client, server, left: cutAfter ? random.between(...cutAfter) : Infinity };
    this.links.add(link);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ]) {
      from.setNoDelay(true);
      from.on("error", () => this.#end(link));
      from.on("close", () => this.#end(link));
      this.#pump(link, from, to, random).catch(() => this.#end(link));
    }
  }

  // One direction of a connection: a chunk is passed on before the next is read.
  async #pump(link, from, to, random) {
    for await (const chunk of from) {
      const { delay, dribble } = this.treatment;
      if (delay > 0) await pause(random.between(0, delay));
      const pieces = random.happens(dribble) ? [...chunk].map((byte) => [byte]) : [chunk];
      for (const piece of pieces) {
        await this.#pass(link, to, Buffer.from(piece));
        if (pieces.length > 1) await new Promise(setImmediate);
      }
    }
    to.end();
  }

  async #pass(link, to, bytes) {
    if (link.isSwallowed) await new Promise(() => {}); // and reads no further
    const passed = bytes.subarray(0, link.left);
    link.left -= bytes.length;
    if (passed.length > 0 && !to.write(passed)) {
      await Promise.race([once(to, "drain"), once(to, "close")]);
    }
    if (link.left <= 0 && this.links.has(link)) {
      this.cuts += 1;
      this.#end(link);
    }
  }

  #end(link) {
    if (!this.links.delete(link)) return;
    link.client.destroy();
    link.server.destroy();
  }

  /// From now on new connections are left alone, and those that are there are
  /// not cut any more.
  calm() {
    this.treatment = CALM;
    for (const link of this.links) link.left = Infinity;
  }

  /// From now on nothing passes on the connections that are there, in neither
  /// direction, and nobody is told.
  swallow() {
    for (const link of this.links) link.isSwallowed = true;
  }

  /// Cuts the connections that are there.
  cutAll() {
    for (const link of [...this.links]) this.#end(link);
  }

  async close() {
    this.cutAll();
    this.server.close();
    await once(this.server, "close");
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
