/** How a lost connection is opened again. */
export interface RetryOptions {
  /** Milliseconds before each attempt; the last one is repeated. */
  readonly delays?: readonly number[];
  /** By which part of itself a delay may be shorter or longer, 0 to 1. */
  readonly jitter?: number;
}

/** RetryOptions with nothing left open. */
export interface RetryPolicy extends Required<RetryOptions> {
  /** Milliseconds that a connection must last for the delays to begin anew. */
  readonly steady: number;
}

const DELAYS = [1000, 2500, 5000, 10000, 30000, 60000];

/**
 * Widely spread, so that the clients of a server that was restarted do not all
 * come back at once.
 */
export const standardRetry: RetryPolicy = { delays: DELAYS, jitter: 0.5, steady: 5000 };

/** That of the client for the Python server, but for the jitter. */
export const legacyRetry: RetryPolicy = { delays: DELAYS, jitter: 0.2, steady: 0 };

/**
 * Milliseconds to wait after so many attempts in vain; `random` is from 0 up to
 * 1.
 */
export function retryDelay(policy: RetryPolicy, attempts: number, random: number): number {
  const { delays, jitter } = policy;
  const delay = delays[Math.min(attempts, delays.length - 1)] ?? 0;
  return Math.round(delay * (1 + jitter * (2 * random - 1)));
}
