import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { SchemaValidator } from "./json_schema.js";

/// The description of the admin endpoint, as it is in the repository.
export const DESCRIPTION_TEXT = readFileSync(
  new URL("../../../api/openapi.json", import.meta.url),
  "utf8",
);
const DESCRIPTION = JSON.parse(DESCRIPTION_TEXT);
const validator = new SchemaValidator(DESCRIPTION);

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// What may be asked: {method, path, parameters, body, responses, open} each;
/// `open` if it needs no token.
export const OPERATIONS = Object.entries(DESCRIPTION.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => {
    assert.ok(METHODS.includes(method), `${method} of ${path} is a method`);
    return {
      method: method.toUpperCase(),
      path,
      parameters: described.parameters ?? [],
      body: described.requestBody?.content["application/json"].schema,
      responses: described.responses,
      open: (described.security ?? DESCRIPTION.security).length === 0,
    };
  }),
);

/// The operation of a method and a path as in the file, such as `/actors/{id}`.
export function operation(method, path) {
  const found = OPERATIONS.find((each) => each.method === method && each.path === path);
  assert.ok(found, `${method} ${path} is described`);
  return found;
}

/// The answer is one of those that the file lists: status, type and body.
export function expectDescribed(answer, { method, path, responses }) {
  const described = responses[answer.status];
  assert.ok(
    described,
    `${answer}: the file lists ${Object.keys(responses).join(", ")} for ${method} ${path}`,
  );
  const { content } = described.$ref ? validator.resolve(described.$ref) : described;
  const type = (answer.headers["content-type"] ?? "none").split(";")[0];
  assert.ok(content[type], `${answer} is of type ${type}, not ${Object.keys(content)}`);
  const value = type === "application/json" ? answer.json : answer.text;
  assert.deepEqual(validator.errors(value, content[type].schema), [], String(answer));
}
