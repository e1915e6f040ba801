import assert from "node:assert/strict";

import { eventually } from "./deadline.js";

export const WRONG_SECRET = '{"message": "Wrong API key/secret.", "status": 401}\n';
export const NOT_JSON = '{"message": "Request body is not valid JSON.", "status": 400}\n';
export const JSON_TYPE = "application/json; charset=UTF-8";

/// Status and, if given, the exact body of an answer of the API.
export function expectAnswer(answer, status, text) {
  assert.equal(answer.status, status, String(answer));
  if (text !== undefined) assert.equal(answer.text, text, `body of ${answer.request}`);
}

/// The status is one of several.
export function expectStatusIn(answer, statuses) {
  expectOneOf(answer.status, statuses, String(answer));
}

/// `value` is one of several; `what` says of what.
export function expectOneOf(value, allowed, what) {
  assert.ok(
    allowed.includes(value),
    `${what}: got ${value}, expected one of ${allowed.join(", ")}`,
  );
}

/// A JSON error of the API with this status; its text is free.
export function expectJsonError(answer, status) {
  expectAnswer(answer, status);
  assert.equal(answer.json.status, status, `member status of ${answer}`);
  assert.equal(typeof answer.json.message, "string", `member message of ${answer}`);
}

/// Comma-separated header value as a sorted list in lower case.
export function listOf(value) {
  return (value ?? "")
    .split(",")
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== "")
    .sort();
}

/// The CORS headers of the API.
export function expectCors(answer) {
  const { headers } = answer;
  assert.equal(headers["access-control-allow-origin"], "*", `${answer}: Allow-Origin`);
  assert.deepEqual(
    listOf(headers["access-control-allow-headers"]),
    ["content-type", "x-thunder-secret-key"],
    `${answer}: Allow-Headers`,
  );
  assert.deepEqual(
    listOf(headers["access-control-allow-methods"]),
    ["delete", "get", "post"],
    `${answer}: Allow-Methods`,
  );
}

/// Waits until a user is online, or offline.
export function untilOnline(rest, user, online = true) {
  return eventually(`user ${JSON.stringify(user)} to be ${online ? "online" : "offline"}`, async () => {
    const answer = await rest.user(user);
    assert.deepEqual(answer.json, { online }, String(answer));
  });
}

/// Waits until the channel lists exactly these users, in any order.
export function untilListed(rest, channel, users) {
  return eventually(`channel ${channel} to list ${JSON.stringify(users)}`, async () => {
    const answer = await rest.channel(channel);
    assert.deepEqual([...answer.json.users].sort(), [...users].sort());
  });
}
