// Builds what the daemon serves: node build.js [DIRECTORY], by default dist.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { buildSync } from "esbuild";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const read = (...path) => readFileSync(join(HERE, ...path), "utf8");

// Of uPlot, which is in the script and the style.
const LICENCE = read("node_modules/uplot/LICENSE").trim();
const NOTICE = `/*! uPlot, https://github.com/leeoniya/uPlot\n${LICENCE} */`;

const OPTIONS = {
  absWorkingDir: HERE,
  bundle: true,
  minify: true,
  charset: "ascii",
  legalComments: "none",
  logLevel: "warning",
};

function buildScript(directory) {
  buildSync({
    ...OPTIONS,
    entryPoints: ["src/main.ts"],
    outfile: join(directory, "dashboard.js"),
    target: "es2020",
    format: "iife",
    banner: { js: NOTICE },
  });
}

function buildStyle(directory) {
  buildSync({
    ...OPTIONS,
    entryPoints: ["src/dashboard.css"],
    outfile: join(directory, "dashboard.css"),
    banner: { css: NOTICE },
  });
}

// The page without the indentation of its source.
function buildPage(directory) {
  writeFileSync(join(directory, "index.html"), read("src/index.html").replace(/^ +/gm, ""));
}

/// Writes all files into a directory.
export function build(directory) {
  mkdirSync(directory, { recursive: true });
  buildScript(directory);
  buildStyle(directory);
  buildPage(directory);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  build(resolve(process.argv[2] ?? join(HERE, "dist")));
}
