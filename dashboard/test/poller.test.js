import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { settled, SteppedClock } from "./support/stepped_clock.js";
import { source } from "./support/source.js";

const { Poller } = await source("poller");

/// A poller with tasks whose requests a test answers.
class Desk {
  constructor(...names) {
    this.clock = new SteppedClock();
    this.asked = []; // names, in order
    this.open = []; // {name, resolve, reject} of requests without an answer
    this.events = [];
    this.tasks = Object.fromEntries(names.map((name) => [name, this.task(name)]));
    const events = {
      answered: () => this.events.push("answered"),
      failed: (error, delay) => this.events.push(`${error.message} ${delay}`),
    };
    this.poller = new Poller(Object.values(this.tasks), events, this.clock);
  }

  task(name) {
    return {
      every: 1,
      wanted: () => true,
      run: () =>
        new Promise((resolve, reject) => {
          this.asked.push(name);
          this.open.push({ name, resolve, reject });
          assert.equal(this.open.length, 1, "one request at a time");
        }),
    };
  }

  async answer() {
    this.open.shift().resolve();
    await settled();
  }

  async fail() {
    this.open.shift().reject(new Error("down"));
    await settled();
  }
}

async function started(...names) {
  const desk = new Desk(...names);
  desk.poller.start();
  await settled();
  return desk;
}

describe("polling", () => {
  test("asks for one thing after the other", async () => {
    const desk = await started("a", "b");
    assert.deepEqual(desk.asked, ["a"]);
    await desk.answer();
    assert.deepEqual(desk.asked, ["a", "b"]);
    await desk.answer();
    assert.deepEqual(desk.events, ["answered"]);
  });

  test("begins each second, however long the answers took", async () => {
    const desk = await started("a");
    desk.clock.time = 300;
    await desk.answer();
    assert.equal(desk.clock.next, 1000);
    await desk.clock.step();
    desk.clock.time = 2500;
    await desk.answer();
    assert.equal(desk.clock.next, 2500, "late: at once, but not twice");
    await desk.clock.step();
    assert.deepEqual(desk.asked, ["a", "a", "a"]);
  });

  test("waits longer after each failure, up to 15 s, and a second after an answer", async () => {
    const desk = await started("a");
    const waits = [];
    for (let i = 0; i < 6; ++i) {
      await desk.fail();
      waits.push(desk.clock.next - desk.clock.time);
      await desk.clock.step();
    }
    assert.deepEqual(waits, [1000, 2000, 4000, 8000, 15000, 15000]);
    assert.equal(desk.events[0], "down 1000");
    await desk.answer();
    assert.equal(desk.clock.next - desk.clock.time, 1000);
    await desk.clock.step();
    await desk.fail();
    assert.equal(desk.clock.next - desk.clock.time, 1000);
  });

  test("asks nothing else in a round that has failed", async () => {
    const desk = await started("a", "b");
    await desk.fail();
    assert.deepEqual(desk.asked, ["a"]);
    await desk.clock.step();
    assert.deepEqual(desk.asked, ["a", "a"]);
  });

  test("leaves out what nobody wants, and asks for some things less often", async () => {
    const desk = new Desk("a", "b", "c");
    desk.tasks.b.wanted = () => false;
    desk.tasks.c.every = 2;
    desk.poller.start();
    await settled();
    for (let i = 0; i < 2; ++i) await desk.answer();
    await desk.clock.step();
    await desk.answer();
    await desk.clock.step();
    assert.deepEqual(desk.asked, ["a", "c", "a", "a"]);
  });

  test("asks at once for what is urgent, when the present answer is there", async () => {
    const desk = await started("a", "b", "c");
    desk.poller.ask(desk.tasks.c);
    assert.deepEqual(desk.asked, ["a"]);
    await desk.answer();
    assert.deepEqual(desk.asked, ["a", "c"]);
    await desk.answer();
    assert.deepEqual(desk.asked, ["a", "c", "b"]);
  });

  test("does not wait for the next round with what is urgent", async () => {
    const desk = await started("a", "b");
    await desk.answer();
    await desk.answer();
    desk.poller.ask(desk.tasks.b);
    await settled();
    assert.deepEqual(desk.asked, ["a", "b", "b"]);
  });
});

describe("a poller that is stopped", () => {
  test("asks nothing more after the request that is under way", async () => {
    const desk = await started("a", "b");
    desk.poller.stop();
    await desk.answer();
    assert.deepEqual(desk.asked, ["a"]);
    assert.equal(desk.clock.next, Infinity);
    assert.deepEqual(desk.events, []);
  });

  test("still asks for what is urgent, and for nothing else", async () => {
    const desk = await started("a", "b");
    desk.poller.stop();
    await desk.answer();
    desk.poller.ask(desk.tasks.b);
    await settled();
    await desk.answer();
    assert.deepEqual(desk.asked, ["a", "b"]);
    assert.equal(desk.clock.next, Infinity);
  });

  test("goes on at once when it is started again, with one round", async () => {
    const desk = await started("a");
    desk.poller.stop();
    desk.poller.start();
    desk.poller.start();
    await settled();
    assert.deepEqual(desk.asked, ["a"]);
    await desk.answer();
    desk.poller.start();
    await settled();
    assert.deepEqual(desk.asked, ["a", "a"]);
    assert.equal(desk.clock.next, Infinity, "no second round waits");
  });
});
