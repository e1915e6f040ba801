import { isFinal, type SocketClose } from "./close";
import type { Environment } from "./environment";
import { retryDelay, type RetryPolicy } from "./retry";
import type { SocketMessage, SocketLike, SocketListener } from "./socket";

/**
 * What a connection does: it is being opened, it is open, it waits for the next
 * attempt, or it is closed and stays so.
 */
export type State = "connecting" | "open" | "waiting" | "closed";

/** Why a connection is in its state. */
export interface StateDetail {
  /** The close code: when waiting, and when closed unless by this side. */
  readonly code?: number;
  /** What the server said with the code, may be empty. */
  readonly reason?: string;
  /** When waiting, milliseconds until the next attempt. */
  readonly delay?: number;
}

/** Told of what happens to a connection. */
export interface ConnectionListener {
  /** The socket is open: time to send the first commands. */
  opened(event: unknown): void;
  received(event: SocketMessage): void;
  failed(event: unknown): void;
  /** The socket is closed; what follows from it is told by `changed`. */
  closed(event: SocketClose): void;
  changed(state: State, detail: StateDetail): void;
}

/** What a connection is made of. */
export interface ConnectionSetup {
  readonly open: (listener: SocketListener) => SocketLike;
  /** What is awaited before each attempt; an attempt that it rejects has failed. */
  readonly prepare?: () => Promise<unknown> | undefined;
  /** Whether a code ends all attempts. */
  readonly isFinal?: (code: number) => boolean;
  /** `undefined`: a lost connection is not opened again. */
  readonly retry: RetryPolicy | undefined;
  readonly environment: Environment;
  readonly listener: ConnectionListener;
}

/** A socket that is replaced when it is lost. */
export class Connection {
  private current: State = "closed";
  private socket: SocketLike | undefined;
  private attempts = 0; // in vain, since a connection that lasted
  private openedAt = 0;
  private cancelTimer = () => {};
  private preparing: object | undefined; // the attempt whose preparation is awaited

  constructor(private readonly setup: ConnectionSetup) {}

  get state(): State {
    return this.current;
  }

  /** Opens a socket now, unless one is open or about to be. */
  connect(): void {
    if (this.current === "open" || this.current === "connecting") return;
    if (this.current === "closed") this.attempts = 0;
    this.cancelTimer();
    this.prepare();
  }

  /** Sends a command; only when open. */
  send(command: string): void {
    this.socket!.send(command);
  }

  /** Closes for good. The listener is still told of the socket's end. */
  close(): void {
    if (this.current === "closed") return;
    this.cancelTimer();
    this.preparing = undefined;
    this.become("closed", {});
    this.socket?.close();
  }

  /** Closes for good; the listener is told nothing more of the socket. */
  abandon(): void {
    const { socket } = this;
    this.close();
    if (this.socket === socket) this.socket = undefined;
  }

  private prepare(): void {
    const prepared = this.setup.prepare?.();
    if (!prepared) {
      this.open();
      return;
    }
    const attempt = (this.preparing = {});
    const unlessGivenUp = (then: () => void) => () => {
      if (this.preparing !== attempt) return;
      this.preparing = undefined;
      then();
    };
    this.socket = undefined; // one that was closed before has nothing more to say
    this.become("connecting", {});
    prepared.then(
      unlessGivenUp(() => this.open()),
      (error) =>
        unlessGivenUp(() => {
          const reason = error instanceof Error ? error.message : String(error);
          this.closed({ type: "close", code: 1006, reason, wasClean: false });
        })(),
    );
  }

  private open(): void {
    const { listener } = this.setup;
    const isCurrent = () => this.socket === socket;
    const isLive = () => isCurrent() && this.current !== "closed";
    const socket = this.setup.open({
      opened: (event) => isLive() && this.opened(event),
      received: (event) => isLive() && listener.received(event),
      failed: (event) => isCurrent() && listener.failed(event),
      closed: (event) => isCurrent() && this.closed(event),
    });
    this.socket = socket;
    if (this.current !== "connecting") this.become("connecting", {});
  }

  private opened(event: unknown): void {
    this.current = "open";
    this.openedAt = this.setup.environment.now();
    this.setup.listener.opened(event);
    // The listener may have closed it.
    if (this.state === "open") this.become("open", {});
  }

  private closed(event: SocketClose): void {
    const { code, reason } = event;
    this.socket = undefined;
    this.setup.listener.closed(event);
    if (this.current === "closed") return;
    const final = (this.setup.isFinal ?? isFinal)(code);
    if (this.setup.retry && !final) this.wait(this.setup.retry, code, reason);
    else this.become("closed", { code, reason });
  }

  private wait(retry: RetryPolicy, code: number, reason: string): void {
    const { now, random, after } = this.setup.environment;
    if (this.current === "open" && now() - this.openedAt >= retry.steady) this.attempts = 0;
    const delay = retryDelay(retry, this.attempts++, random());
    this.cancelTimer = after(delay, () => this.prepare());
    this.become("waiting", { code, reason, delay });
  }

  private become(state: State, detail: StateDetail): void {
    this.current = state;
    this.setup.listener.changed(state, detail);
  }
}
