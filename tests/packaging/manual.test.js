// The manual pages: roff without mistakes, and complete.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, test } from "node:test";

import { binaryPath } from "../blackbox/support/binary.js";
import { environment, manual, read, run } from "./support/repository.js";

const PAGES = readdirSync(manual("")).filter((name) => /\.[1-8]$/.test(name));

/// A page as a reader sees it, without overstrikes, on one line.
function shown(page) {
  const env = { ...environment(), MANWIDTH: "400", LC_ALL: "C.UTF-8" };
  const ended = run("man", ["--warnings", "-E", "UTF-8", "-l", manual(page)], { env });
  assert.equal(ended.status, 0, ended.stderr);
  assert.equal(ended.stderr, "", "no warnings");
  return ended.stdout.replace(/.\x08/g, "").replace(/\s+/g, " ");
}

/// The options of a program as its --help lists them.
function optionsOf(program) {
  const { status, stdout } = run(program, ["--help"]);
  assert.equal(status, 0);
  const lines = stdout.match(/^ {2}-[^ ].*$/gm);
  return lines.flatMap((line) => line.trim().split(/ {2,}/)[0].split(", "));
}

/// The options in the documented example: [section, key].
function optionsOfExample() {
  const found = [];
  let section;
  for (const line of read("packaging/thunderpush.conf").split("\n")) {
    section = line.match(/^#?\[(.*)\]$/)?.[1] ?? section;
    const key = line.match(/^#?([a-z_]+) = /)?.[1];
    if (key) found.push([section.replace(/\..*/, ".NAME"), key]);
  }
  return found;
}

describe("the manual", () => {
  test("has a page for the daemon and one for its configuration", () => {
    assert.ok(PAGES.includes("thunderpush.1"));
    assert.ok(PAGES.includes("thunderpush.conf.5"));
  });

  for (const page of PAGES) {
    test(`${page} is shown without a warning and has a name for apropos`, () => {
      const name = page.replace(/\.\d$/, "");
      assert.match(shown(page), new RegExp(`NAME ${name} . \\w`));
    });

    test(`${page} has nothing that mandoc complains of`, () => {
      const { status, stdout } = run("mandoc", ["-T", "lint", "-W", "style", manual(page)]);
      assert.equal(stdout, "");
      assert.equal(status, 0);
    });
  }

  test("thunderpush.1 has every option that --help has", () => {
    const text = shown("thunderpush.1");
    const options = optionsOf(binaryPath());
    assert.ok(options.length > 10);
    for (const option of options) assert.ok(text.includes(option), option);
  });

  test("thunderpush.conf.5 has every option of the example in its section", () => {
    const text = shown("thunderpush.conf.5");
    const options = optionsOfExample();
    assert.ok(options.length > 30);
    for (const [section, key] of options) {
      const at = text.indexOf(` [${section}] `);
      const next = text.slice(at + 1).search(/ \[[a-z]+(\.NAME)?\] /);
      assert.ok(at >= 0, section);
      const variable = `THUNDERPUSH_${section.replace(".", "__")}__${key}`.toUpperCase();
      const body = text.slice(at, next < 0 ? undefined : at + 1 + next);
      assert.ok(body.includes(` ${key} `), `${section} ${key}`);
      assert.ok(text.includes(`Environment: ${variable}.`), variable);
    }
  });
});
