import type { Environment } from "./environment";

/** A token, or what fetches a fresh one. */
export type TokenSource = string | (() => string | Promise<string>);

const LONGEST_TIMER = 2 ** 31 - 1; // milliseconds
const SHORTEST_LIFE = 1000;
const RENEWED_AFTER = 0.8; // of its life

/**
 * Milliseconds for which a token counts from now on; `undefined` if it does not
 * tell. Measured from `iat`, if it is there: the clock of this machine may be
 * wrong.
 */
export function lifeOf(token: string, now: number): number | undefined {
  try {
    const text = atob(token.split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/"));
    const { exp, iat = now / 1000 } = JSON.parse(text);
    const life = (exp - iat) * 1000;
    return life > -Infinity ? life : undefined;
  } catch {
    return undefined;
  }
}

/** A token that is replaced before it expires, if its source is a function. */
export class Token {
  private value: string | undefined;
  private cancelTimer = () => {};

  constructor(
    private readonly source: TokenSource,
    private readonly environment: Environment,
    private readonly renewed: (token: string) => void,
  ) {}

  /** The token that was fetched last, unless another one is being fetched. */
  get current(): string | undefined {
    return this.value;
  }

  /** Whether there will be another one. */
  get renewable(): boolean {
    return typeof this.source === "function";
  }

  /** Fetches a token; rejects if its source fails. */
  async fetch(): Promise<string> {
    this.stop();
    this.value = undefined;
    const value = typeof this.source === "function" ? await this.source() : this.source;
    if (typeof value !== "string" || !value || value.includes(":")) {
      throw new TypeError("A token is a text without a colon");
    }
    this.value = value;
    this.stop();
    const life = this.renewable ? lifeOf(value, this.environment.now()) : undefined;
    if (life !== undefined) {
      const delay = Math.min(Math.max(life, SHORTEST_LIFE) * RENEWED_AFTER, LONGEST_TIMER);
      this.cancelTimer = this.environment.after(delay, () => this.renew());
    }
    return value;
  }

  /** Fetches no more by itself. */
  stop(): void {
    this.cancelTimer();
    this.cancelTimer = () => {};
  }

  // If that fails, the server closes with 3010, and the next attempt fetches.
  private renew(): void {
    this.fetch().then(this.renewed, () => {});
  }
}
