import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { source } from "./support/source.js";

const { traceLine } = await source("trace_line");

describe("a line of a trace", () => {
  test("tells when, what, who, and the rest", () => {
    const told = {
      at: "2024-01-01T00:00:01Z",
      actor: 12,
      kind: "connection",
      name: "alice",
      home: 1,
      event: "deliver",
      channel: "news",
      bytes: 20,
    };
    assert.deepEqual(traceLine(JSON.stringify(told)), {
      at: Date.UTC(2024, 0, 1, 0, 0, 1),
      event: "deliver",
      rest: "connection alice #12 home 1  channel=news  bytes=20",
    });
  });

  test("leaves out what is not told", () => {
    assert.deepEqual(traceLine('{"event": "close", "name": ""}'), {
      at: null,
      event: "close",
      rest: "",
    });
  });

  test("tells actor 0 and home 0, too", () => {
    assert.equal(traceLine('{"event": "x", "actor": 0, "home": 0}').rest, "#0 home 0");
  });

  test("shows as it is what is not a JSON object", () => {
    for (const data of ["not JSON", "7", "null"]) {
      assert.deepEqual(traceLine(data), { at: null, event: "?", rest: data });
    }
  });

  test("is cut when it is long", () => {
    const { rest } = traceLine(JSON.stringify({ event: "send", payload: "x".repeat(5000) }));
    assert.equal(rest.length, 1001);
  });
});
