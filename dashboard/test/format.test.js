import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { source } from "./support/source.js";

const format = await source("format");

const CASES = {
  count: [
    [0, "0"],
    [999, "999"],
    [1234567, "1,234,567"],
  ],
  rate: [
    [0, "0"],
    [0.04, "0"],
    [1.25, "1.3"],
    [9.96, "10"],
    [12345.6, "12,346"],
  ],
  bytes: [
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [9000, "9.0 kB"],
    [99_949, "99.9 kB"],
    [99_950, "100 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [2_345_678, "2.3 MB"],
    [5e15, "5,000 TB"],
  ],
  short: [
    [0, "0"],
    [0.5, "0.5"],
    [12_000, "12k"],
    [1_500_000, "1.5M"],
    [9_182_736_455, "9.2G"],
  ],
  shortBytes: [
    [500, "500 B"],
    [2_000_000, "2 MB"],
  ],
  milliseconds: [
    [0, "0 ms"],
    [0.0042, "0.004 ms"],
    [0.09, "0.090 ms"],
    [0.9, "0.90 ms"],
    [0.999, "1.0 ms"],
    [9.94, "9.9 ms"],
    [9.96, "10 ms"],
    [999.6, "1.0 s"],
    [12_345, "12.3 s"],
    [59_970, "59 s"],
    [83_000, "1 min 23 s"],
  ],
  shortMilliseconds: [
    [0, "0 ms"],
    [0.5, "0.5 ms"],
    [250, "250 ms"],
    [1500, "1.5 s"],
  ],
  duration: [
    [0, "0 s"],
    [0.9, "0 s"],
    [59, "59 s"],
    [60, "1 min"],
    [3600, "1 h"],
    [3661, "1 h 1 min"],
    [86_400 * 3 + 3600 * 4 + 59, "3 d 4 h"],
    [86_400 * 400, "400 d"],
  ],
  percent: [
    [0, "0 %"],
    [0.0001, "< 0.1 %"],
    [0.05, "5.0 %"],
    [0.0996, "10 %"],
    [1, "100 %"],
  ],
};

for (const [name, cases] of Object.entries(CASES)) {
  describe(name, () => {
    for (const [value, words] of cases) {
      test(`${value} is ${words}`, () => assert.equal(format[name](value), words));
    }
  });
}

test("one is singular, all others are plural", () => {
  assert.equal(format.plural(1, "event"), "1 event");
  assert.equal(format.plural(0, "event"), "0 events");
  assert.equal(format.plural(1200, "event"), "1,200 events");
});

test("a time of day has two digits for each part", () => {
  assert.equal(format.clockTime(new Date(2024, 0, 1, 3, 4, 5).getTime()), "03:04:05");
});
