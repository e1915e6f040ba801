/** What a server had counted at a time. */
export interface Reading {
  /** Of the reader's clock, in milliseconds. */
  at: number;
  /** Of the server. */
  uptime_seconds: number;
}

// Uptimes are whole seconds, and answers take their time.
const SLACK_SECONDS = 2;

/** Whether another process answered: it has been up for less than it should. */
export function restarted(before: Reading, now: Reading): boolean {
  const elapsed = (now.at - before.at) / 1000;
  return now.uptime_seconds + SLACK_SECONDS < before.uptime_seconds + elapsed;
}

/**
 * How much a counter grew between two readings. Counters begin at 0 with each
 * process: after a restart what the new one has counted is all that is known.
 */
export function growth<R extends Reading>(before: R, now: R, of: (reading: R) => number): number {
  const from = of(before);
  const to = of(now);
  return to < from || restarted(before, now) ? to : to - from;
}

/** The same a second; null if no time has passed. */
export function perSecond<R extends Reading>(
  before: R,
  now: R,
  of: (reading: R) => number,
): number | null {
  const elapsed = (now.at - before.at) / 1000;
  return elapsed > 0 ? growth(before, now, of) / elapsed : null;
}
