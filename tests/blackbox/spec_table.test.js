// Walks the specification row by row.
import assert from "node:assert/strict";
import { test } from "node:test";

import { ROW_COUNTS, TABLE } from "./spec/table.js";
import { suite } from "./support/suite.js";

const tableOf = (entry) => `§${entry.section} ${entry.table}`;

test("every row of the specification's tables is in the table, once", () => {
  const counts = {};
  for (const entry of TABLE) counts[tableOf(entry)] = (counts[tableOf(entry)] ?? 0) + 1;
  assert.deepEqual(counts, ROW_COUNTS);
  const titles = TABLE.map((entry) => `${tableOf(entry)}: ${entry.row}`);
  assert.equal(new Set(titles).size, titles.length, "no title twice");
});

suite("the specification", {}, (scenario) => {
  for (const entry of TABLE) {
    const title = `thunderpush.md ${tableOf(entry)}: ${entry.row}`;
    scenario(title, entry.run);
  }
});
