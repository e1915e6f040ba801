// Run after each change of the page's script or style: `npm run seal`.
import { readFileSync, writeFileSync } from "node:fs";

import { sealed } from "./sealed_page.js";

const path = new URL("../../../pages/demo.html", import.meta.url);
writeFileSync(path, sealed(readFileSync(path, "utf8")));
