// Waiting for conditions. Nothing in these tests sleeps for a fixed time: they
// wait until something is so, and say what they waited for when it never is.

/// How long any one condition may take, in milliseconds. Generous, because
/// sanitizer builds on a busy machine are slow; a passing test never waits it out.
export const DEADLINE_MS =
  1000 * Number(process.env.THUNDERPUSH_DEADLINE_SECONDS ?? 10);

const POLL_MS = 10;

/// One deadline for a wait of several steps: remaining() is what is left of
/// it, in milliseconds, and at least 1.
export function deadline(ms = DEADLINE_MS) {
  const end = Date.now() + ms;
  return { remaining: () => Math.max(1, end - Date.now()) };
}

/// Settles as `promise` does, or rejects after the deadline naming `what`.
/// `what` may be a function, called only when the deadline has passed.
export function within(promise, what, ms = DEADLINE_MS) {
  let timer;
  const expiry = new Promise((_, reject) => {
    timer = setTimeout(() => {
      const text = typeof what === "function" ? what() : what;
      reject(new Error(`waited ${(ms / 1000).toFixed(1)} s in vain for ${text}`));
    }, ms);
  });
  return Promise.race([promise, expiry]).finally(() => clearTimeout(timer));
}

/// Calls `probe` until it neither throws nor returns false; its result is the
/// result. The error after the deadline names `what` and the last failure.
export async function eventually(what, probe, ms = DEADLINE_MS) {
  const end = Date.now() + ms;
  for (;;) {
    let failure;
    try {
      const result = await probe();
      if (result !== false) return result;
      failure = "the condition stayed false";
    } catch (error) {
      failure = error.message;
    }
    if (Date.now() >= end) {
      throw new Error(
        `waited ${ms / 1000} s in vain for ${what}; at last: ${failure}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
