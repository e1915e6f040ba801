import http from "node:http";
import https from "node:https";

import { within } from "./deadline.js";

/// An answer of the API: status, headers (names in lower case), body text.
export class Answer {
  constructor(method, path, response, bytes) {
    this.request = `${method} ${path}`;
    this.status = response.statusCode;
    this.headers = response.headers;
    this.bytes = bytes;
    this.text = bytes.toString("utf8");
  }

  get json() {
    try {
      return JSON.parse(this.text);
    } catch {
      throw new Error(`${this}: the body is not JSON`);
    }
  }

  toString() {
    const body = this.text.length > 300 ? `${this.text.slice(0, 300)}…` : this.text;
    return `${this.request} answered ${this.status} ${JSON.stringify(body)}`;
  }
}

const agents = new Map();

function agentFor(port, { Agent }) {
  if (!agents.has(port)) agents.set(port, new Map());
  const ofPort = agents.get(port);
  if (!ofPort.has(Agent)) ofPort.set(Agent, new Agent({ keepAlive: true }));
  return ofPort.get(Agent);
}

/// Closes the kept connections to a server that is about to end.
export function forgetConnections(port) {
  for (const agent of agents.get(port)?.values() ?? []) agent.destroy();
  agents.delete(port);
}

/// One HTTP request, its path sent as it is. `body` is text or bytes; with
/// `secure`, options of node:tls, it goes over TLS.
export function request(
  port,
  method,
  path,
  { headers = {}, body, host = "127.0.0.1", secure } = {},
) {
  const protocol = secure ? https : http;
  const done = new Promise((resolve, reject) => {
    const outgoing = protocol.request(
      { host, port, method, path, headers, agent: agentFor(port, protocol), ...secure },
      (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.once("error", reject);
        response.once("end", () =>
          resolve(new Answer(method, path, response, Buffer.concat(parts))),
        );
      },
    );
    outgoing.once("error", (error) => {
      error.message = `${method} ${path}: ${error.message}`;
      reject(error);
    });
    if (body !== undefined) {
      const bytes = Buffer.from(body);
      outgoing.setHeader("Content-Length", bytes.length);
      outgoing.end(bytes);
    } else {
      outgoing.end();
    }
  });
  return within(done, `the answer to ${method} ${path}`);
}

/// The API of one application.
export class RestClient {
  constructor(port, { key, secret }, secure) {
    this.port = port;
    this.secure = secure;
    this.key = key;
    this.secret = secret;
  }

  /// `path` follows /api/1.0.0/KEY and is not escaped. `secret: null` sends
  /// no secret.
  request(method, path, { body, headers = {}, secret = this.secret, key = this.key } = {}) {
    const all = { ...headers };
    if (secret !== null) all["X-Thunder-Secret-Key"] = secret;
    const { port, secure } = this;
    return request(port, method, `/api/1.0.0/${key}${path}`, { body, headers: all, secure });
  }

  get(path, options) {
    return this.request("GET", path, options);
  }

  users() {
    return this.get("/users/");
  }

  user(id) {
    return this.get(`/users/${encodeURIComponent(id)}/`);
  }

  channel(name) {
    return this.get(`/channels/${encodeURIComponent(name)}/`);
  }

  /// Publishes the text `body`, as it is, to a channel.
  publish(channel, body, options = {}) {
    const path = `/channels/${encodeURIComponent(channel)}/`;
    return this.request("POST", path, { body, ...options });
  }

  /// Sends the text `body`, as it is, to a user.
  tell(user, body, options = {}) {
    const path = `/users/${encodeURIComponent(user)}/`;
    return this.request("POST", path, { body, ...options });
  }

  disconnect(user) {
    return this.request("DELETE", `/users/${encodeURIComponent(user)}/`);
  }
}
