import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { eventually } from "../../blackbox/support/deadline.js";
import { forgetConnections, request, RestClient } from "../../blackbox/support/rest.js";
import { ServerProcess, startServer, withLog } from "../../blackbox/support/server.js";
import { launch } from "./browser.js";
import { EXAMPLE } from "./demo.js";
import { Origins } from "./origins.js";
import { Tab } from "./tab.js";

let names = 0;

/// What the tests of a file share: a browser, a server, and pages' origins. Is
/// made once, at the top of the file.
export class Stage {
  /// `start` starts the server: the daemon unless it is another one.
  constructor(start = () => startServer({ apps: EXAMPLE })) {
    this.opened = []; // is closed after each test
    before(async () => {
      this.browser = await launch();
      this.server = await start();
      this.origins = await Origins.open();
    });
    afterEach(async () => {
      for (const thing of this.opened.splice(0).reverse()) await thing.close();
    });
    after(async () => {
      await this.browser?.close();
      await this.origins?.close();
      if (this.server?.alive) await this.stopServer();
    });
  }

  /// Host and port of the server.
  get address() {
    return `127.0.0.1:${this.server.port}`;
  }

  /// An address on the server.
  url(path) {
    return `http://${this.address}${path}`;
  }

  /// The API of the daemon's application.
  get rest() {
    return new RestClient(this.server.port, EXAMPLE.main);
  }

  /// A name that no other test uses.
  name(prefix) {
    return `${prefix}-${++names}`;
  }

  /// A test that shows the server's log when it fails.
  scenario(title, run, options = {}) {
    test(title, options, async () => {
      try {
        await run();
      } catch (error) {
        throw withLog(error, this.server);
      }
    });
  }

  /// Closes something after the test.
  keep(thing) {
    this.opened.push(thing);
    return thing;
  }

  /// A tab for the test; options are those of the browser context.
  async tab(address = "about:blank", options = {}) {
    return this.keep(await Tab.open(this.browser, address, options));
  }

  /// Waits until exactly these users are subscribed, in whichever order.
  async subscribed(channel, ...users) {
    await eventually(`${users} in ${channel}`, async () => {
      const answer = await this.rest.channel(channel);
      assert.deepEqual(answer.json.users.sort(), users.sort());
    });
  }

  async isOnline(user) {
    return (await this.rest.user(user)).json.online;
  }

  /// Publishes a JSON text to everybody who is subscribed: so many.
  async publish(channel, text, count = 1) {
    assert.deepEqual((await this.rest.publish(channel, text)).json, { count });
  }

  /// How many connections the daemon has had so far.
  async connectionsSoFar() {
    return (await request(this.server.adminPort, "GET", "/stats")).json.connections_opened;
  }

  /// Ends the server as an operator does.
  async stopServer() {
    forgetConnections(this.server.port);
    await this.server.stop();
  }

  /// Ends the server as a crash does.
  async killServer() {
    forgetConnections(this.server.port);
    await this.server.end("SIGKILL");
  }

  /// Starts the server that has ended, with the same files and ports.
  async restartServer() {
    const { port, adminPort, apps, directory, file } = this.server;
    this.server = new ServerProcess(["--config", file]);
    Object.assign(this.server, { port, adminPort, apps, directory, file });
    await this.server.ready(port);
  }
}
