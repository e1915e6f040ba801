// Plays every case against our own transport, through the echo of
// tests/sockjs_server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { TestServer } from "../sockjs/support/test_server.js";
import { catalogue, groupOf, groups } from "./catalogue.js";
import { playCases } from "./lib/play.js";
import { grade } from "./lib/verdict.js";

/// How many ids the public suite has in each group.
const IDS = new Map(Object.entries({
  1: 16, 2: 11, 3: 7, 4: 10, 5: 20, 6: 145, 7: 37, 9: 54, 10: 1, 12: 90, 13: 126,
}));

/// Messages of a compression case; the table in README.md was made with 1,000.
const MESSAGES = Number(process.env.CONFORMANCE_MESSAGES ?? 100);

const settings = { concurrency: 4, deadlineMs: 60_000, messages: MESSAGES };
let server;

before(async () => {
  server = await TestServer.start();
});
after(() => server.stop());

test("the catalogue has the 517 ids, each once, group by group", () => {
  assert.equal(catalogue.length, 517);
  assert.equal(new Set(catalogue.map(({ id }) => id)).size, 517);
  for (const key of groups.keys()) {
    const found = catalogue.filter(({ id }) => groupOf(id) === key).length;
    assert.equal(found, IDS.get(key), `ids of group ${key}`);
  }
});

for (const [key, name] of groups) {
  test(`no case of group ${key}, ${name}, fails, none is left out`, async () => {
    const cases = catalogue.filter(({ id }) => groupOf(id) === key);
    const url = `ws://127.0.0.1:${server.port}/websocket_echo`;
    const results = await playCases(cases, url, settings);
    const accepted = [grade.passed, grade.informational];
    const others = results.filter((one) => !accepted.includes(one.grade));
    assert.deepEqual(others, []);
  });
}
