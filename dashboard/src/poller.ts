/** Something that is asked for again and again. */
export interface Task {
  /** Every so many rounds; 1 is each second. */
  readonly every: number;
  /** Whether anybody wants to know at present. */
  wanted(): boolean;
  /** One request. Rejects if there was no answer: then the round ends, and the next one waits. */
  run(): Promise<void>;
}

export interface PollerEvents {
  /** A round has been answered. */
  answered(): void;
  /** A round has failed; the next one begins in so many milliseconds. */
  failed(error: unknown, delay: number): void;
}

/** Of the browser, or of a test. */
export interface Clock {
  now(): number;
  after(delay: number, run: () => void): () => void;
}

export const INTERVAL = 1000;
export const LONGEST_DELAY = 15_000;

export const browserClock: Clock = {
  now: () => performance.now(),
  after: (delay, run) => {
    const timer = setTimeout(run, delay);
    return () => clearTimeout(timer);
  },
};

/**
 * Runs tasks in rounds, one request at a time: the next round begins a second
 * after the last one did, and later each time there was no answer.
 */
export class Poller {
  private round = 0;
  private failures = 0;
  private busy = false;
  private going = false;
  private cancel: () => void = () => {};
  private readonly urgent = new Set<Task>();

  constructor(
    private readonly tasks: readonly Task[],
    private readonly events: PollerEvents,
    private readonly clock: Clock = browserClock,
  ) {}

  /** Begins a round at once, unless one is under way. */
  start(): void {
    this.going = true;
    this.cancel();
    void this.begin();
  }

  /** Begins no further round, and ends the present one after its request. */
  stop(): void {
    this.going = false;
    this.cancel();
  }

  /** Runs a task as soon as no other request is under way, even while stopped. */
  ask(task: Task): void {
    this.urgent.add(task);
    if (this.busy) return;
    this.cancel();
    void this.begin();
  }

  private async begin(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    const began = this.clock.now();
    let delay: number;
    try {
      await this.answerUrgent();
      if (this.going) await this.runRound();
      this.failures = 0;
      delay = Math.max(0, began + INTERVAL - this.clock.now());
    } catch (error) {
      this.urgent.clear();
      delay = Math.min(INTERVAL * 2 ** this.failures++, LONGEST_DELAY);
      this.events.failed(error, delay);
    }
    this.busy = false;
    this.cancel = this.going ? this.clock.after(delay, () => void this.begin()) : () => {};
  }

  private async runRound(): Promise<void> {
    const round = this.round++;
    for (const task of this.tasks) {
      if (round % task.every !== 0 || !task.wanted()) continue;
      await task.run();
      await this.answerUrgent();
      if (!this.going) return;
    }
    this.events.answered();
  }

  private async answerUrgent(): Promise<void> {
    for (const task of this.urgent) {
      this.urgent.delete(task);
      if (task.wanted()) await task.run();
    }
  }
}
