import { Emitter } from "./emitter";
import type { Message } from "./message";
import type { TokenSource } from "./token";

/** The events of a channel and their arguments. */
export interface ChannelEvents<Payload> {
  message: [payload: Payload, message: Message<Payload>];
}

/** What a channel needs of its connection. */
export interface Subscriber {
  isSubscribed(channel: string): boolean;
  subscribe(channel: string, token?: TokenSource): Promise<void>;
  unsubscribe(channel: string): void;
}

/** A channel of one `Thunder`; `Payload` is what is published to it. */
export class Channel<Payload = unknown> extends Emitter<ChannelEvents<Payload>> {
  /** @internal */
  constructor(
    readonly name: string,
    private readonly subscriber: Subscriber,
  ) {
    super();
  }

  /** Whether `subscribe()` was called, and not `unsubscribe()` after it. */
  get subscribed(): boolean {
    return this.subscriber.isSubscribed(this.name);
  }

  /**
   * Subscribes, now and again after each reconnection, until `unsubscribe()`.
   *
   * Resolves when the command has been sent over an open connection. The server
   * confirms no command; it carries them out in their order. Rejects with a
   * `ClosedError` if the connection is closed for good before that.
   *
   * A private channel may need a token that names it, unless that of the user
   * does. A function is asked for one at each connection and before the last
   * one expires. If it fails the promise rejects; at a reconnection the channel
   * is left out until the next.
   */
  subscribe(token?: TokenSource): Promise<void> {
    return this.subscriber.subscribe(this.name, token);
  }

  /**
   * Ends the subscription: from now on no handler of this channel is called.
   *
   * Resolves when the command has been sent, which is at once, or need not be,
   * because there is no connection.
   */
  async unsubscribe(): Promise<void> {
    this.subscriber.unsubscribe(this.name);
  }

  /** @internal */
  deliver(message: Message): void {
    this.emit("message", message.payload as Payload, message as Message<Payload>);
  }
}
