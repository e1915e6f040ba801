import assert from "node:assert/strict";

import { nextText } from "./scenario.js";
import { TRANSPORTS } from "./transports.js";

// Frames of one session, taken one after the other: a response that has ended
// is followed by the next receiving request.
class HttpLine {
  constructor(session, transport, receiver) {
    this.session = session;
    this.transport = transport;
    this.receiver = receiver;
  }

  async next() {
    for (;;) {
      const frame = await this.receiver.nextFrame("a frame");
      if (frame !== null) return frame;
      this.receiver.destroy();
      this.receiver = await this.session.receiver(this.transport);
    }
  }

  async sendJson(text) {
    const answer = await this.session.post(text);
    assert.equal(answer.status, 204, String(answer));
  }
}

class WebSocketLine {
  constructor(client) {
    this.client = client;
  }

  next() {
    return nextText(this.client);
  }

  async sendJson(text) {
    this.client.sendText(text);
  }
}

async function openLine(ctx, name) {
  if (name === "websocket") return new WebSocketLine(await ctx.websocket());
  const transport = TRANSPORTS.find((one) => one.name === name);
  const session = ctx.session();
  return new HttpLine(session, transport, await session.open(transport));
}

/// Every transport by name.
export const LINES = [...TRANSPORTS.map((transport) => transport.name), "websocket"];

/// Sends this JSON text of an array of `count` strings on an echo service and
/// returns, for each transport, the raw JSON texts of the elements that come
/// back and their values.
export async function echoesOf(ctx, json, count) {
  return Promise.all(
    LINES.map(async (name) => {
      const line = await openLine(ctx, name);
      await line.sendJson(json);
      const echoes = { name, raw: "", values: [] };
      while (echoes.values.length < count) {
        const frame = await line.next();
        assert.match(frame, /^a\[/, `${name}: an array of messages`);
        echoes.raw += frame.slice(1);
        echoes.values.push(...JSON.parse(frame.slice(1)));
      }
      return echoes;
    }),
  );
}
