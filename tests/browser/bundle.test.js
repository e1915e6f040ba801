// The JavaScript client as npm would publish it, bundled into a page by Vite.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { PackedProject } from "../../client/test/support/packed_project.js";
import { Site } from "./support/site.js";
import { Stage } from "./support/stage.js";

const stage = new Stage();

describe("a page bundled by Vite", () => {
  let project;
  let site;

  before(async () => {
    project = new PackedProject();
    site = await Site.ofFiles(await project.page());
  });

  after(async () => {
    await site?.close();
    project?.remove();
  });

  const visit = (options) =>
    stage.tab(`${site.address}?${new URLSearchParams({ server: stage.address, ...options })}`);

  async function shows(tab, text) {
    await tab.page.getByRole("listitem").filter({ hasText: text }).waitFor();
  }

  stage.scenario("connects, and shows what is published", async () => {
    const tab = await visit({ channel: "bundled", user: "alice" });
    await tab.reaches("open");
    await stage.subscribed("bundled", "alice");
    await stage.publish("bundled", '{"text": "Hello, page"}');
    await shows(tab, "Hello, page");
    assert.deepEqual(tab.complaints, []);
  });

  stage.scenario("is connected again after a restart of the server", async () => {
    const tab = await visit({ channel: "restarted", user: "alice" });
    await stage.subscribed("restarted", "alice");
    await stage.stopServer();
    await tab.reaches("waiting");
    await stage.restartServer();
    await stage.subscribed("restarted", "alice");
    await stage.publish("restarted", '{"text": "again"}');
    await shows(tab, "again");
  });

  stage.scenario("is told when the server does not want it", async () => {
    const tab = await visit({ key: "wrong" });
    await tab.reaches("closed");
  });
});
