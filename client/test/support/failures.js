import { afterEach, beforeEach } from "node:test";

/// What handlers threw in the current test: where a browser reports it.
export function collectFailures() {
  const failures = [];
  beforeEach(() => {
    failures.length = 0;
    globalThis.reportError = (error) => failures.push(error.message);
  });
  afterEach(() => {
    delete globalThis.reportError;
  });
  return failures;
}
