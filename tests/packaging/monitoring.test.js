// Alerts and dashboard: Prometheus understands them, each alert fires when it
// should, and they ask for nothing that the server does not tell.
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { startServer } from "../blackbox/support/server.js";
import { inRepository, read, run, support } from "./support/repository.js";
import { byWebSocket, request } from "./support/visitor.js";

const ALERTS = inRepository("packaging/prometheus/alerts.yml");
const DASHBOARD = JSON.parse(read("packaging/grafana/thunderpush.json"));

/// All texts in a value of JSON under one of these names.
function textsOf(value, names) {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === "string" && names.includes(name) ? [inner] : textsOf(inner, names),
  );
}

const expressions = textsOf(DASHBOARD, ["expr"]);

const metricsIn = (text) => text.match(/\b(?:thunderpush|process)_[a-z_]+/g) ?? [];

describe("the alerts", () => {
  let folder;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "thunderpush-alerts-"));
    copyFileSync(ALERTS, join(folder, "alerts.yml"));
    copyFileSync(support("alerts_test.yml"), join(folder, "alerts_test.yml"));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  test("are rules of Prometheus", () => {
    const { status, stdout, stderr } = run("promtool", ["check", "rules", ALERTS]);
    assert.equal(status, 0, stdout + stderr);
  });

  test("fire in trouble and are silent without", () => {
    const ended = run("promtool", ["test", "rules", "alerts_test.yml"], { cwd: folder });
    assert.equal(ended.status, 0, ended.stdout + ended.stderr);
  });

  test("are each tested to fire", () => {
    const tests = read("tests/packaging/support/alerts_test.yml");
    const names = [...read("packaging/prometheus/alerts.yml").matchAll(/- alert: (\w+)/g)];
    assert.ok(names.length > 10);
    for (const [, name] of names) assert.match(tests, new RegExp(`\\b${name}\\b`), name);
  });

  test("each say what they mean and what to do", () => {
    for (const rule of read("packaging/prometheus/alerts.yml").split("- alert: ").slice(1)) {
      for (const part of ["summary", "meaning", "action", "severity"]) {
        assert.match(rule, new RegExp(`^ +${part}: .{4,}$`, "m"), rule.split("\n")[0]);
      }
    }
  });

  test("the job of the scrape configuration is theirs", () => {
    const config = inRepository("packaging/prometheus/scrape.yml");
    const { status, stderr } = run("promtool", ["check", "config", "--syntax-only", config]);
    assert.equal(status, 0, stderr);
    assert.match(read("packaging/prometheus/scrape.yml"), /job_name: thunderpush$/m);
  });
});

describe("the dashboard", () => {
  test("asks for the data source when it is imported, and uses that one", () => {
    assert.equal(DASHBOARD.__inputs[0].name, "DS_PROMETHEUS");
    assert.equal(DASHBOARD.id, null);
    const sources = JSON.stringify(DASHBOARD).match(/"uid":"[^"]*"/g);
    const other = sources.filter((one) => one !== '"uid":"${DS_PROMETHEUS}"');
    assert.deepEqual(other, ['"uid":"thunderpush"']);
  });

  test("has panels that do not overlap", () => {
    const taken = new Set();
    for (const { title, gridPos } of DASHBOARD.panels) {
      assert.ok(gridPos.x + gridPos.w <= 24, title);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; ++x) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; ++y) {
          assert.ok(!taken.has(`${x} ${y}`), title);
          taken.add(`${x} ${y}`);
        }
      }
    }
    const ids = DASHBOARD.panels.map((panel) => panel.id);
    assert.equal(new Set(ids).size, ids.length);
  });

  test("asks what Prometheus understands", () => {
    assert.ok(expressions.length > 30);
    const folder = mkdtempSync(join(tmpdir(), "thunderpush-dashboard-"));
    const rules = expressions.map((expr, index) => {
      const filled = expr.replaceAll("$__rate_interval", "1m").replaceAll("$", "");
      return `      - {record: "panel:${index}", expr: ${JSON.stringify(filled)}}\n`;
    });
    const file = join(folder, "rules.yml");
    writeFileSync(file, `groups:\n  - name: panels\n    rules:\n${rules.join("")}`);
    const { status, stdout, stderr } = run("promtool", ["check", "rules", file]);
    rmSync(folder, { recursive: true, force: true });
    assert.equal(status, 0, stdout + stderr);
  });
});

describe("the metrics of a server", () => {
  let server;
  let text;

  before(async () => {
    server = await startServer();
    await byWebSocket(`http://127.0.0.1:${server.port}`, server.apps.main, "news", "Hello");
    const { status, body } = await request(`http://127.0.0.1:${server.adminPort}/metrics`);
    assert.equal(status, 200);
    text = body;
  });

  after(() => server?.stop());

  test("are what Prometheus reads", () => {
    const { status, stdout, stderr } = run("promtool", ["check", "metrics"], { input: text });
    assert.equal(stdout + stderr, "");
    assert.equal(status, 0);
  });

  // What has labels may have no sample yet, but its type is told.
  for (const [who, asked] of [
    ["the alerts", metricsIn(read("packaging/prometheus/alerts.yml"))],
    ["the dashboard", expressions.concat(textsOf(DASHBOARD, ["query"])).flatMap(metricsIn)],
  ]) {
    test(`have all that ${who} ask for`, () => {
      const told = new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
      assert.ok(new Set(asked).size > 10);
      for (const name of asked) {
        assert.ok(told.has(name) || told.has(name.replace(/_bucket$/, "")), name);
      }
    });
  }
});
