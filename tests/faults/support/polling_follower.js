import { PollingClient } from "../../blackbox/support/polling_client.js";
import { Receiver } from "./receiver.js";

/// A SockJS client that polls, and opens a new session when a request fails.
export class PollingFollower extends Receiver {
  constructor({ port, key, user, channel }) {
    super(user);
    this.open = () => PollingClient.open(port, { user, key, channels: [channel] });
    this.isStopped = false;
    this.ended = this.#run();
  }

  async #run() {
    while (!this.isStopped) {
      try {
        this.client = await this.open();
        this.connected();
        while (!this.isStopped) await this.#poll();
      } catch {
        this.client?.close(); // lost: again, with a new session
      }
    }
  }

  async #poll() {
    const { text } = await this.client.receive("xhr");
    if (text === "h\n") return;
    if (!text.startsWith("a[")) throw new Error(`the session is over: ${text}`);
    for (const { payload } of JSON.parse(text.slice(1))) this.took(Number(payload));
  }

  async close() {
    this.isStopped = true;
    this.client?.close();
    await this.ended;
  }
}
