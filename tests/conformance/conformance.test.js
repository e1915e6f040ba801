// Plays every case against our own transport, through the echo of
// tests/sockjs_server, plain and over TLS.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Authority } from "../blackbox/support/certificates.js";
import { TestServer } from "../sockjs/support/test_server.js";
import { catalogue, groupOf, groups } from "./catalogue.js";
import { playCases } from "./lib/play.js";
import { grade } from "./lib/verdict.js";

/// How many ids the public suite has in each group.
const IDS = new Map(Object.entries({
  1: 16, 2: 11, 3: 7, 4: 10, 5: 20, 6: 145, 7: 37, 9: 54, 10: 1, 12: 90, 13: 126,
}));

/// Messages of a compression case; the table in README.md was made with 1,000.
/// Over TLS fewer do: what is compressed is the same bytes.
const MESSAGES = Number(process.env.CONFORMANCE_MESSAGES ?? 100);
const MESSAGES_OVER_TLS = Math.ceil(MESSAGES / 10);

function overTls() {
  const { certificate, key } = new Authority().issue();
  return ["--tls-certificate", certificate, "--tls-key", key];
}

test("the catalogue has the 517 ids, each once, group by group", () => {
  assert.equal(catalogue.length, 517);
  assert.equal(new Set(catalogue.map(({ id }) => id)).size, 517);
  for (const key of groups.keys()) {
    const found = catalogue.filter(({ id }) => groupOf(id) === key).length;
    assert.equal(found, IDS.get(key), `ids of group ${key}`);
  }
});

for (const [scheme, options, messages] of [
  ["ws", () => [], MESSAGES],
  ["wss", overTls, MESSAGES_OVER_TLS],
]) {
  describe(`over ${scheme}`, () => {
    const settings = { concurrency: 4, deadlineMs: 60_000, messages };
    let server;

    before(async () => {
      server = await TestServer.start(options());
    });
    after(() => server.stop());

    for (const [key, name] of groups) {
      test(`no case of group ${key}, ${name}, fails, none is left out`, async () => {
        const cases = catalogue.filter(({ id }) => groupOf(id) === key);
        const url = `${scheme}://127.0.0.1:${server.port}/websocket_echo`;
        const results = await playCases(cases, url, settings);
        const accepted = [grade.passed, grade.informational];
        const others = results.filter((one) => !accepted.includes(one.grade));
        assert.deepEqual(others, []);
      });
    }
  });
}
