import { Handlers } from "./handlers";

/** An object with events: `Events` maps their names to their arguments. */
export class Emitter<Events extends { [Name in keyof Events]: unknown[] }> {
  private readonly handlers = new Map<keyof Events, Handlers<never>>();

  /**
   * Calls `handler` at each event of that name. Whatever it throws is reported
   * as an uncaught error and keeps no other handler from being called.
   */
  on<Name extends keyof Events>(name: Name, handler: (...args: Events[Name]) => void): this {
    this.handlersOf(name).add(handler);
    return this;
  }

  /** Calls `handler` no longer. */
  off<Name extends keyof Events>(name: Name, handler: (...args: Events[Name]) => void): this {
    this.handlersOf(name).remove(handler);
    return this;
  }

  protected emit<Name extends keyof Events>(name: Name, ...args: Events[Name]): void {
    this.handlersOf(name).call(this, ...args);
  }

  private handlersOf<Name extends keyof Events>(name: Name): Handlers<Events[Name]> {
    let handlers = this.handlers.get(name);
    if (!handlers) this.handlers.set(name, (handlers = new Handlers()));
    return handlers as unknown as Handlers<Events[Name]>;
  }
}
