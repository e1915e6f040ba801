import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "../build.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FILES = ["dashboard.css", "dashboard.js", "index.html"];
const LIMIT = 51_200; // bytes of all files with gzip

const read = (...path) => readFileSync(join(ROOT, ...path), "utf8");

describe("what is in dist/", () => {
  let fresh;

  before(() => {
    fresh = mkdtempSync(join(tmpdir(), "thunderpush-dashboard-"));
    build(fresh);
  });

  after(() => rmSync(fresh, { recursive: true }));

  test("is all that a build makes, and nothing else", () => {
    assert.deepEqual(readdirSync(fresh).sort(), FILES);
    assert.deepEqual(readdirSync(join(ROOT, "dist")).sort(), FILES);
  });

  for (const file of FILES) {
    test(`is built from the sources: ${file}`, () => {
      const same = read("dist", file) === readFileSync(join(fresh, file), "utf8");
      assert.ok(same, `dist/${file} is old: npm run build`);
    });

    test(`is ASCII, so that any part of it is a C++ literal: ${file}`, () => {
      assert.match(read("dist", file), /^[\n\x20-\x7e]*$/);
    });
  }

  test(`has at most ${LIMIT} bytes with gzip`, () => {
    const size = FILES.reduce((sum, file) => sum + gzipSync(read("dist", file)).length, 0);
    assert.ok(size <= LIMIT, `${size} bytes`);
  });

  for (const file of ["dashboard.js", "dashboard.css"]) {
    test(`has the licence of what is bundled: ${file}`, () => {
      const licence = read("node_modules", "uplot", "LICENSE").trim();
      assert.ok(read("dist", file).startsWith("/*! uPlot, https://github.com/leeoniya/uPlot\n"));
      assert.ok(read("dist", file).includes(licence));
    });
  }
});

describe("the page", () => {
  test("has no script and no style of its own, as its policy demands", () => {
    const page = read("src", "index.html");
    assert.doesNotMatch(page, /<style|\sstyle=|\son[a-z]+=|<script(?! src="dashboard\.js")/);
  });

  test("is loaded from where it was served, wherever that is", () => {
    assert.doesNotMatch(read("src", "index.html"), /(src|href)="(?:\/|https?:)/);
  });

  test("never takes data for markup", () => {
    const sources = readdirSync(join(ROOT, "src")).filter((file) => file.endsWith(".ts"));
    for (const file of sources) {
      assert.doesNotMatch(
        read("src", file),
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b/,
        file,
      );
    }
  });
});
