import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { source } from "./support/source.js";

const { Pager } = await source("pager");

function onThirdPage() {
  const pager = new Pager(50);
  pager.arrived(null, "b");
  pager.next();
  pager.arrived("b", "c");
  pager.next();
  return pager;
}

describe("a pager", () => {
  test("begins with the first page, and knows no other", () => {
    const pager = new Pager(50);
    assert.equal(pager.cursor, null);
    assert.equal(pager.page, 1);
    assert.equal(pager.hasPrevious, false);
    assert.equal(pager.hasNext, false);
    pager.next();
    pager.previous();
    assert.equal(pager.page, 1);
  });

  test("goes on with the cursor that the page before told", () => {
    const pager = onThirdPage();
    assert.equal(pager.cursor, "c");
    assert.equal(pager.page, 3);
    assert.equal(pager.hasNext, false, "not before the answer");
  });

  test("goes back the way it came, to the first page", () => {
    const pager = onThirdPage();
    pager.previous();
    assert.equal(pager.cursor, "b");
    pager.previous();
    assert.equal(pager.cursor, null);
    assert.equal(pager.hasPrevious, false);
  });

  test("has no next page after the last one", () => {
    const pager = onThirdPage();
    pager.arrived("c", null);
    assert.equal(pager.hasNext, false);
  });

  test("learns from each answer whether there is more", () => {
    const pager = new Pager(50);
    pager.arrived(null, null);
    pager.arrived(null, "b");
    assert.equal(pager.hasNext, true);
    pager.arrived(null, null);
    assert.equal(pager.hasNext, false);
  });

  test("does not mind an answer for a page that was left", () => {
    const pager = onThirdPage();
    pager.arrived("b", "c");
    assert.equal(pager.hasNext, false);
  });

  test("begins again with another list", () => {
    const pager = onThirdPage();
    pager.arrived("c", "d");
    pager.reset();
    assert.equal(pager.cursor, null);
    assert.equal(pager.hasPrevious, false);
    assert.equal(pager.hasNext, false);
  });

  test("numbers the entries through all pages", () => {
    assert.deepEqual(new Pager(50).range(50), [1, 50]);
    assert.deepEqual(onThirdPage().range(7), [101, 107]);
  });
});
