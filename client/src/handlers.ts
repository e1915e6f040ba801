/** A user's function. */
export type Handler<Args extends unknown[]> = (...args: Args) => void;

/** Tells the user of an error as of any uncaught one. */
function report(error: unknown): void {
  if (typeof reportError === "function") reportError(error);
  else {
    setTimeout(() => {
      throw error;
    });
  }
}

/** Calls a user's function; its failure is reported and stops nothing. */
export function call<Args extends unknown[]>(
  handler: Handler<Args>,
  self: unknown,
  ...args: Args
): void {
  try {
    handler.apply(self, args);
  } catch (error) {
    report(error);
  }
}

/** Users' functions, called in the order in which they came. */
export class Handlers<Args extends unknown[]> {
  // Replaced, never changed, so that a call in progress keeps its own.
  private list: readonly Handler<Args>[] = [];

  add(handler: Handler<Args>): void {
    this.list = [...this.list, handler];
  }

  remove(handler: Handler<Args>): void {
    const index = this.list.indexOf(handler);
    this.list = this.list.filter((_, at) => at !== index);
  }

  call(self: unknown, ...args: Args): void {
    for (const handler of this.list) call(handler, self, ...args);
  }
}
