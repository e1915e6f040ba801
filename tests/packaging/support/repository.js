import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { binaryPath } from "../../blackbox/support/binary.js";

const HERE = dirname(fileURLToPath(import.meta.url));

/// The root of the repository.
export const ROOT = resolve(HERE, "../../..");

/// A path inside the repository.
export const inRepository = (...parts) => join(ROOT, ...parts);

/// A path beside this file.
export const support = (name) => join(HERE, name);

export const read = (...parts) => readFileSync(inRepository(...parts), "utf8");

/// What the build made beside the daemon: manual pages and completions.
export const manual = (name) => join(dirname(binaryPath()), "manual", name);

// The server reads THUNDERPUSH_… variables; ours are not meant for it.
const isOurs = ([name]) => !name.startsWith("THUNDERPUSH_");

/// The variables that programs under test get.
export const environment = () => Object.fromEntries(Object.entries(process.env).filter(isOurs));

/// Runs a program to its end: {status, stdout, stderr}. Throws if it cannot be
/// started or takes longer than a minute.
export function run(program, args, options = {}) {
  const common = { encoding: "utf8", timeout: 60_000, env: environment() };
  const ended = spawnSync(program, args, { ...common, ...options });
  if (ended.error) throw ended.error;
  return ended;
}
