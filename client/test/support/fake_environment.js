/// Time that a test moves, and chance that it decides.
export class FakeEnvironment {
  constructor() {
    this.time = 0;
    this.chance = 0.5; // no delay is changed by its jitter
    this.tasks = new Set(); // {at, run}
    this.onlineTasks = new Set();
    this.now = () => this.time;
    this.random = () => this.chance;
    this.after = (milliseconds, run) => {
      const task = { at: this.time + milliseconds, run };
      this.tasks.add(task);
      return () => this.tasks.delete(task);
    };
    this.whenOnline = (task) => {
      this.onlineTasks.add(task);
      return () => this.onlineTasks.delete(task);
    };
  }

  /// Lets time pass and runs what is due, in its order.
  advance(milliseconds) {
    const end = this.time + milliseconds;
    for (;;) {
      const [next] = [...this.tasks].sort((one, other) => one.at - other.at);
      if (!next || next.at > end) break;
      this.tasks.delete(next);
      this.time = next.at;
      next.run();
    }
    this.time = end;
  }

  /// The network is back.
  online() {
    for (const task of [...this.onlineTasks]) task();
  }
}
