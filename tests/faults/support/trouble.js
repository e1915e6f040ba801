import assert from "node:assert/strict";

import { see } from "../../blackbox/support/admin.js";
import { eventually } from "../../blackbox/support/deadline.js";
import { EventStream } from "../../blackbox/support/event_stream.js";
import { untilListed, untilOnline } from "../../blackbox/support/expect.js";

const CALM = "calm"; // the channel of those whom no failure concerns
const MARK = "as the test wants it"; // what injected failures say

/// A failure on a server, whom it concerns, and others whom it does not. `ctx`
/// is a scenario with `faults`.
export class Trouble {
  /// Of the server.
  static options = {
    config: { limits: { channel_backlog_bytes: "1KiB" }, log: { level: "info" } },
  };

  static async start(ctx) {
    const trouble = new Trouble(ctx);
    trouble.others = [
      await ctx.subscriber({ channels: [CALM] }),
      await ctx.subscriber({ channels: [CALM], raw: true }),
      await ctx.subscriber({ channels: [CALM] }),
      await ctx.subscriber({ channels: [CALM], raw: true }),
    ];
    await trouble.untilQuiet();
    trouble.atStart = (await see(ctx, "/stats")).actors;
    return trouble;
  }

  constructor(ctx) {
    this.ctx = ctx;
    this.rest = ctx.rest();
    this.key = ctx.server.apps.main.key;
    this.user = "troubled";
    this.channel = "troubles";
    this.armed = 0;
    this.clients = [];
  }

  /// The handlers of these names throw when they are called next.
  async arm(...handlers) {
    for (const each of handlers) await this.ctx.faults.arm(each);
    this.armed += handlers.length;
  }

  /// A client of the user in the channel.
  async client() {
    const { user, channel } = this;
    const client = await this.ctx.subscriber({ user, channels: [channel], raw: true });
    this.clients.push(client);
    await this.untilQuiet();
    return client;
  }

  /// Nothing is under way: the channels by which scenarios wait have gone.
  async untilQuiet() {
    await eventually("only the channels of the test to be there", async () => {
      const { channels } = await see(this.ctx, "/channels");
      return channels.every(({ name }) => [CALM, this.channel].includes(name));
    });
  }

  publish(payload = '"lost"') {
    return this.rest.publish(this.channel, payload);
  }

  tell(payload = '"lost"') {
    return this.rest.tell(this.user, payload);
  }

  trace() {
    const path = `/trace?app=main&user=${this.user}`;
    return EventStream.open(this.ctx.server.adminPort, path);
  }

  /// Waits until all that was armed has thrown.
  async untilFailed() {
    await eventually("the handler to throw", () => this.ctx.faults.allHappened());
  }

  /// The user is offline and in no channel.
  async untilGone() {
    await untilOnline(this.rest, this.user, false);
    await untilListed(this.rest, this.channel, []);
  }

  /// The client is online, in its channel, and gets what is for both.
  async expectServed(client) {
    await untilOnline(this.rest, this.user);
    await untilListed(this.rest, this.channel, [this.user]);
    const payload = '"served"';
    assert.deepEqual((await this.publish(payload)).json, { count: 1 });
    assert.deepEqual(await client.nextMessage(), { payload, channel: this.channel });
    assert.deepEqual((await this.tell(payload)).json, { count: 1 });
    assert.deepEqual(await client.nextMessage(), { payload });
  }

  /// All that was armed has thrown, and was told of; others are served as if
  /// nothing had been; and nothing is left of it when the clients have gone.
  async expectOthersServed() {
    await this.untilFailed();
    const { ctx, others } = this;
    assert.equal((await see(ctx, "/stats")).actor_failures, this.armed);
    await eventually("the log to tell of it", () => {
      assert.equal(ctx.server.stderr.split(MARK).length - 1, this.armed);
    });
    await untilListed(this.rest, CALM, others.map(({ user }) => user));
    const payload = '"calm"';
    assert.deepEqual((await this.rest.publish(CALM, payload)).json, { count: others.length });
    for (const each of others) {
      assert.deepEqual(await each.nextMessage(), { payload, channel: CALM });
      assert.deepEqual((await this.rest.user(each.user)).json, { online: true });
      await ctx.expectNothingElse(each);
    }
    for (const each of this.clients) each.terminate();
    await eventually("nothing to be left of it", async () => {
      assert.deepEqual((await see(ctx, "/stats")).actors, this.atStart);
    });
  }
}
