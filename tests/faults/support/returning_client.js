import { SockjsClient } from "../../blackbox/support/sockjs_client.js";
import { Receiver } from "./receiver.js";

/// A SockJS client by WebSocket that is not ours: it opens a new session, and
/// says the same again, whenever it was lost.
export class ReturningClient extends Receiver {
  constructor({ port, key, user, channel }) {
    super(user);
    this.port = port;
    this.commands = [`CONNECT ${user}:${key}`, `SUBSCRIBE ${channel}`];
    this.isStopped = false;
    this.ended = this.#run();
  }

  async #run() {
    while (!this.isStopped) {
      try {
        await this.#session();
      } catch {
        // Nobody is there: again, once others have had their turn.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  async #session() {
    this.client = await SockjsClient.open(this.port);
    this.connected();
    this.client.socket.on("message", (data) => {
      const frame = data.toString("utf8");
      if (!frame.startsWith("a[")) return;
      for (const { payload } of JSON.parse(frame.slice(1))) this.took(Number(payload));
    });
    this.client.send(...this.commands);
    await this.client.ended;
  }

  async close() {
    this.isStopped = true;
    this.client?.terminate();
    await this.ended;
  }
}
