import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";

import { source } from "./support/source.js";

const { runtime } = await source("environment");

describe("the environment", () => {
  test("has a clock that does not go back, and chance from 0 up to 1", () => {
    const before = runtime.now();
    assert.ok(runtime.now() >= before);
    for (let i = 0; i < 100; ++i) {
      const chance = runtime.random();
      assert.ok(chance >= 0 && chance < 1);
    }
  });

  test("runs a task after its time, unless it is called off", async () => {
    const ran = [];
    runtime.after(1, () => ran.push("called off"))();
    await new Promise((done) => runtime.after(1, () => done(ran.push("run"))));
    assert.deepEqual(ran, ["run"]);
  });

  describe("in a browser", () => {
    let page;
    const globals = ["addEventListener", "removeEventListener"];

    beforeEach(() => {
      page = new EventTarget();
      for (const name of globals) globalThis[name] = page[name].bind(page);
    });

    afterEach(() => {
      for (const name of globals) delete globalThis[name];
    });

    test("runs a task when the network is back, unless it is called off", () => {
      const ran = [];
      runtime.whenOnline(() => ran.push("called off"))();
      runtime.whenOnline(() => ran.push("run"));
      page.dispatchEvent(new Event("online"));
      assert.deepEqual(ran, ["run"]);
    });
  });

  test("of Node knows nothing of the network", () => {
    runtime.whenOnline(assert.fail)();
  });
});
