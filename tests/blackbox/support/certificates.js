import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { temporaryDirectory } from "./server.js";

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
let authorities = 0;

/// An authority of this process alone. What it makes are files in PEM.
export class Authority {
  constructor(directory = temporaryDirectory()) {
    this.directory = directory;
    this.name = `authority-${++authorities}`;
    this.made = 0;
    this.files = this.#make(this.name, []);
    /// What clients trust.
    this.ca = readFileSync(this.files.certificate);
  }

  /// A certificate for this machine, or for whoever is called `name`: paths as
  /// {certificate, key}.
  issue(name = "localhost") {
    const { certificate, key } = this.files;
    const names = "subjectAltName=DNS:localhost,IP:127.0.0.1";
    return this.#make(name, ["-CA", certificate, "-CAkey", key, "-addext", names]);
  }

  /// The same, read: {cert, key}, as a client shows it.
  card(name) {
    const { certificate, key } = this.issue(name);
    return { cert: readFileSync(certificate), key: readFileSync(key) };
  }

  #make(name, more) {
    const base = join(this.directory, `${this.name}-${++this.made}`);
    const files = { certificate: `${base}.pem`, key: `${base}.key` };
    openssl("req", "-x509", ...KEY, "-nodes", "-days", "2", "-subj", `/CN=${name}`,
      "-keyout", files.key, "-out", files.certificate, ...more);
    return files;
  }
}

/// Runs the program openssl; throws with what it says if it fails.
export function openssl(...args) {
  return execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
