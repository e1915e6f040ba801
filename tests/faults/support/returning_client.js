import { SockjsClient } from "../../blackbox/support/sockjs_client.js";

/// A SockJS client by WebSocket that opens a new session, and says the same
/// again, whenever it was lost, as pages with any SockJS client do.
export class ReturningClient {
  constructor(port, commands) {
    this.port = port;
    this.commands = commands;
    this.messages = [];
    this.sessions = 0;
    this.stopped = false;
    this.ended = this.#run();
  }

  async #run() {
    while (!this.stopped) {
      try {
        await this.#session();
      } catch {
        // Lost, or nobody there: again, once others have had their turn.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  async #session() {
    this.client = await SockjsClient.open(this.port);
    this.sessions += 1;
    this.client.socket.on("message", (data) => {
      const frame = data.toString("utf8");
      if (frame.startsWith("a[")) this.messages.push(...JSON.parse(frame.slice(1)));
    });
    this.client.send(...this.commands);
    await this.client.ended;
  }

  async close() {
    this.stopped = true;
    this.client?.terminate();
    await this.ended;
  }
}
