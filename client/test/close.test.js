import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { source } from "./support/source.js";

const { applicationCode, ClosedError, isFinal } = await source("close");

describe("close codes", () => {
  for (const [wire, code] of [
    [4000, 9000],
    [4001, 9001],
    [4002, 9002],
    [3999, 3999],
    [4003, 4003],
    [1006, 1006],
  ]) {
    test(`${wire} of a raw WebSocket stands for ${code}`, () =>
      assert.equal(applicationCode(wire), code));
  }

  for (const code of [9000, 9001, 9002, 3500, 3501, 3999]) {
    test(`${code} is final`, () => assert.equal(isFinal(code), true));
  }

  for (const code of [1000, 1006, 3000, 3001, 3008, 3012, 3499, 4000, 8999, 9003]) {
    test(`${code} is not`, () => assert.equal(isFinal(code), false));
  }
});

describe("ClosedError", () => {
  test("says code and reason", () => {
    const error = new ClosedError(9000, "Invalid API key.");
    assert.deepEqual(
      [error.name, error.message, error.code, error.reason],
      ["ClosedError", "Closed: 9000 Invalid API key.", 9000, "Invalid API key."],
    );
    assert.ok(error instanceof Error);
  });

  test("says that nobody else was the cause", () => {
    const error = new ClosedError();
    assert.deepEqual(
      [error.message, error.code, error.reason],
      ["Closed by this side", undefined, ""],
    );
  });
});
