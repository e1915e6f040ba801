/// A clock that a test moves.
export class SteppedClock {
  constructor() {
    this.time = 0;
    this.timers = [];
  }

  now() {
    return this.time;
  }

  after(delay, run) {
    const timer = { at: this.time + delay, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /// When the next timer ends; Infinity if none runs.
  get next() {
    return Math.min(Infinity, ...this.timers.map(({ at }) => at));
  }

  /// Moves to the end of the next timer and lets all that follows from it happen.
  async step() {
    const { next } = this;
    this.time = next;
    const due = this.timers.filter(({ at }) => at === next);
    this.timers = this.timers.filter(({ at }) => at !== next);
    for (const { run } of due) run();
    await settled();
  }
}

/// Until all promises that can settle have.
export function settled() {
  return new Promise((done) => setImmediate(done));
}
