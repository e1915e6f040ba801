import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { source } from "./support/source.js";

const { EventStream } = await source("event_stream");

const read = (...pieces) => {
  const stream = new EventStream();
  return pieces.flatMap((piece) => stream.read(piece));
};

describe("a stream of events", () => {
  test("has the type and the data of each", () => {
    assert.deepEqual(read("event: trace\ndata: {}\n\nevent: end\ndata:\n\n"), [
      { type: "trace", data: "{}" },
      { type: "end", data: "" },
    ]);
  });

  test("calls an event without a type a message", () => {
    assert.deepEqual(read("data:x\n\n"), [{ type: "message", data: "x" }]);
  });

  for (const end of ["\n", "\r\n", "\r"]) {
    test(`may arrive byte by byte, with lines ended by ${JSON.stringify(end)}`, () => {
      const text = `event: trace${end}data: one${end}data: two${end}${end}: rest${end}`;
      assert.deepEqual(read(...text), [{ type: "trace", data: "one\ntwo" }]);
    });
  }

  test("passes over comments, unknown fields and events without data", () => {
    assert.deepEqual(read(": ping\n\nid: 7\nevent: x\n\ndata: y\n\n"), [
      { type: "message", data: "y" },
    ]);
  });

  test("holds back an event that is not complete", () => {
    assert.deepEqual(read("event: trace\ndata: {"), []);
  });

  test("gives up a line that never ends", () => {
    const endless = Array.from({ length: 100 }, () => "x".repeat(1000));
    assert.deepEqual(read("data: ", ...endless, "\n\ndata: y\n\n"), [
      { type: "message", data: "y" },
    ]);
  });
});
