import http from "node:http";

import { deadline, within } from "./deadline.js";

/// A client of server-sent events, over a TCP connection of its own. Events are
/// {type, data}, kept until they are taken.
export class EventStream {
  static async open(port, path, options) {
    const stream = new EventStream(port, path, options);
    await within(stream.begun, `the head of the answer to GET ${path}`);
    return stream;
  }

  constructor(port, path, { headers = {} } = {}) {
    this.path = path;
    this.events = [];
    this.rest = ""; // of an event that has not ended
    this.ended = false;
    this.waiting = [];
    this.begun = new Promise((resolve, reject) => {
      const how = { host: "127.0.0.1", port, path, headers, agent: false };
      this.request = http.get(how, (response) => {
        this.status = response.statusCode;
        this.headers = response.headers;
        response.setEncoding("utf8").on("data", (text) => this.#take(text));
        response.on("end", () => this.#end());
        response.on("error", () => this.#end());
        resolve();
      });
      this.request.on("error", reject);
    });
    this.begun.catch(() => {});
  }

  #take(text) {
    const blocks = (this.rest + text).replaceAll("\r\n", "\n").split("\n\n");
    this.rest = blocks.pop();
    for (const block of blocks) {
      const event = { type: "message", data: [] };
      for (const line of block.split("\n")) {
        if (line.startsWith("event: ")) event.type = line.slice(7);
        if (line.startsWith("data: ")) event.data.push(line.slice(6));
      }
      if (event.data.length > 0) this.events.push({ ...event, data: event.data.join("\n") });
    }
    this.#wake();
  }

  #end() {
    this.ended = true;
    this.#wake();
  }

  #wake() {
    for (const wake of this.waiting.splice(0)) wake();
  }

  #progress(what, limit) {
    return within(
      new Promise((wake) => this.waiting.push(wake)),
      () => `${what} on ${this.path}; left: ${JSON.stringify(this.events.slice(0, 5))}`,
      limit.remaining(),
    );
  }

  /// Takes the next event.
  async next(what = "an event") {
    const limit = deadline();
    while (this.events.length === 0) {
      if (this.ended) throw new Error(`expected ${what}, but ${this.path} ended`);
      await this.#progress(what, limit);
    }
    return this.events.shift();
  }

  /// Waits for the end of the answer; what was not taken yet.
  async remaining() {
    const limit = deadline();
    while (!this.ended) await this.#progress("the end", limit);
    return this.events.splice(0);
  }

  close() {
    this.request.destroy();
  }
}
