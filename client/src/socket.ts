import { applicationCode, type SocketClose } from "./close";

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

/** Where a server is. */
export interface Address {
  /** Host and port. */
  readonly server: string;
  readonly protocol: "http" | "https";
}

/** A server's message: `data` is an object, whichever the socket. */
export interface SocketMessage {
  readonly type: "message";
  readonly data: unknown;
}

/** Told of what happens to a socket. */
export interface SocketListener {
  opened(event: unknown): void;
  received(event: SocketMessage): void;
  failed(event: unknown): void;
  closed(event: SocketClose): void;
}

declare const SockJS: SocketConstructor | undefined;
declare const WebSocket: SocketConstructor | undefined;

const globalSockJS = () => (typeof SockJS === "undefined" ? undefined : SockJS);
const globalWebSocket = () => (typeof WebSocket === "undefined" ? undefined : WebSocket);

/** Opens a socket of the kind that the options ask for and that is there. */
export function openSocket(
  { server, protocol }: Address,
  options: SocketOptions,
  listener: SocketListener,
): SocketLike {
  const SockJS = options.SockJS ?? (options.WebSocket ? undefined : globalSockJS());
  if (SockJS) {
    return listen(
      new SockJS(`${protocol}://${server}/connect`, undefined, options.sockjs),
      listener,
    );
  }
  const WebSocket = options.WebSocket ?? globalWebSocket();
  if (!WebSocket) throw new Error("Neither SockJS nor WebSocket is there: pass one as an option");
  const url = `${protocol.replace("http", "ws")}://${server}/connect/websocket`;
  return listen(new WebSocket(url), likeSockJS(listener));
}

function listen(socket: SocketLike, listener: SocketListener): SocketLike {
  socket.onopen = (event) => listener.opened(event);
  socket.onmessage = (event) => listener.received(event);
  socket.onerror = (event) => listener.failed(event);
  socket.onclose = (event) => listener.closed(event);
  return socket;
}

/** A listener to a raw WebSocket that tells what SockJS would have told. */
function likeSockJS(listener: SocketListener): SocketListener {
  return {
    opened: (event) => listener.opened(event),
    received: ({ data }) => listener.received({ type: "message", data: objectOf(data) }),
    failed: (event) => listener.failed(event),
    closed: ({ code, reason, wasClean }) =>
      listener.closed({ type: "close", code: applicationCode(code), reason, wasClean }),
  };
}

function objectOf(text: unknown): unknown {
  try {
    return JSON.parse(text as string);
  } catch {
    return text;
  }
}
