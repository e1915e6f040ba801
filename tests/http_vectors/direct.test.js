// Each vector straight to the server, in one piece and byte by byte.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";

import { disagreement } from "./support/outcome.js";
import { Stage } from "./support/stage.js";
import { VECTORS } from "./vectors/index.js";

// Above this a vector is about sizes, not about where its bytes are divided.
const LONGEST_DIVIDED = 4096;

const size = (vector) => [vector.send].flat().join("").length;

for (const [title, vectors, delivery] of [
  ["in one piece", VECTORS, {}],
  ["byte by byte", VECTORS.filter((each) => size(each) <= LONGEST_DIVIDED), { byteByByte: true }],
]) {
  describe(title, () => {
    let stage = null;

    after(() => stage?.close());

    for (const vector of vectors) {
      test(`${vector.id}: ${vector.says}`, async () => {
        if (!stage?.alive) stage = await Stage.open();
        const report = await stage.play(vector, delivery);
        assert.equal(report.smuggled, 0, "nothing is smuggled");
        const complaint = disagreement(report, vector.expect);
        const answer = JSON.stringify(report.bytes.subarray(0, 600).toString("latin1"));
        assert.equal(complaint, null, `${complaint}\nanswer: ${answer}`);
      });
    }
  });
}
