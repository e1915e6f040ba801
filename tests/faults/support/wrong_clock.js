import { existsSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { temporaryDirectory } from "../../blackbox/support/server.js";

const LIBRARY = readdirSync("/usr/lib")
  .map((architecture) => join("/usr/lib", architecture, "faketime/libfaketimeMT.so.1"))
  .find((path) => existsSync(path));

/// A clock of the day, by which a server lives, and that can be set while it
/// does. The monotonic clock goes on.
export class WrongClock {
  constructor() {
    if (!LIBRARY) throw new Error("libfaketime is missing: install faketime");
    this.directory = temporaryDirectory();
    this.file = join(this.directory, "offset");
    this.set(0);
  }

  /// For the server's environment.
  get environment() {
    return {
      LD_PRELOAD: LIBRARY,
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_NO_CACHE: "1",
      DONT_FAKE_MONOTONIC: "1",
    };
  }

  /// Sets it wrong by so many seconds, from one moment to the next.
  set(seconds) {
    const next = `${this.file}.next`;
    writeFileSync(next, `${seconds < 0 ? "" : "+"}${seconds}\n`);
    renameSync(next, this.file);
    this.offset = seconds;
  }

  /// What it shows, in milliseconds since the epoch.
  now() {
    return Date.now() + 1_000 * this.offset;
  }
}
