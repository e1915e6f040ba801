import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { gzipSync } from "node:zlib";

import { buildSync } from "esbuild";

import { build } from "../build.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SCRIPTS = ["thunderpush.mjs", "thunderpush.cjs", "thunderpush.js"];
const FILES = [...SCRIPTS, "thunderpush.d.ts", "thunderpush.d.cts"].sort();
const LIMIT = 5120; // bytes with gzip
const EXPORTS = ["ClosedError", "Channel", "Thunder", "legacyThunder"].sort();

const read = (...path) => readFileSync(join(ROOT, ...path), "utf8");

describe("what is in dist/", () => {
  let fresh;

  before(() => {
    fresh = mkdtempSync(join(tmpdir(), "thunderpush-build-"));
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
  }
});

describe("a build", () => {
  const { version } = JSON.parse(read("package.json"));

  for (const file of SCRIPTS) {
    test(`has at most ${LIMIT} bytes with gzip: ${file}`, () => {
      const size = gzipSync(read("dist", file)).length;
      assert.ok(size <= LIMIT, `${size} bytes`);
    });

    test(`says what it is in its first line: ${file}`, () => {
      assert.ok(read("dist", file).startsWith(`/*! thunderpush ${version} | MIT */\n`));
    });
  }

  test("exports the same names as ES module and as CommonJS", async () => {
    const module = await import("../dist/thunderpush.mjs");
    const required = createRequire(import.meta.url)("../dist/thunderpush.cjs");
    assert.deepEqual(Object.keys(module).sort(), EXPORTS);
    assert.deepEqual(Object.keys(required).sort(), EXPORTS);
  });

  test("has names that an ES module may import from the CommonJS one", async () => {
    const { Thunder } = await import("../dist/thunderpush.cjs");
    assert.equal(typeof Thunder, "function");
  });

  test("as plain script makes one global, Thunder", () => {
    const page = vm.createContext({});
    const before = new Set(Object.getOwnPropertyNames(page));
    vm.runInContext(read("dist/thunderpush.js"), page);
    const made = Object.getOwnPropertyNames(page).filter((name) => !before.has(name));
    assert.deepEqual(made, ["Thunder"]);
    assert.equal(typeof page.Thunder.connect, "function");
    assert.equal(typeof page.Thunder, "function");
  });

  /// What a bundler makes of a program that uses the package.
  function bundled(program) {
    const { outputFiles } = buildSync({
      stdin: { contents: program, resolveDir: ROOT },
      bundle: true,
      minify: true,
      format: "esm",
      write: false,
    });
    return outputFiles[0].text;
  }

  test("vanishes from a bundle that uses nothing of it", () => {
    assert.equal(
      bundled('import "thunderpush"; import { Thunder } from "thunderpush";').trim(),
      "",
    );
  });

  test("leaves out of a bundle what is not used", () => {
    const modern = bundled(
      'import { Thunder } from "thunderpush"; new Thunder({ key: "public" });',
    );
    assert.ok(!modern.includes("onSockOpen"), "the legacy interface");
    const legacy = bundled('import { legacyThunder } from "thunderpush"; legacyThunder({});');
    assert.ok(!legacy.includes("whenOpen"), "the class");
    const error = bundled('import { ClosedError } from "thunderpush"; console.log(ClosedError);');
    assert.ok(error.length < 500, error);
  });
});

describe("the package", () => {
  test("has the licence of the repository", () => {
    assert.equal(read("LICENSE"), read("../LICENSE"));
  });

  test("depends on nothing", () => {
    const { dependencies, peerDependencies, optionalDependencies } = JSON.parse(
      read("package.json"),
    );
    assert.deepEqual(
      [dependencies, peerDependencies, optionalDependencies],
      [undefined, undefined, undefined],
    );
  });
});
