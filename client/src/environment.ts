/** What of the surroundings time and chance depend on. */
export interface Environment {
  /** Milliseconds since 1970. */
  now(): number;
  /** From 0 up to 1. */
  random(): number;
  /** Runs `task` after so many milliseconds; the result calls it off. */
  after(milliseconds: number, task: () => void): () => void;
  /** Runs `task` when the network is back; the result calls it off. */
  whenOnline(task: () => void): () => void;
}

/** That of a browser or of Node. */
export const runtime: Environment = {
  now: () => Date.now(),
  random: () => Math.random(),
  after(milliseconds, task) {
    const timer = setTimeout(task, milliseconds);
    return () => clearTimeout(timer);
  },
  whenOnline(task) {
    if (typeof addEventListener !== "function") return () => {};
    addEventListener("online", task);
    return () => removeEventListener("online", task);
  },
};
