import { fileURLToPath } from "node:url";

import { buildSync } from "esbuild";

const SOURCES = fileURLToPath(new URL("../../src", import.meta.url));

/// The module src/NAME.ts, which Node cannot read as it is.
export async function source(name) {
  const { outputFiles } = buildSync({
    entryPoints: [`${SOURCES}/${name}.ts`],
    bundle: true,
    format: "esm",
    sourcemap: "inline",
    write: false,
  });
  const text = Buffer.from(outputFiles[0].contents).toString("base64");
  return import(`data:text/javascript;base64,${text}`);
}
