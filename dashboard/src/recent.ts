/** What was sampled in the last while, oldest first. */
export class Recent<Sample extends { at: number }> {
  private kept: Sample[] = [];

  constructor(private readonly span: number) {}

  get samples(): readonly Sample[] {
    return this.kept;
  }

  get newest(): Sample | undefined {
    return this.kept[this.kept.length - 1];
  }

  /** Samples come in the order of their times; one that does not begins anew. */
  add(sample: Sample): void {
    const { newest } = this;
    if (newest && sample.at <= newest.at) this.kept = [];
    this.kept.push(sample);
    const first = this.kept.findIndex(({ at }) => at >= sample.at - this.span);
    this.kept.splice(0, first);
  }
}

/**
 * Columns for a plot: times in seconds, then one array for each series. Where
 * samples are missing stands a null, which a line does not cross.
 */
export function columns<Sample extends { at: number }>(
  samples: readonly Sample[],
  series: readonly ((sample: Sample) => number | null)[],
  longestGap: number,
): [times: number[], ...series: (number | null)[][]] {
  const times: number[] = [];
  const values: (number | null)[][] = series.map(() => []);
  let before: number | undefined;
  for (const sample of samples) {
    if (before !== undefined && sample.at - before > longestGap) {
      times.push((before + 1) / 1000);
      for (const column of values) column.push(null);
    }
    times.push(sample.at / 1000);
    series.forEach((of, i) => values[i]?.push(of(sample)));
    before = sample.at;
  }
  return [times, ...values];
}
