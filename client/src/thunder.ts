import { Channel, type Subscriber } from "./channel";
import { ClosedError, isFinal, TOKEN_EXPIRED } from "./close";
import {
  authorizeCommand,
  connectCommand,
  refreshCommand,
  subscribeCommands,
  unsubscribeCommand,
} from "./command";
import { Connection, type State, type StateDetail } from "./connection";
import { Emitter } from "./emitter";
import { runtime, type Environment } from "./environment";
import { messageOf, type Message } from "./message";
import { addressOf, withoutColon, type ThunderOptions } from "./options";
import { standardRetry } from "./retry";
import { openSocket } from "./socket";
import { Token, type TokenSource } from "./token";

/** The events of a `Thunder` and their arguments. */
export interface ThunderEvents {
  /** The connection changes its state. */
  state: [state: State, detail: StateDetail];
  /** Any message: of any channel, or for this user. */
  message: [payload: unknown, message: Message];
}

interface Waiter {
  resolve(): void;
  reject(error: ClosedError): void;
}

const CHANNEL_NAME = /^[\w=@,.;-]{1,64}$/;

/**
 * A connection to a Thunderpush server, which is opened again when it is lost.
 *
 * `Channels` may map channels to what is published to them:
 * `new Thunder<{ news: Article }>(…)`.
 */
export class Thunder<Channels extends object = {}> extends Emitter<ThunderEvents> {
  private readonly connection: Connection;
  private readonly environment: Environment;
  private readonly channels = new Map<string, Channel<unknown>>();
  private readonly subscribed = new Set<string>();
  private readonly subscriber: Subscriber;
  private readonly identity: Token | undefined;
  private readonly permits = new Map<unknown, Token>(); // those of channels by name
  private waiters: Waiter[] = []; // for the connection to be open
  private failure: ClosedError | undefined;
  private ignoreNetwork = () => {};

  /** Does not connect yet. Throws a `TypeError` if options are missing or cannot be. */
  constructor(options: ThunderOptions);
  /** @internal */
  constructor(options: ThunderOptions, environment: Environment);
  constructor(options: ThunderOptions, environment = runtime) {
    super();
    const { retry = true, user = "", token } = options;
    const key = withoutColon("key", options.key);
    const name = withoutColon("user", user);
    const address = addressOf(options);
    this.environment = environment;
    this.identity =
      token === undefined
        ? undefined
        : new Token(token, environment, (fresh) => this.sendIfOpen([refreshCommand(fresh)]));
    this.connection = new Connection({
      open: (listener) => openSocket(address, options, listener),
      retry: retry === false ? undefined : { ...standardRetry, ...(retry === true ? {} : retry) },
      prepare: () => this.fetchTokens(),
      // Whoever has no other token need not come back with an expired one.
      isFinal: (code) => isFinal(code) || (code === TOKEN_EXPIRED && !this.hasFreshTokens()),
      environment,
      listener: {
        opened: () => this.greet(connectCommand(this.identity?.current ?? name, key)),
        received: ({ data }) => this.receive(messageOf(data)),
        failed: () => {}, // what follows from it is told by the close
        closed: () => {},
        changed: (state, detail) => this.changed(state, detail),
      },
    });
    this.subscriber = {
      isSubscribed: (channel) => this.subscribed.has(channel),
      subscribe: (channel, permit) => this.subscribe(channel, permit),
      unsubscribe: (channel) => this.unsubscribe(channel),
    };
  }

  /** What the connection does now. */
  get state(): State {
    return this.connection.state;
  }

  /**
   * Connects; when waiting for the next attempt, at once.
   *
   * Resolves when the connection is open and its user and subscriptions have
   * been sent. The server confirms neither: a wrong key is told by the state
   * `closed` with code 9000. Rejects with a `ClosedError` if the connection is
   * closed for good before that.
   */
  connect(): Promise<void> {
    this.failure = undefined;
    try {
      this.connection.connect();
    } catch (error) {
      return Promise.reject(error);
    }
    return this.whenOpen();
  }

  /** Closes for good, unless `connect()` is called again. Subscriptions are kept for then. */
  close(): void {
    if (this.state === "closed") this.giveUp(new ClosedError());
    else this.connection.close();
  }

