import { inspect } from "node:util";

/// The keywords of JSON Schema that are understood. A schema with any other is
/// refused, so that nothing it says goes unchecked.
const CHECKS = {
  type: (value, types) => [types].flat().some((type) => isOf(type, value)),
  const: (value, wanted) => value === wanted,
  enum: (value, allowed) => allowed.includes(value),
  minimum: (value, least) => typeof value !== "number" || value >= least,
  maximum: (value, most) => typeof value !== "number" || value <= most,
  required: (value, names) => !isOf("object", value) || names.every((name) => name in value),
  format: (value, format) => format === "date-time" && RFC_3339.test(value),
};
const STRUCTURE = ["properties", "additionalProperties", "items", "$ref", "oneOf", "allOf"];
const ANNOTATIONS = ["description", "default"];
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function isOf(type, value) {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return value?.constructor === Object;
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

/// Validates values against the schemas of one document, which `$ref` may name.
export class SchemaValidator {
  constructor(document) {
    this.document = document;
  }

  /// What `reference` (`#/a/b`) names in the document.
  resolve(reference) {
    const steps = reference.replace(/^#\//, "").split("/");
    const found = steps.reduce((node, step) => node?.[step], this.document);
    if (!reference.startsWith("#/") || !found) throw new Error(`nothing at ${reference}`);
    return found;
  }

  /// What is wrong with `value`: a list of texts that name places, empty if it
  /// is valid.
  errors(value, schema, where = "") {
    const errors = [];
    for (const [keyword, rule] of Object.entries(schema)) {
      if (keyword in CHECKS) {
        if (!CHECKS[keyword](value, rule)) {
          errors.push(`${where || "it"} is ${brief(value)}, against ${keyword} ${brief(rule)}`);
        }
      } else if (!STRUCTURE.includes(keyword) && !ANNOTATIONS.includes(keyword)) {
        throw new Error(`${keyword} in the schema of ${where || "it all"} is not understood`);
      }
    }
    return errors.concat(
      this.#ofMembers(value, schema, where),
      this.#ofItems(value, schema, where),
      this.#ofOthers(value, schema, where),
    );
  }

  #ofMembers(value, { properties = {}, additionalProperties = true }, where) {
    if (!isOf("object", value)) return [];
    return Object.entries(value).flatMap(([name, member]) => {
      const place = `${where}.${name}`;
      if (Object.hasOwn(properties, name)) return this.errors(member, properties[name], place);
      if (additionalProperties === false) return [`${place} is not described`];
      return additionalProperties === true ? [] : this.errors(member, additionalProperties, place);
    });
  }

  #ofItems(value, { items }, where) {
    if (!items || !Array.isArray(value)) return [];
    return value.flatMap((item, index) => this.errors(item, items, `${where}[${index}]`));
  }

  #ofOthers(value, { $ref: reference, allOf = [], oneOf }, where) {
    const errors = reference ? this.errors(value, this.resolve(reference), where) : [];
    for (const each of allOf) errors.push(...this.errors(value, each, where));
    const found = oneOf?.map((each) => this.errors(value, each, where));
    if (found && found.filter((each) => each.length === 0).length !== 1) {
      errors.push(`${where || "it"} is not exactly one of ${oneOf.length}`, ...found.flat());
    }
    return errors;
  }
}

function brief(value) {
  return inspect(value, { depth: 1, breakLength: Infinity }).slice(0, 120);
}
