import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { source } from "./support/source.js";

const { growth, perSecond, restarted } = await source("rates");
const { sampleOf } = await source("sample");

const reading = (at, uptime_seconds, counted) => ({ at, uptime_seconds, counted });
const counted = (of) => of.counted;

describe("the rate of a counter", () => {
  test("is its growth by the time between two readings", () => {
    assert.equal(perSecond(reading(1000, 10, 100), reading(3000, 12, 150), counted), 25);
  });

  test("is not known if no time has passed", () => {
    assert.equal(perSecond(reading(1000, 10, 100), reading(1000, 10, 150), counted), null);
  });

  test("is 0 while nothing is counted", () => {
    assert.equal(perSecond(reading(0, 10, 100), reading(1000, 11, 100), counted), 0);
  });
});

describe("a restart of the server", () => {
  test("is known by an uptime that is less than it should be", () => {
    assert.equal(restarted(reading(0, 100, 0), reading(1000, 3, 0)), true);
  });

  test("is known also if the new process has been up for longer than the old one was seen", () => {
    assert.equal(restarted(reading(0, 5, 0), reading(60_000, 20, 0)), true);
  });

  test("is not supposed when an answer took its time", () => {
    assert.equal(restarted(reading(0, 100, 0), reading(2900, 101, 0)), false);
  });

  test("lets a counter begin at 0", () => {
    assert.equal(growth(reading(0, 100, 5000), reading(1000, 1, 30), counted), 30);
  });

  test("counts what the new process counted, even if that is more than before", () => {
    assert.equal(growth(reading(0, 5, 10), reading(60_000, 20, 500), counted), 500);
  });

  test("never makes a rate negative, even if the uptime does not tell", () => {
    assert.equal(perSecond(reading(0, 1, 500), reading(2000, 1, 10), counted), 5);
  });
});

describe("a sample", () => {
  const stats = (uptime_seconds, figures) => ({
    uptime_seconds,
    publications: 0,
    deliveries: 0,
    slow_consumers: 0,
    actor_failures: 0,
    ...figures,
  });

  test("has no rates if it is the first", () => {
    const { published, delivered, failures } = sampleOf(
      0,
      stats(9, { deliveries: 7 }),
      [],
      undefined,
    );
    assert.deepEqual(
      { published, delivered, failures },
      { published: null, delivered: null, failures: 0 },
    );
  });

  test("has the rates since the one before", () => {
    const before = sampleOf(0, stats(9, { publications: 10, deliveries: 100 }), [], undefined);
    const now = sampleOf(2000, stats(11, { publications: 14, deliveries: 300 }), [], before);
    assert.equal(now.published, 2);
    assert.equal(now.delivered, 100);
  });

  test("counts failures and slow consumers since the one before, across a restart", () => {
    const before = sampleOf(0, stats(90, { slow_consumers: 40, actor_failures: 4 }), [], undefined);
    const now = sampleOf(1000, stats(1, { slow_consumers: 2, actor_failures: 1 }), [], before);
    assert.equal(now.closedAsSlow, 2);
    assert.equal(now.failures, 1);
  });
});
