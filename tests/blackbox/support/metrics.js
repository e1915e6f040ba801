import assert from "node:assert/strict";

/// The samples of an exposition for Prometheus: name with labels as written,
/// to value.
export function samplesOf(text) {
  const samples = new Map();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const match = /^([a-z_:]+(?:\{.*\})?) (\S+)$/.exec(line);
    assert.ok(match, `a sample: ${line}`);
    assert.ok(!samples.has(match[1]), `${match[1]} stands there once`);
    samples.set(match[1], Number(match[2]));
  }
  return samples;
}

/// The metrics of the scenario's server, now. A counter that has not counted
/// yet may be missing: `of` takes it for 0.
export async function metrics(ctx) {
  const answer = await ctx.admin("GET", "/metrics");
  assert.equal(answer.status, 200, String(answer));
  const samples = samplesOf(answer.text);
  return { text: answer.text, of: (sample) => samples.get(sample) ?? 0 };
}
