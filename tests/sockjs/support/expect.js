import assert from "node:assert/strict";

export const NO_CACHE = "no-store, no-cache, no-transform, must-revalidate, max-age=0";
export const CACHEABLE = "public, max-age=31536000";
export const PLAIN_TYPE = "text/plain; charset=UTF-8";
export const JSON_TYPE = "application/json; charset=UTF-8";
export const HTML_TYPE = "text/html; charset=UTF-8";

/// Comma-separated values of a header as a sorted list.
export function listOf(value) {
  return (value ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "")
    .sort();
}

/// The status, and with `text` the whole body.
export function expectStatus(answer, status, text) {
  assert.equal(answer.status, status, String(answer));
  if (text !== undefined) assert.equal(answer.text, text, String(answer));
}

/// The status is one of several.
export function expectStatusIn(answer, statuses) {
  assert.ok(statuses.includes(answer.status), `one of ${statuses.join(", ")}: ${answer}`);
}

/// The answer has none of these headers.
export function expectAbsent(answer, ...names) {
  for (const name of names) assert.deepEqual(answer.values(name), [], `${name}: ${answer}`);
}

/// A header occurs once, with this value.
export function expectHeader(answer, name, value) {
  assert.deepEqual(answer.values(name), [value], `${name}: ${answer}`);
}

/// The headers of 4.1 for a request with this Origin, or without one.
export function expectCors(answer, origin) {
  expectHeader(answer, "access-control-allow-origin", origin ?? "*");
  if (origin === undefined) expectAbsent(answer, "access-control-allow-credentials");
  else expectHeader(answer, "access-control-allow-credentials", "true");
}

/// The headers of 4.2, never to be kept.
export function expectNoCache(answer) {
  expectHeader(answer, "cache-control", NO_CACHE);
  expectAbsent(answer, "expires", "last-modified", "etag");
}

const DAY_MS = 24 * 60 * 60 * 1000;

/// The headers of 4.2, to be kept for a year.
export function expectCacheable(answer) {
  expectHeader(answer, "cache-control", CACHEABLE);
  const [expires] = answer.values("expires");
  assert.match(
    expires ?? "",
    /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
    String(answer),
  );
  assert.equal(new Date(expires).toUTCString(), expires, "a date that exists");
  const days = (Date.parse(expires) - Date.now()) / DAY_MS;
  assert.ok(days > 364 && days < 367, `a year ahead: ${expires}`);
}

/// A TCP connection is closed by the server, with nothing more on it.
export async function expectClosed(connection) {
  const bytes = await connection.closed("the server to close the connection");
  assert.equal(bytes.toString("latin1"), "", "nothing more before the end");
}
