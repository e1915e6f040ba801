import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { eventually, within } from "./deadline.js";
import { request } from "./rest.js";
import { freePort, temporaryDirectory } from "./server.js";

const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/// A Prometheus of its own: on a free port of loopback, with storage in a
/// temporary directory that is bounded, scraping one admin endpoint.
export class Prometheus {
  static async start(target) {
    const directory = temporaryDirectory();
    const file = join(directory, "prometheus.yml");
    writeFileSync(
      file,
      "global: {scrape_interval: 200ms, scrape_timeout: 200ms}\n" +
        `scrape_configs: [{job_name: t, static_configs: [{targets: ["127.0.0.1:${target}"]}]}]\n`,
    );
    const prometheus = new Prometheus(await freePort(), file, join(directory, "data"));
    await eventually("Prometheus to be ready", async () => {
      if (prometheus.failure) return true;
      return (await request(prometheus.port, "GET", "/-/ready")).status === 200;
    });
    if (prometheus.failure) throw prometheus.failure;
    return prometheus;
  }

  constructor(port, file, storage) {
    this.port = port;
    this.log = "";
    this.failure = null;
    this.child = spawn(
      "prometheus",
      [
        `--config.file=${file}`,
        `--storage.tsdb.path=${storage}`,
        "--storage.tsdb.retention.time=1h",
        "--storage.tsdb.retention.size=50MB",
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    running.add(this.child);
    this.child.stderr.setEncoding("utf8").on("data", (text) => (this.log += text));
    this.ended = new Promise((done) => {
      this.child.once("error", (error) => {
        this.failure = new Error(`prometheus (Debian package): ${error.message}`);
        done();
      });
      this.child.once("close", (code) => {
        running.delete(this.child);
        this.failure ??= new Error(`prometheus ended (${code}):\n${this.log}`);
        done();
      });
    });
  }

  /// The vector that an instant query gives.
  async query(expression) {
    const path = `/api/v1/query?query=${encodeURIComponent(expression)}`;
    const answer = await request(this.port, "GET", path);
    if (answer.status !== 200) throw new Error(String(answer));
    return answer.json.data.result;
  }

  async stop() {
    this.child.kill("SIGTERM");
    try {
      await within(this.ended, "Prometheus to end");
    } finally {
      this.child.kill("SIGKILL");
    }
  }
}
