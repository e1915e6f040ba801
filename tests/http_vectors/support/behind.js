import assert from "node:assert/strict";
import { after, describe, test } from "node:test";

import { VECTORS } from "../vectors/index.js";
import { disagreement } from "./outcome.js";
import { PROXIES } from "./proxies.js";
import { Stage } from "./stage.js";
import { SMUGGLED_PATH } from "./wire.js";

/// Declares the tests of all vectors behind the proxy of this name: it and the
/// server count the same requests, whatever it makes of the bytes.
export function testBehind(name) {
  describe(`behind ${name}`, () => {
    let stage = null;
    const totals = { vectors: 0, forwarded: 0, answered: 0, givenUp: 0, smuggled: 0 };

    after(async () => {
      await stage?.close();
    });

    for (const vector of VECTORS) {
      test(`${vector.id}: ${vector.says}`, async () => {
        if (!stage?.alive) stage = await Stage.open({ proxy: PROXIES[name] });
        const report = await stage.play(vector);
        assert.deepEqual(report.complaints, []);
        assert.equal(report.forwarded.length, report.answered + report.givenUp);
        // A proxy that takes the inner request for one of its own has not been
        // deceived: both agree on what was asked.
        const own = report.forwarded.filter((line) => line.includes(SMUGGLED_PATH)).length;
        assert.equal(report.smuggled, own, "inner requests published, and forwarded as such");
        if (vector.alike) {
          const complaint = disagreement(report, vector.expect);
          const answer = JSON.stringify(report.bytes.subarray(0, 600).toString("latin1"));
          assert.equal(complaint, null, `${complaint}\nanswer: ${answer}`);
        }
        totals.vectors += 1;
        totals.forwarded += report.forwarded.length;
        totals.answered += report.answered;
        totals.givenUp += report.givenUp;
        totals.smuggled += own;
      });
    }

    test("the proxy forwarded something, and not everything", (context) => {
      context.diagnostic(JSON.stringify(totals));
      assert.ok(totals.forwarded > totals.vectors / 2, JSON.stringify(totals));
      assert.ok(totals.forwarded < 4 * totals.vectors, JSON.stringify(totals));
    });
  });
}
