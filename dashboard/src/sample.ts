import type { Home, Stats } from "./contract";
import { growth, perSecond, type Reading } from "./rates";

/** What was seen at one time. */
export interface Sample extends Reading {
  stats: Stats;
  homes: readonly Home[];
  /** A second, since the sample before; null for the first one. */
  published: number | null;
  delivered: number | null;
  /** So many more than in the sample before. */
  closedAsSlow: number;
  failures: number;
}

/** What the answers of this moment say, together with those before. */
export function sampleOf(
  at: number,
  stats: Stats,
  homes: readonly Home[],
  before: Sample | undefined,
): Sample {
  const now: Sample = {
    at,
    uptime_seconds: stats.uptime_seconds,
    stats,
    homes,
    published: null,
    delivered: null,
    closedAsSlow: 0,
    failures: 0,
  };
  if (!before) return now;
  now.published = perSecond(before, now, (sample) => sample.stats.publications);
  now.delivered = perSecond(before, now, (sample) => sample.stats.deliveries);
  now.closedAsSlow = growth(before, now, (sample) => sample.stats.slow_consumers);
  now.failures = growth(before, now, (sample) => sample.stats.actor_failures);
  return now;
}
