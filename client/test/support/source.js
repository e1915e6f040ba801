import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { buildSync } from "esbuild";

const SOURCES = fileURLToPath(new URL("../../src", import.meta.url));

/// The module src/NAME.ts, which Node cannot read as it is.
export async function source(name) {
  const directory = mkdtempSync(join(tmpdir(), "thunderpush-client-"));
  try {
    const outfile = join(directory, `${name}.mjs`);
    buildSync({
      entryPoints: [join(SOURCES, `${name}.ts`)],
      outfile,
      bundle: true,
      format: "esm",
      sourcemap: "inline",
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
