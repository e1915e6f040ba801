#!/usr/bin/env node
/// Plays the cases against WebSocket echo servers and prints a table for each.

import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { select } from "./catalogue.js";
import { playCases } from "./lib/play.js";
import { report, tally } from "./lib/report.js";

const usage = `usage: node run.js --url ws://HOST:PORT/PATH [--url wss://...] [options]

  --url URL          an echo server; may be given several times
  --cases LIST       such as 1.*,9.1.6 (all)
  --json FILE        also write what became of each case
  --concurrency N    cases at a time (4)
  --deadline S       seconds that a server may be silent (60)
  --messages N       the most messages of a compression case (1000)
  --verbose          a line for each case
`;

const options = {
  url: { type: "string", multiple: true },
  cases: { type: "string", default: "*" },
  json: { type: "string" },
  concurrency: { type: "string", default: "4" },
  deadline: { type: "string", default: "60" },
  messages: { type: "string", default: "1000" },
  verbose: { type: "boolean", default: false },
};

function readArguments() {
  try {
    const { values } = parseArgs({ options });
    if (!values.url) throw new Error("--url is missing");
    for (const name of ["concurrency", "deadline", "messages"]) {
      if (!/^[1-9]\d*$/.test(values[name])) throw new Error(`--${name} takes a number from 1`);
    }
    if (select(values.cases).length === 0) throw new Error(`no case is ${values.cases}`);
    return values;
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}

const chosen = readArguments();
const settings = {
  concurrency: Number(chosen.concurrency),
  deadlineMs: Number(chosen.deadline) * 1000,
  messages: Number(chosen.messages),
};
const written = [];
for (const url of chosen.url) {
  const began = Date.now();
  const results = await playCases(select(chosen.cases), url, settings, (result) => {
    if (chosen.verbose) process.stdout.write(`${result.grade}  ${result.id}  ${result.title}\n`);
  });
  const seconds = Math.round((Date.now() - began) / 1000);
  process.stdout.write(`${url}, ${seconds} s\n\n${report(results)}\n\n`);
  written.push({ url, seconds, groups: tally(results), cases: results });
}
if (chosen.json) writeFileSync(chosen.json, `${JSON.stringify(written, null, 2)}\n`);
process.exitCode = written.some(({ cases }) => cases.some(({ grade }) => grade === "failed"))
  ? 1 : 0;
