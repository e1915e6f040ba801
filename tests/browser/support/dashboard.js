import assert from "node:assert/strict";

import { DEADLINE_MS } from "../../blackbox/support/deadline.js";
import { Tab } from "./tab.js";

/// The operators' dashboard in a tab of its own browser context: what an
/// operator sees and does there.
export class Dashboard {
  /// Opens the dashboard of `server`; `path` may name an actor (#actor/7), the
  /// rest are options of the browser context.
  static async open(browser, server, { path = "", prepare = () => {}, ...options } = {}) {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(DEADLINE_MS);
    const dashboard = new Dashboard(context, await context.newPage());
    await prepare(dashboard.page);
    await dashboard.page.goto(`http://127.0.0.1:${server.adminPort}/${path}`);
    return dashboard;
  }

  constructor(context, page) {
    this.tab = new Tab(context, page);
    this.page = page;
    this.asked = []; // URLs of its requests so far
    page.on("request", (request) => this.asked.push(new URL(request.url())));
  }

  get complaints() {
    return this.tab.complaints;
  }

  close() {
    return this.tab.close();
  }

  /// Waits until a figure has this value.
  figure(title, value) {
    const tile = this.page.locator(".figure-tile").filter({
      has: this.page.getByText(title, { exact: true }),
    });
    return tile.locator(".value").getByText(value, { exact: true }).waitFor();
  }

  /// Waits until the state says so.
  state(text) {
    return this.page.locator("#state-text").getByText(text).waitFor();
  }

  /// The rows of one of the tables: slow, homes, actors.
  rows(table) {
    return this.page.locator(`#${table} tbody tr`);
  }

  /// The row of a table whose heading is exactly this.
  row(table, heading) {
    const link = this.page.getByRole("link", { name: heading, exact: true });
    return this.rows(table).filter({ has: link });
  }

  /// Headings of the rows of the table of actors, from the top.
  names() {
    return this.rows("actors").locator("th").allInnerTexts();
  }

  /// Shows one kind of actors: "connection", "channel", ...
  async choose(kind) {
    await this.page.getByRole("radio", { name: new RegExp(`^${kind}s `, "i") }).check();
  }

  async filter(name) {
    await this.page.getByRole("searchbox", { name: "Exact name" }).fill(name);
    await this.page.getByRole("button", { name: "Filter" }).click();
  }

  /// The link in the table that opens an actor.
  actor(kind, name) {
    const ofKind = this.page.getByRole("cell", { name: kind, exact: true });
    return this.row("actors", name).filter({ has: ofKind }).getByRole("link");
  }

  /// Finds an actor by its kind and name, and opens it.
  async openActor(kind, name) {
    await this.choose(kind);
    await this.filter(name);
    await this.actor(kind, name).click();
    await this.panel.getByRole("heading", { name, exact: true }).waitFor();
  }

  get panel() {
    return this.page.getByRole("complementary");
  }

  get question() {
    return this.page.getByRole("dialog");
  }

  /// Waits until the panel shows a field with this value.
  field(name, value) {
    const entry = this.panel.locator("dl > div").filter({
      has: this.page.getByText(name, { exact: true }),
    });
    return entry.locator("dd").getByText(value, { exact: true }).waitFor();
  }

  /// Waits for what came of a command.
  outcome(text) {
    return this.page.locator("#outcome-text").getByText(text, { exact: true }).waitFor();
  }

  /// The server's answers are text, whatever is in them.
  async hasNoMarkup() {
    assert.equal(await this.page.locator("img, iframe, b > *, body script").count(), 0);
    assert.equal(await this.page.title(), "Thunderpush");
  }

  /// Whether dark text is on light ground.
  isLight() {
    return this.page.evaluate(() => {
      const brightness = (color) =>
        color
          .match(/\d+/g)
          .slice(0, 3)
          .reduce((sum, c) => sum + Number(c), 0);
      const { color, backgroundColor } = getComputedStyle(document.body);
      return brightness(backgroundColor) > brightness(color);
    });
  }
}
