import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "vite";

const CLIENT = fileURLToPath(new URL("../..", import.meta.url));
const PAGE = join(CLIENT, "test", "page");

const npm = (args, cwd) => execFileSync("npm", [...args, "--silent"], { cwd, encoding: "utf8" });

/// An empty project in a temporary directory with this package installed as
/// npm would publish it, and nothing fetched.
export class PackedProject {
  constructor() {
    this.directory = mkdtempSync(join(tmpdir(), "thunderpush-project-"));
    const [{ filename, files }] = JSON.parse(
      npm(["pack", "--json", "--pack-destination", this.directory], CLIENT),
    );
    this.file = filename;
    this.packed = files.map(({ path }) => path).sort();
    this.write("package.json", '{ "private": true }');
    npm(["install", "--offline", "--no-audit", "--no-fund", `./${filename}`], this.directory);
  }

  /// Writes a file and returns its path.
  write(name, text) {
    const path = join(this.directory, name);
    writeFileSync(path, text);
    return path;
  }

  /// Makes packages available that the tests of this one have installed.
  link(...packages) {
    for (const name of packages) {
      const link = join(this.directory, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(CLIENT, "node_modules", name), link);
    }
  }

  /// Bundles the page of test/page with Vite: the directory with index.html.
  async page() {
    const root = join(this.directory, "page");
    cpSync(PAGE, root, { recursive: true, filter: (path) => !path.endsWith("tsconfig.json") });
    await build({ root, base: "./", configFile: false, logLevel: "warn" });
    return join(root, "dist");
  }

  remove() {
    rmSync(this.directory, { recursive: true });
  }
}
