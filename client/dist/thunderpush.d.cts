declare class Emitter<Events extends {
	[Name in keyof Events]: unknown[];
}> {
	private readonly handlers;
	/**
	 * Calls `handler` at each event of that name. Whatever it throws is reported
	 * as an uncaught error and keeps no other handler from being called.
	 */
	on<Name extends keyof Events>(name: Name, handler: (...args: Events[Name]) => void): this;
	/** Calls `handler` no longer. */
	off<Name extends keyof Events>(name: Name, handler: (...args: Events[Name]) => void): this;
	protected emit<Name extends keyof Events>(name: Name, ...args: Events[Name]): void;
	private handlersOf;
}
/** What a handler may want to know about a message beyond its payload. */
export interface Message<Payload = unknown> {
	/** The value that was published, or `data` if its text is not JSON. */
	readonly payload: Payload;
	/** Missing if the message was for this user. */
	readonly channel: string | undefined;
	/** The server's message as it came. */
	readonly data: unknown;
}
/** A token, or what fetches a fresh one. */
export type TokenSource = string | (() => string | Promise<string>);
/** The events of a channel and their arguments. */
export interface ChannelEvents<Payload> {
	message: [
		payload: Payload,
		message: Message<Payload>
	];
}
/** A channel of one `Thunder`; `Payload` is what is published to it. */
export declare class Channel<Payload = unknown> extends Emitter<ChannelEvents<Payload>> {
	readonly name: string;
	private readonly subscriber;
	/** Whether `subscribe()` was called, and not `unsubscribe()` after it. */
	get subscribed(): boolean;
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
	subscribe(token?: TokenSource): Promise<void>;
	/**
	 * Ends the subscription: from now on no handler of this channel is called.
	 *
	 * Resolves when the command has been sent, which is at once, or need not be,
	 * because there is no connection.
	 */
	unsubscribe(): Promise<void>;
}
/** The end of a connection, as SockJS tells it whichever the socket. */
export interface SocketClose {
	readonly type: "close";
	readonly code: number;
	readonly reason: string;
	readonly wasClean: boolean;
}
/** A connection that is over for good: nothing will open it but `connect()`. */
export declare class ClosedError extends Error {
	/** Why, if it was not this side that closed it. */
	readonly code: number | undefined;
	/** What the server said, may be empty. */
	readonly reason: string;
	constructor(code?: number, reason?: string);
}
/** How a lost connection is opened again. */
export interface RetryOptions {
	/** Milliseconds before each attempt; the last one is repeated. */
	readonly delays?: readonly number[];
	/** By which part of itself a delay may be shorter or longer, 0 to 1. */
	readonly jitter?: number;
}
/** What SockJS and WebSocket have in common, as far as it is used here. */
export interface SocketLike {
	onopen: ((event: any) => any) | null;
	onmessage: ((event: any) => any) | null;
	onerror: ((event: any) => any) | null;
	onclose: ((event: any) => any) | null;
	send(text: string): void;
	close(): void;
}
/** `SockJS`, `WebSocket`, or a class that can take their place. */
export type SocketConstructor = new (url: string, protocols?: any, options?: any) => SocketLike;
/** Which kind of socket is used. */
export interface SocketOptions {
	/** SockJS, if it is not there as a global; comes before `WebSocket`. */
	readonly SockJS?: SocketConstructor;
	/** Options for SockJS, for example `{ transports: ["websocket"] }`. */
	readonly sockjs?: object;
	/** Used if `SockJS` is not given; without it the global SockJS, then the global WebSocket. */
	readonly WebSocket?: SocketConstructor;
}
/** A server's message: `data` is an object, whichever the socket. */
export interface SocketMessage {
	readonly type: "message";
	readonly data: unknown;
}
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
/** Options of `LegacyThunder.connect`. */
export interface LegacyOptions extends SocketOptions {
	/** Without it the user is called `undefined`. */
	readonly user?: string;
	/** Tell the console what happens. */
	readonly log?: boolean;
	/** `false`: a lost connection is not opened again. */
	readonly retry?: boolean;
	/** By default `"http"`. */
	readonly protocol?: "http" | "https";
}
/** Told what became of a command. */
export type LegacyCallback = (thunder: LegacyThunder, text: string) => void;
/** The interface of the client for the Python server: one connection. */
export interface LegacyThunder {
	/** What is subscribed to; the array that was given to `connect`. */
	channels: string[];
	/** Opens `PROTOCOL://SERVER/connect`. */
	connect(server: string, key: string, channels?: string[], options?: LegacyOptions): void;
	/** Closes without reconnection; `false` if there was nothing open. */
	disconnect(): boolean;
	/** Calls the handler with each message's payload. */
	listen(handler: (payload: any) => void): void;
	/** Throws if not open, and for what is no name. */
	subscribe(channel: string, ok?: LegacyCallback, error?: LegacyCallback): true;
	/** Throws if not open. */
	unsubscribe(channel: string, ok?: LegacyCallback, error?: LegacyCallback): true;
	onSockOpen(handler: (event: any) => void): void;
	onSockError(handler: (event: any) => void): void;
	/** The code is that of SockJS whichever the socket. */
	onSockClose(handler: (event: SocketClose) => void): void;
	/** `event.data` is an object with `payload` and, perhaps, `channel`. */
	onSockMessage(handler: (event: SocketMessage) => void): void;
}
/** Gives `target` the interface of the client for the Python server. */
export declare function legacyThunder<Target extends object>(target: Target): Target & LegacyThunder;
/** Where to connect, as whom, and how. */
export interface ThunderOptions extends SocketOptions {
	/** The public key of the app. */
	readonly key: string;
	/** Host and port; by default those of the page. */
	readonly server?: string;
	/** By default that of the page, else `"http"`. */
	readonly protocol?: "http" | "https";
	/** Any text without a colon; by default empty: nobody can address it. */
	readonly user?: string;
	/**
	 * Says who the user is, in place of `user`. A function is asked for a token at
	 * each connection and before the last one expires.
	 */
	readonly token?: TokenSource;
	/** `false`: a lost connection is not opened again. */
	readonly retry?: boolean | RetryOptions;
}
/** The events of a `Thunder` and their arguments. */
export interface ThunderEvents {
	/** The connection changes its state. */
	state: [
		state: State,
		detail: StateDetail
	];
	/** Any message: of any channel, or for this user. */
	message: [
		payload: unknown,
		message: Message
	];
}
/**
 * A connection to a Thunderpush server, which is opened again when it is lost.
 *
 * `Channels` may map channels to what is published to them:
 * `new Thunder<{ news: Article }>(…)`.
 */
