import { fileURLToPath } from "node:url";

import { DEADLINE_MS, within } from "../../blackbox/support/deadline.js";
import { allOfUnicode, charactersFrom, ESCAPED_RANGES } from "../../sockjs/support/characters.js";
import { SOCKJS_CLIENT } from "./sockjs_client.js";

const CHARACTERS = [
  `const ESCAPED_RANGES = ${JSON.stringify(ESCAPED_RANGES)};`,
  charactersFrom,
  allOfUnicode,
].join("\n");
const CLIENT = fileURLToPath(new URL("in_page/echo_client.js", import.meta.url));

// The test server has no scripts for the page in its iframe.
const IFRAME_SCRIPT = "**/client/sockjs.min.js";

/// A page with a sockjs-client that is forced to one transport.
export class EchoPage {
  /// Visits `address` with a Tab, and begins to connect to `url`.
  static async visit(tab, address, url, transport) {
    const { page } = tab;
    await page.goto(address);
    await page.addScriptTag({ path: SOCKJS_CLIENT });
    await page.addScriptTag({ content: CHARACTERS });
    await page.addScriptTag({ path: CLIENT });
    await page.route(IFRAME_SCRIPT, (route) =>
      route.fulfill({ path: SOCKJS_CLIENT, contentType: "text/javascript" }),
    );
    await page.evaluate(
      ([url, transport, timeout]) => {
        window.client = new EchoClient(url, [transport], timeout);
      },
      [url, transport, DEADLINE_MS],
    );
    return new EchoPage(page, transport);
  }

  constructor(page, transport) {
    this.page = page;
    this.transport = transport;
  }

  #evaluate(what, run, argument) {
    return within(this.page.evaluate(run, argument), `${what} with ${this.transport}`);
  }

  /// Resolves with the transport in use. From then on nothing stands between
  /// the page and the server.
  async opened() {
    const transport = await this.#evaluate("the open event", () => client.opened);
    await this.page.unroute(IFRAME_SCRIPT);
    return transport;
  }

  /// Resolves with {code, reason, wasClean}.
  closed() {
    return this.#evaluate("the close event", () => client.closed);
  }

  /// Sends the texts of a name, `ahead` of them before the first has come back;
  /// resolves with what is wrong with those that come back.
  async differences(name, { ahead, atOnce = Infinity } = {}) {
    const count = await this.page.evaluate((name) => textsOf(name).length, name);
    const wrong = [];
    for (let begin = 0; begin < count; begin += atOnce) {
      const end = Math.min(count, begin + atOnce);
      wrong.push(
        ...(await this.#evaluate(
          `echoes of ${name}, ${begin} to ${end} of ${count},`,
          ([name, begin, end, ahead]) => client.differences(name, begin, end, ahead),
          [name, begin, end, ahead],
        )),
      );
    }
    return wrong;
  }

  /// Sends lone surrogates; resolves with those that come back as something that
  /// is neither what was sent nor its replacement.
  alteredSurrogates() {
    return this.#evaluate("echoes of surrogates", () => client.alteredSurrogates());
  }

  /// Sends texts; resolves with as many that come back.
  echo(...texts) {
    return this.#evaluate(`${texts.length} echoes`, (texts) => client.echo(texts), texts);
  }

  /// How many messages have come.
  count() {
    return this.page.evaluate(() => client.received.length);
  }
}
