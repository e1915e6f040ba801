import assert from "node:assert/strict";

/// [first, last] of the ranges that must be escaped (sockjs.md, 5.3).
export const ESCAPED_RANGES = [
  [0x0000, 0x001f],
  [0x200c, 0x200f],
  [0x2028, 0x202f],
  [0x2060, 0x206f],
  [0xfff0, 0xffff],
];

/// All characters from `first` to `last`, as code units.
export function charactersFrom(first, last) {
  let text = "";
  for (let code = first; code <= last; ++code) text += String.fromCharCode(code);
  return text;
}

/// All of Unicode but the surrogates, in strings of 4096 characters.
export function allOfUnicode() {
  const strings = [];
  for (let begin = 0; begin < 0x110000; begin += 4096) {
    if (begin === 0xd000) {
      strings.push(charactersFrom(0xd000, 0xd7ff));
      continue;
    }
    if (begin > 0xd000 && begin < 0xe000) continue;
    let text = "";
    for (let code = begin; code < begin + 4096; ++code) text += String.fromCodePoint(code);
    strings.push(text);
  }
  return strings;
}

/// JSON text in which every code unit of `text` is an escape.
export function fullyEscaped(text) {
  let json = "";
  for (let i = 0; i < text.length; ++i) {
    json += `\\u${text.charCodeAt(i).toString(16).padStart(4, "0")}`;
  }
  return `"${json}"`;
}

const SHORT = { "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r" };

/// In the raw JSON text each of these characters must be escaped, as \uXXXX in
/// lower case or, if it has one, in its short form.
export function expectEscaped(raw, characters, where) {
  for (let i = 0; i < characters.length; ++i) {
    const code = characters.charCodeAt(i);
    const long = `\\u${code.toString(16).padStart(4, "0")}`;
    const form = SHORT[characters[i]] ?? long;
    assert.ok(raw.includes(form), `${where}: U+${code.toString(16)} as ${form}`);
    assert.ok(!raw.includes(characters[i]), `${where}: U+${code.toString(16)} is not raw`);
  }
}