  /** A channel: always the same object for a name. Throws a `TypeError` for an impossible name. */
  channel<Name extends string & keyof Channels>(name: Name): Channel<Channels[Name]>;
  channel<Payload = unknown>(name: string): Channel<Payload>;
  channel(name: string): Channel<any> {
    if (!CHANNEL_NAME.test(name)) {
      throw new TypeError("A channel is 1 to 64 letters, digits or _ - = @ , . ;");
    }
    let channel = this.channels.get(name);
    if (!channel) this.channels.set(name, (channel = new Channel(name, this.subscriber)));
    return channel;
  }

  /**
   * Shows a token that permits subscriptions, now and again after each
   * reconnection. A function is asked for one each time, and before the last
   * one expires.
   *
   * Resolves when the token has been sent; subscriptions made after that are
   * permitted. Rejects if the function does, and with a `ClosedError` if the
   * connection is closed for good before.
   */
  authorize(token: TokenSource): Promise<void> {
    return this.permit({}, token, []);
  }

  private subscribe(name: string, token?: TokenSource): Promise<void> {
    const isNew = !this.subscribed.has(name);
    this.subscribed.add(name);
    if (token !== undefined) return this.permit(name, token, subscribeCommands([name]));
    if (isNew) this.sendIfOpen(subscribeCommands([name]));
    return this.whenOpen();
  }

  private unsubscribe(name: string): void {
    this.permits.get(name)?.stop();
    this.permits.delete(name);
    if (this.subscribed.delete(name)) this.sendIfOpen([unsubscribeCommand(name)]);
  }

  private async permit(what: unknown, source: TokenSource, then: string[]): Promise<void> {
    const token: Token = new Token(source, this.environment, (fresh) =>
      this.sendIfOpen([authorizeCommand(fresh)]),
    );
    this.permits.get(what)?.stop();
    this.permits.set(what, token);
    // Else it is fetched with the others, before the socket is opened.
    if (this.state === "open" || this.state === "connecting") {
      const shown = await token.fetch();
      if (this.permits.get(what) !== token) return token.stop();
      this.sendIfOpen([authorizeCommand(shown), ...then]);
    }
    return this.whenOpen();
  }

  private tokens(): Token[] {
    return [...(this.identity ? [this.identity] : []), ...this.permits.values()];
  }

  private hasFreshTokens(): boolean {
    return this.tokens().every((token) => token.renewable);
  }

  private fetchTokens(): Promise<unknown> | undefined {
    if (this.tokens().length === 0) return undefined;
    // Without one of these its channels are left out, and the others come.
    const permits = [...this.permits.values()].map((token) => token.fetch().catch(() => {}));
    return Promise.all([this.identity?.fetch(), ...permits]);
  }

  private greet(greeting: string): void {
    // What is still being fetched is shown later, and what it permits after it.
    const shown = [...this.permits.values()].flatMap(({ current }) => current ?? []);
    const permitted = [...this.subscribed].filter(
      (name) => !this.permits.has(name) || this.permits.get(name)!.current,
    );
    this.send([greeting, ...shown.map(authorizeCommand), ...subscribeCommands(permitted)]);
  }

  private sendIfOpen(commands: readonly string[]): void {
    if (this.state === "open") this.send(commands);
  }

  private send(commands: readonly string[]): void {
    for (const command of commands) this.connection.send(command);
  }

  private receive(message: Message): void {
    const { payload, channel } = message;
    this.emit("message", payload, message);
    if (channel !== undefined && this.subscribed.has(channel)) {
      this.channels.get(channel)?.deliver(message);
    }
  }

  private changed(state: State, detail: StateDetail): void {
    this.ignoreNetwork();
    this.ignoreNetwork =
      state === "waiting" ? this.environment.whenOnline(() => this.connection.connect()) : () => {};
    if (state === "open") this.settle((waiter) => waiter.resolve());
    if (state === "closed") for (const token of this.tokens()) token.stop();
    if (state === "closed") this.giveUp(new ClosedError(detail.code, detail.reason));
    this.emit("state", state, detail);
  }

  private whenOpen(): Promise<void> {
    if (this.state === "open") return Promise.resolve();
    const promise = this.failure
      ? Promise.reject(this.failure)
      : new Promise<void>((resolve, reject) => this.waiters.push({ resolve, reject }));
    // Who does not look at the promise looks at the state.
    promise.catch(() => {});
    return promise;
  }

  private giveUp(failure: ClosedError): void {
    this.failure ??= failure;
    this.settle((waiter) => waiter.reject(failure));
  }

  private settle(how: (waiter: Waiter) => void): void {
    const { waiters } = this;
    this.waiters = [];
    waiters.forEach(how);
  }
}
