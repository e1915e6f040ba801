import { accessSync, constants } from "node:fs";
import { resolve } from "node:path";

/// Path of the server under test, from THUNDERPUSH_BINARY; throws an error
/// that says what to do when it is not set or cannot be run.
export function binaryPath() {
  const value = process.env.THUNDERPUSH_BINARY;
  if (!value) {
    throw new Error(
      "THUNDERPUSH_BINARY is not set. Build the server and run, for example:\n" +
        "  THUNDERPUSH_BINARY=../../build/release/thunderpush npm test",
    );
  }
  const path = resolve(value);
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw new Error(`THUNDERPUSH_BINARY: ${path} does not exist or cannot be run`);
  }
  return path;
}
