// Builds what is published: node build.js [DIRECTORY], by default dist.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { buildSync } from "esbuild";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const { version } = JSON.parse(readFileSync(join(HERE, "package.json"), "utf8"));
const BANNER = `/*! thunderpush ${version} | MIT */`;

const SCRIPTS = [
  { file: "thunderpush.mjs", entry: "index", format: "esm" },
  { file: "thunderpush.cjs", entry: "index", format: "cjs" },
  { file: "thunderpush.js", entry: "global", format: "iife" },
];

function buildScript({ file, entry, format }, directory) {
  buildSync({
    absWorkingDir: HERE,
    entryPoints: [`src/${entry}.ts`],
    outfile: join(directory, file),
    bundle: true,
    minify: true,
    charset: "utf8",
    target: "es2018",
    // For Node esbuild adds what lets ES modules import the names of a CommonJS one.
    platform: format === "cjs" ? "node" : "browser",
    banner: { js: BANNER },
    format,
    logLevel: "warning",
  });
}

/// One declaration file, for ES modules and for CommonJS: they export the same.
function buildTypes(directory) {
  const require = createRequire(import.meta.url);
  const program = require.resolve("dts-bundle-generator/dist/bin/dts-bundle-generator.js");
  const types = join(directory, "thunderpush.d.ts");
  const options = [
    "--project",
    "tsconfig.json",
    "--no-banner",
    "--export-referenced-types",
    "false",
  ];
  execFileSync(process.execPath, [program, ...options, "-o", types, "src/index.ts"], {
    cwd: HERE,
    stdio: ["ignore", "ignore", "pipe"],
  });
  copyFileSync(types, join(directory, "thunderpush.d.cts"));
}

/// Writes all files into a directory.
export function build(directory) {
  mkdirSync(directory, { recursive: true });
  for (const script of SCRIPTS) buildScript(script, directory);
  buildTypes(directory);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  build(resolve(process.argv[2] ?? join(HERE, "dist")));
}
