import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { DEADLINE_MS } from "../../blackbox/support/deadline.js";

const run = promisify(execFile);

/// The application of the example configuration, which the page's commands
/// are written for.
export const EXAMPLE = { main: { key: "public", secret: "secret" } };

/// The demonstration page in a tab of its own browser context: what a person
/// sees and does there.
export class Demo {
  /// Opens the page of `server`; `query` is {key, user, channel}, all of them
  /// optional, and the rest are options of the browser context.
  static async open(browser, server, { query = {}, host = "127.0.0.1", ...options } = {}) {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(DEADLINE_MS);
    const demo = new Demo(context, await context.newPage());
    // An array for the page's lifetime, because CLS of the Layout Instability
    // API is only told to observers.
    await demo.page.addInitScript(() => {
      window.shifts = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shifts.push(entry.value);
      }).observe({ type: "layout-shift", buffered: true });
    });
    const search = new URLSearchParams(query);
    await demo.page.goto(`http://${host}:${server.port}/?${search}`);
    return demo;
  }

  constructor(context, page) {
    this.context = context;
    this.page = page;
    this.complaints = []; // of the console, and exceptions
    this.sockets = 0; // opened so far
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) {
        this.complaints.push(message.text());
      }
    });
    page.on("websocket", () => {
      this.sockets += 1;
    });
  }

  close() {
    return this.context.close();
  }

  get rows() {
    return this.page.getByRole("log").getByRole("listitem");
  }

  field(name) {
    return this.page.getByRole("textbox", { name });
  }

  /// Waits for "connecting", "open", "waiting" or "closed".
  async reaches(state) {
    await this.page.locator(`#status[data-state=${state}]`).waitFor();
  }

  /// What the status says, in one line.
  async status() {
    const text = await this.page.locator("#says").innerText();
    return text.replace(/\s*\n\s*/g, " ");
  }

  /// The command line shown for "channel" or "user".
  command(receiver) {
    return this.page.locator(`#to-${receiver}`).innerText();
  }

  /// Runs a command line as a person in a terminal does: {count} of the answer.
  async shell(line) {
    const { stdout } = await run("sh", ["-c", line], {
      env: { PATH: process.env.PATH, no_proxy: "*" },
    });
    return JSON.parse(stdout);
  }

  /// Runs the command line that the page shows until it reaches somebody: the
  /// server does not confirm a subscription.
  async send(receiver) {
    const end = Date.now() + DEADLINE_MS;
    for (;;) {
      const { count } = await this.shell(await this.command(receiver));
      if (count > 0) return count;
      if (Date.now() > end) throw new Error(`nobody gets what goes to the ${receiver}`);
    }
  }

  /// Waits until the newest row holds `text`; {time, to, payload} of it.
  async newest(text) {
    const row = this.rows.first();
    await row.filter({ hasText: text }).waitFor();
    return {
      time: await row.locator("time").innerText(),
      to: await row.locator("span").innerText(),
      payload: await row.locator("pre").innerText(),
    };
  }
}
