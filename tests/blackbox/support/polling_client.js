import http from "node:http";
import https from "node:https";

import { within } from "./deadline.js";
import { sessionPath } from "./sockjs_client.js";

/// A SockJS client that polls: each call is one request, over a TCP connection
/// of its own. Frames come as they are on the wire.
export class PollingClient {
  constructor(port, { path = sessionPath(""), secure } = {}) {
    this.port = port;
    this.secure = secure;
    this.path = path.replace(/\/$/, "");
    this.pending = new Set();
  }

  /// A session that is open, connected as `user` and subscribed to `channels`.
  static async open(port, { user, key, channels = [], ...options } = {}) {
    const client = new PollingClient(port, options);
    const first = await client.receive("xhr");
    if (first.text !== "o\n") throw new Error(`the first poll got ${first.text}`);
    if (user !== undefined) {
      const commands = [`CONNECT ${user}:${key}`];
      if (channels.length > 0) commands.push(`SUBSCRIBE ${channels.join(":")}`);
      await client.send(commands);
    }
    return client;
  }

  /// The answer to one request: {status, headers, text}. `live` is called with
  /// what has arrived so far; once it returns true the answer is complete.
  request(method, resource, { body, headers = {}, localAddress, live } = {}) {
    const answer = new Promise((resolve, reject) => {
      const request = (this.secure ? https : http).request(
        {
          ...this.secure,
          host: "127.0.0.1",
          port: this.port,
          path: `${this.path}/${resource}`,
          method,
          headers,
          agent: false,
          localAddress,
        },
        (response) => {
          let text = "";
          const done = () => {
            this.pending.delete(request);
            resolve({ status: response.statusCode, headers: response.headers, text });
          };
          response.setEncoding("utf8");
          response.on("data", (part) => {
            text += part;
            if (live?.(text)) {
              done();
              request.destroy();
            }
          });
          response.on("end", done);
          response.on("error", reject);
        },
      );
      this.pending.add(request);
      request.on("error", reject);
      request.end(body);
    });
    return within(answer, `an answer to ${method} ${resource}`);
  }

  /// A request that receives: one poll, or what a stream has until `live` says
  /// that it is enough.
  receive(resource = "xhr", options = {}) {
    return this.request(/^xhr/.test(resource) ? "POST" : "GET", resource, options);
  }

  /// Sends messages; the application has got them when this returns.
  async send(messages) {
    const answer = await this.request("POST", "xhr_send", { body: JSON.stringify(messages) });
    if (answer.status !== 204) throw new Error(`xhr_send: ${answer.status} ${answer.text}`);
    return answer;
  }

  close() {
    for (const request of this.pending) request.destroy();
    this.pending.clear();
  }
}
