import badFrames from "./cases/bad_frames.js";
import closing from "./cases/closing.js";
import compression from "./cases/compression.js";
import fragmentation from "./cases/fragmentation.js";
import framing from "./cases/framing.js";
import limits from "./cases/limits.js";
import pings from "./cases/pings.js";
import utf8 from "./cases/utf8.js";

/// The groups of the public suite, by the first number of a case's id.
export const groups = new Map([
  ["1", "framing"],
  ["2", "pings"],
  ["3", "reserved bits"],
  ["4", "opcodes"],
  ["5", "fragmentation"],
  ["6", "UTF-8"],
  ["7", "close"],
  ["9", "limits"],
  ["10", "fragmented by size"],
  ["12", "compression: content"],
  ["13", "compression: parameters"],
]);

/// All cases, in the order of their ids.
export const catalogue = [
  ...framing, ...pings, ...badFrames, ...fragmentation, ...utf8, ...closing, ...limits,
  ...compression,
];

/// The number of its group.
export const groupOf = (id) => id.split(".")[0];

/**
 * The cases that a list of patterns names.
 * @param {string} patterns separated by commas: ids, or beginnings of ids with a final `*`
 */
export function select(patterns) {
  const wanted = patterns.split(",").map((each) => each.trim());
  const matches = (id) => wanted.some((pattern) => pattern.endsWith("*")
    ? id.startsWith(pattern.slice(0, -1))
    : id === pattern);
  return catalogue.filter(({ id }) => matches(id));
}
