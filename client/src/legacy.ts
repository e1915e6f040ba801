import type { SocketClose } from "./close";
import { connectCommand, subscribeCommands, unsubscribeCommand } from "./command";
import { Connection } from "./connection";
import { runtime, type Environment } from "./environment";
import { call, Handlers, type Handler } from "./handlers";
import { payloadOf } from "./message";
import { legacyRetry } from "./retry";
import { openSocket, type SocketMessage, type SocketOptions } from "./socket";

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

type RawEvent = "open" | "error" | "close" | "message";

function failure(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** Gives `target` the interface of the client for the Python server. */
export function legacyThunder<Target extends object>(target: Target): Target & LegacyThunder;
/** @internal */
export function legacyThunder<Target extends object>(
  target: Target,
  environment: Environment,
): Target & LegacyThunder;
export function legacyThunder<Target extends object>(target: Target, environment = runtime) {
  const handlers = new Handlers<[payload: unknown]>();
  const rawHandlers: { [Event in RawEvent]?: Handler<[event: any]> } = {};
  let connection: Connection | undefined;
  let greeted = false; // CONNECT has been sent

  const setRaw = (event: RawEvent) => (handler: Handler<[event: any]>) => {
    if (typeof handler === "function") rawHandlers[event] = handler;
  };

  const callRaw = (name: RawEvent, event: unknown) => {
    const handler = rawHandlers[name];
    if (handler) call(handler, thunder, event);
  };

  const tell = (callback: LegacyCallback | undefined, text: string) => {
    if (typeof callback === "function") callback(thunder, text);
  };

  const openConnection = (error: LegacyCallback | undefined): Connection => {
    if (connection?.state === "open") return connection;
    tell(error, "Socket not open");
    throw failure("socket.status", `Socket not open: ${connection?.state ?? "never connected"}`);
  };

  const legacy: LegacyThunder = {
    channels: [],

    connect(server, key, channels = [], options = {}) {
      const { log, retry, user, protocol = "http" } = options;
      const say = (...words: unknown[]) => log && console.log("Thunder:", ...words);
      connection?.abandon();
      thunder.channels = channels;
      greeted = false;
      const mine = new Connection({
        open: (listener) =>
          openSocket(
            { server, protocol },
            { ...options, sockjs: { debug: !!log, ...options.sockjs } },
            listener,
          ),
        retry: retry === false ? undefined : legacyRetry,
        environment,
        listener: {
          opened(event) {
            callRaw("open", event);
            if (mine.state !== "open") return;
            mine.send(connectCommand(user, key));
            subscribeCommands(thunder.channels).forEach((command) => mine.send(command));
            greeted = true;
          },
          received(event) {
            say("message", event.data);
            callRaw("message", event);
            handlers.call(thunder, payloadOf(event.data));
          },
          failed: (event) => callRaw("error", event),
          closed(event) {
            greeted = false;
            callRaw("close", event);
          },
          changed: say,
        },
      });
      connection = mine;
      mine.connect();
    },

    disconnect() {
      const isOpen = connection?.state === "open";
      connection?.close();
      return isOpen;
    },

    listen: (handler) => handlers.add(handler),

    subscribe(channel, ok, error) {
      if (typeof channel !== "string" || !channel) {
        throw failure("channel.invalid", "Channel is not a string");
      }
      const open = openConnection(error);
      const isNew = thunder.channels.indexOf(channel) < 0;
      if (isNew) {
        // Before CONNECT it goes with the others of the list.
        if (greeted) subscribeCommands([channel]).forEach((command) => open.send(command));
        thunder.channels.push(channel);
      }
      tell(ok, isNew ? "Channel subscribed" : "Channel already subscribed");
      return true;
    },

    unsubscribe(channel, ok, error) {
      const open = openConnection(error);
      if (greeted) open.send(unsubscribeCommand(channel));
      const index = thunder.channels.indexOf(channel);
      if (index >= 0) thunder.channels.splice(index, 1);
      tell(ok, "Channel unsubscribed");
      return true;
    },

    onSockOpen: setRaw("open"),
    onSockError: setRaw("error"),
    onSockClose: setRaw("close"),
    onSockMessage: setRaw("message"),
  };

  const thunder = Object.assign(target, legacy);
  return thunder;
}
