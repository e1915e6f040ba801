/** The end of a connection, as SockJS tells it whichever the socket. */
export interface SocketClose {
  readonly type: "close";
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** A connection that is over for good: nothing will open it but `connect()`. */
export class ClosedError extends Error {
  /** Why, if it was not this side that closed it. */
  readonly code: number | undefined;
  /** What the server said, may be empty. */
  readonly reason: string;

  constructor(code?: number, reason = "") {
    super(code === undefined ? "Closed by this side" : `Closed: ${code} ${reason}`.trim());
    this.name = "ClosedError";
    this.code = code;
    this.reason = reason;
  }
}

/**
 * The code that a close code of a raw WebSocket stands for: 9000 to 9002 are
 * not legal in its close frames and travel as 4000 to 4002.
 */
export function applicationCode(code: number): number {
  return code >= 4000 && code <= 4002 ? code + 5000 : code;
}

/** The close code of a client whose token has expired. */
export const TOKEN_EXPIRED = 3010;

/** Whether the server does not want this client back. */
export function isFinal(code: number): boolean {
  return (code >= 9000 && code <= 9002) || (code >= 3500 && code <= 3999);
}
