import assert from "node:assert/strict";

import { deadline } from "../../blackbox/support/deadline.js";
import { requestText } from "../../blackbox/support/raw_http.js";
import { Answer, strictText } from "./answer.js";
import { XHR } from "./transports.js";

/// A receiving request: its frames are taken one by one, and every byte
/// around them is checked.
export class Receiver {
  /// Sends the request. The head of the answer is read with the first frame,
  /// as a poll has none before.
  constructor(connection, transport, url, { headers = [], version, query = "" } = {}) {
    this.connection = connection;
    this.transport = transport;
    this.answer = null;
    this.ended = false;
    const length = transport.method === "POST" ? ["Content-Length: 0"] : [];
    connection.write(
      requestText(transport.method, url + transport.suffix + query, {
        version,
        headers: [...length, ...headers],
      }),
    );
  }

  /// Reads the head and the prelude, once; the status must be 200.
  async start(limit = deadline()) {
    if (this.answer) return this;
    const { transport } = this;
    const answer = await Answer.begin(this.connection, transport.method, limit);
    if (answer.status !== 200) await answer.complete();
    assert.equal(answer.status, 200, `${transport.name}: ${answer}`);
    if (transport.streaming) {
      this.prelude = await answer.nextChunk(`the prelude of ${transport.name}`, limit);
      assert.ok(this.prelude, `${transport.name}: no prelude`);
      transport.expectPrelude(strictText(this.prelude));
    }
    this.answer = answer;
    return this;
  }

  /// Bytes of the next frame as it is on the wire, or null after the last one.
  async nextWire(what = "a frame", limit = deadline()) {
    await this.start(limit);
    if (this.ended) return null;
    if (this.transport.streaming) {
      const chunk = await this.answer.nextChunk(`${what} on ${this.transport.name}`, limit);
      this.ended = chunk === null;
      return chunk;
    }
    this.ended = true;
    return this.answer.rest(`${what} on ${this.transport.name}`, limit);
  }

  /// The next frame, or null after the last one.
  async nextFrame(what, limit) {
    const wire = await this.nextWire(what, limit);
    return wire === null ? null : this.transport.frameOf(strictText(wire));
  }

  /// The next frame is this one.
  async expectFrame(frame) {
    assert.equal(await this.nextFrame(`the frame ${frame.slice(0, 60)}`), frame);
  }

  /// The response ends in the regular way, with no frame before it.
  async expectEnd() {
    assert.equal(await this.nextFrame("the end of the response"), null);
  }

  /// Closes the TCP connection as a client does that goes away.
  destroy() {
    this.connection.destroy();
  }

  /// Loses the TCP connection.
  reset() {
    this.connection.reset();
  }
}

/// A session by its URL, used by a client that does what the test says.
export class Session {
  constructor(ctx, url) {
    this.ctx = ctx;
    this.url = url;
    this.user = null;
  }

  /// A new receiving request.
  async receiver(transport, { connection, ...options } = {}) {
    return new Receiver(connection ?? (await this.ctx.connect()), transport, this.url, options);
  }

  /// The frame that one poll brings.
  async poll(transport = XHR) {
    const receiver = await this.receiver(transport);
    const frame = await receiver.nextFrame("the answer to a poll");
    receiver.destroy();
    return frame;
  }

  /// Opens the session: the first frame is `o`. The receiver goes on if it
  /// streams. With Thunderpush the client also connects as a user.
  async open(transport = XHR) {
    const receiver = await this.receiver(transport);
    await receiver.expectFrame("o");
    if (!transport.streaming) receiver.destroy();
    if (this.ctx.target.daemon) {
      this.user = this.ctx.name("user");
      await this.send(`CONNECT ${this.user}:${this.ctx.app.key}`);
    }
    return receiver;
  }

  /// Posts a body to xhr_send, or to another URL.
  post(body, { suffix = "/xhr_send", ...options } = {}) {
    return this.ctx.request("POST", this.url + suffix, { body, ...options });
  }

  /// Sends messages, which are accepted.
  async send(...messages) {
    const answer = await this.post(JSON.stringify(messages));
    assert.equal(answer.status, 204, String(answer));
  }

  /// Makes the application send a message to this session: the echo of `text`,
  /// or a publication for its user.
  async push(text) {
    if (this.user === null) return this.send(text);
    const answer = await this.ctx.rest.tell(this.user, JSON.stringify(text));
    assert.equal(answer.text, '{"count": 1}\n', String(answer));
  }

  /// The frame that brings what was pushed with these texts.
  frame(...texts) {
    const element = (text) => (this.user === null ? text : { payload: JSON.stringify(text) });
    return `a${JSON.stringify(texts.map(element))}`;
  }

  /// The server does not know the session.
  async isUnknown() {
    return (await this.post("[]")).status === 404;
  }
}

/// The receiver that a session has after open(): a poll has been answered, so
/// that it needs a new one.
export function attached(session, transport, receiver) {
  return transport.streaming ? receiver : session.receiver(transport);
}