export declare class Thunder<Channels extends object = {}> extends Emitter<ThunderEvents> {
	private readonly connection;
	private readonly environment;
	private readonly channels;
	private readonly subscribed;
	private readonly subscriber;
	private readonly identity;
	private readonly permits;
	private waiters;
	private failure;
	private ignoreNetwork;
	/** Does not connect yet. Throws a `TypeError` if options are missing or cannot be. */
	constructor(options: ThunderOptions);
	/** What the connection does now. */
	get state(): State;
	/**
	 * Connects; when waiting for the next attempt, at once.
	 *
	 * Resolves when the connection is open and its user and subscriptions have
	 * been sent. The server confirms neither: a wrong key is told by the state
	 * `closed` with code 9000. Rejects with a `ClosedError` if the connection is
	 * closed for good before that.
	 */
	connect(): Promise<void>;
	/** Closes for good, unless `connect()` is called again. Subscriptions are kept for then. */
	close(): void;
	/** A channel: always the same object for a name. Throws a `TypeError` for an impossible name. */
	channel<Name extends string & keyof Channels>(name: Name): Channel<Channels[Name]>;
	channel<Payload = unknown>(name: string): Channel<Payload>;
	/**
	 * Shows a token that permits subscriptions, now and again after each
	 * reconnection. A function is asked for one each time, and before the last
	 * one expires.
	 *
	 * Resolves when the token has been sent; subscriptions made after that are
	 * permitted. Rejects if the function does, and with a `ClosedError` if the
	 * connection is closed for good before.
	 */
	authorize(token: TokenSource): Promise<void>;
	private subscribe;
	private unsubscribe;
	private permit;
	private tokens;
	private hasFreshTokens;
	private fetchTokens;
	private greet;
	private sendIfOpen;
	private send;
	private receive;
	private changed;
	private whenOpen;
	private giveUp;
	private settle;
}

export {};
