import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { source } from "./support/source.js";

const { legacyRetry, retryDelay, standardRetry } = await source("retry");

const NEARLY_ONE = 1 - Number.EPSILON;
const eightDelays = (policy, random) =>
  [...Array(8).keys()].map((n) => retryDelay(policy, n, random));

describe("the delay before an attempt", () => {
  test("grows, and its last value is repeated", () => {
    const expected = [1000, 2500, 5000, 10000, 30000, 60000, 60000, 60000];
    assert.deepEqual(eightDelays(legacyRetry, 0.5), expected);
    assert.deepEqual(eightDelays(standardRetry, 0.5), expected);
  });

  test("is up to a fifth shorter or longer with the legacy policy", () => {
    assert.deepEqual(eightDelays(legacyRetry, 0).slice(0, 3), [800, 2000, 4000]);
    assert.deepEqual(eightDelays(legacyRetry, NEARLY_ONE).slice(0, 3), [1200, 3000, 6000]);
  });

  test("is up to a half shorter or longer with the standard policy", () => {
    assert.deepEqual(eightDelays(standardRetry, 0).slice(0, 3), [500, 1250, 2500]);
    assert.deepEqual(eightDelays(standardRetry, NEARLY_ONE).slice(0, 3), [1500, 3750, 7500]);
  });

  test("is exact without jitter", () => {
    for (const random of [0, NEARLY_ONE])
      assert.equal(retryDelay({ delays: [7], jitter: 0 }, 3, random), 7);
  });

  test("is none if there are no delays", () => {
    assert.equal(retryDelay({ delays: [], jitter: 0.5 }, 0, 0), 0);
  });
});
