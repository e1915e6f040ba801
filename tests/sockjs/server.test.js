// Walks sockjs.md statement by statement; then what Thunderpush adds to it.
import assert from "node:assert/strict";
import { test } from "node:test";

import { hostileRequests } from "./spec/hostile_requests.js";
import { STATEMENT_COUNTS, TABLE } from "./spec/table.js";
import { thunderpush } from "./spec/thunderpush.js";
import { suite } from "./support/scenario.js";
import { TARGETS } from "./support/targets.js";

test("every statement of sockjs.md is in the table, once", () => {
  const counts = {};
  for (const { section } of TABLE) counts[section] = (counts[section] ?? 0) + 1;
  assert.deepEqual(counts, STATEMENT_COUNTS);
  const titles = TABLE.map(({ section, statement }) => `${section}: ${statement}`);
  const repeated = titles.filter((title, i) => titles.indexOf(title) !== i);
  assert.deepEqual(repeated, [], "no title twice");
  for (const { statement, on, run } of TABLE) {
    assert.equal(typeof run, "function", statement);
    assert.ok(on.length > 0, `${statement}: on no service`);
    for (const name of on) assert.ok(name in TARGETS, `${statement}: no service ${name}`);
  }
});

suite("the SockJS server", 24, (scenario) => {
  for (const { section, statement, on, run } of TABLE) {
    for (const name of on) scenario(`§${section} ${statement} [${name}]`, name, run);
  }
  thunderpush(scenario);
  hostileRequests(scenario);
});
