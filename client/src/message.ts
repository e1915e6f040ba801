/** What a handler may want to know about a message beyond its payload. */
export interface Message<Payload = unknown> {
  /** The value that was published, or `data` if its text is not JSON. */
  readonly payload: Payload;
  /** Missing if the message was for this user. */
  readonly channel: string | undefined;
  /** The server's message as it came. */
  readonly data: unknown;
}

/** The value in a server's message; the whole message if there is none. */
export function payloadOf(data: unknown): unknown {
  try {
    return JSON.parse((data as { payload: string }).payload);
  } catch {
    return data;
  }
}

/** Reads a server's message. */
export function messageOf(data: unknown): Message {
  const channel = (data as { channel?: unknown } | null)?.channel;
  return {
    payload: payloadOf(data),
    channel: typeof channel === "string" ? channel : undefined,
    data,
  };
}
