import { DEADLINE_MS } from "../../blackbox/support/deadline.js";

/// A page in a tab of its own browser context, with what its console says.
export class Tab {
  /// Opens an address; the rest are options of the browser context.
  static async open(browser, address, options = {}) {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(DEADLINE_MS);
    const tab = new Tab(context, await context.newPage());
    await tab.page.goto(address);
    return tab;
  }

  constructor(context, page) {
    this.context = context;
    this.page = page;
    this.complaints = []; // of the console, and exceptions
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.complaints.push(message.text());
    });
  }

  /// Waits until the element #state says so.
  reaches(state) {
    return this.page.locator("#state", { hasText: new RegExp(`^${state}$`) }).waitFor();
  }

  /// Whether the page, or a part of it, has to be scrolled sideways.
  overflows() {
    return this.page.evaluate(() =>
      [...document.querySelectorAll("html, body *")].some((element) => {
        const scrolls =
          element === document.documentElement || getComputedStyle(element).overflowX === "auto";
        return scrolls && element.scrollWidth > element.clientWidth;
      }),
    );
  }

  close() {
    return this.context.close();
  }
}
