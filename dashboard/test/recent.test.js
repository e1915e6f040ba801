import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { source } from "./support/source.js";

const { Recent, columns } = await source("recent");

describe("recent samples", () => {
  test("are forgotten when they are older than the span", () => {
    const recent = new Recent(1000);
    for (const at of [0, 500, 1000, 1500]) recent.add({ at });
    assert.deepEqual(
      recent.samples.map(({ at }) => at),
      [500, 1000, 1500],
    );
    assert.equal(recent.newest.at, 1500);
  });

  test("begin anew when the clock was set back", () => {
    const recent = new Recent(1000);
    for (const at of [5000, 6000, 100]) recent.add({ at });
    assert.deepEqual(recent.samples, [{ at: 100 }]);
  });
});

describe("the columns of a plot", () => {
  const value = (sample) => sample.value;

  test("have times in seconds and one array for each series", () => {
    const samples = [
      { at: 1000, value: 1 },
      { at: 2000, value: 2 },
    ];
    const twice = (sample) => sample.value * 2;
    assert.deepEqual(columns(samples, [value, twice], 5000), [
      [1, 2],
      [1, 2],
      [2, 4],
    ]);
  });

  test("have a gap where samples are missing", () => {
    const samples = [
      { at: 1000, value: 1 },
      { at: 9000, value: 2 },
    ];
    assert.deepEqual(columns(samples, [value], 5000), [
      [1, 1.001, 9],
      [1, null, 2],
    ]);
  });

  test("are empty without samples", () => {
    assert.deepEqual(columns([], [value], 5000), [[], []]);
  });
});
