import assert from "node:assert/strict";

/// Publishes 0, 1, 2 … to a channel of one application, one after the other,
/// and takes them from a subscriber, until it is stopped: each has to arrive
/// once, in order, on the connection it began with.
export class PublishLoop {
  /// One that has got its first message.
  static async start(ctx, app = "main") {
    const channel = ctx.name("loop");
    const client = await ctx.subscriber({ channels: [channel], app });
    const loop = new PublishLoop(ctx.rest(app), channel, client);
    await loop.further(1);
    return loop;
  }

  constructor(rest, channel, client) {
    this.rest = rest;
    this.channel = channel;
    this.client = client;
    this.published = 0;
    this.stopped = false;
    this.waiting = [];
    this.failure = null;
    this.ended = this.#run().catch((error) => {
      this.failure = error;
      this.#wake();
    });
  }

  async #run() {
    while (!this.stopped) {
      const payload = String(this.published);
      const answer = await this.rest.publish(this.channel, payload);
      assert.equal(answer.text, '{"count": 1}\n', String(answer));
      const message = await this.client.nextMessage(`message ${payload} of the loop`);
      assert.deepEqual(message, { payload, channel: this.channel });
      this.published += 1;
      this.#wake();
    }
  }

  #wake() {
    for (const wake of this.waiting.splice(0)) wake();
  }

  /// Waits until `count` more have arrived.
  async further(count = 5) {
    const goal = this.published + count;
    while (this.published < goal && !this.failure) {
      await new Promise((wake) => this.waiting.push(wake));
    }
    if (this.failure) throw this.failure;
  }

  /// Ends it; throws if anything was lost, doubled or out of order.
  async stop() {
    this.stopped = true;
    await this.ended;
    if (this.failure) throw this.failure;
  }
}
