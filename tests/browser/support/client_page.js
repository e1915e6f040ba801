import { fileURLToPath } from "node:url";

import { DEADLINE_MS, eventually } from "../../blackbox/support/deadline.js";
import { SOCKJS_CLIENT } from "./sockjs_client.js";

const WATCHED = fileURLToPath(new URL("in_page/watched_thunder.js", import.meta.url));

/// A page with the client as a plain script, as the server serves it, beside
/// npm's sockjs-client.
export class ClientPage {
  /// Visits `address` with a Tab, for the server at 127.0.0.1:`port`.
  static async visit(tab, address, port) {
    const { page } = tab;
    await page.goto(address);
    await page.addScriptTag({ path: SOCKJS_CLIENT });
    await page.addScriptTag({ url: `http://127.0.0.1:${port}/client/thunderpush.js` });
    await page.addScriptTag({ path: WATCHED });
    return new ClientPage(page, port);
  }

  constructor(page, port) {
    this.page = page;
    this.port = port;
  }

  /// A client of this name; not connected yet. Options are those of Thunder, a
  /// transport of sockjs-client (without one it uses the raw WebSocket), and
  /// `withoutConnect`.
  async client(name, { transport, ...options }) {
    const all = {
      server: `127.0.0.1:${this.port}`,
      transport,
      sockjs: { transports: [transport], timeout: DEADLINE_MS },
      ...options,
    };
    await this.page.evaluate(
      ([name, options]) => {
        watched[name] = new WatchedThunder(options);
      },
      [name, all],
    );
    return new PageClient(this.page, name, transport);
  }
}

/// A Thunder in a page.
class PageClient {
  constructor(page, name, transport) {
    this.page = page;
    this.name = name;
    this.transport = transport;
  }

  subscribe(channel) {
    return this.page.evaluate(
      ([name, channel]) => {
        watched[name].thunder.channel(channel).subscribe();
      },
      [this.name, channel],
    );
  }

  /// Connects with subscriptions.
  async connect(...channels) {
    for (const channel of channels) await this.subscribe(channel);
    await this.page.evaluate((name) => {
      watched[name].thunder.connect().catch(() => {}); // the states tell
    }, this.name);
  }

  close() {
    return this.page.evaluate((name) => watched[name].thunder.close(), this.name);
  }

  /// What it has told: {states, messages}; and {sockets, transport}: how many
  /// it has made so far, and what carries the newest.
  told() {
    return this.page.evaluate((name) => {
      const { states, messages, sockets } = watched[name];
      return { states, messages, sockets: sockets.length, transport: sockets.at(-1)?.transport };
    }, this.name);
  }

  /// Resolves with {code, reason} of a state, once it is the newest.
  async reaches(wanted) {
    return eventually(`${this.name} to be ${wanted}`, async () => {
      const { state, code, reason } = (await this.told()).states.at(-1) ?? {};
      if (state !== wanted) throw new Error(`it is ${state}, ${code} ${reason}`);
      return { code, reason };
    });
  }

  /// Resolves with the first `count` messages.
  async received(count) {
    return eventually(`${count} messages for ${this.name}`, async () => {
      const { messages } = await this.told();
      if (messages.length < count) throw new Error(`got ${JSON.stringify(messages)}`);
      return messages;
    });
  }
}
