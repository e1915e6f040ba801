// A command may have 64 KiB, a name 64 bytes.
const CHANNELS_A_COMMAND = 500;

/** Names the connection, or shows its token; the first command. */
export function connectCommand(user: string | undefined, key: string): string {
  return `CONNECT ${user}:${key}`;
}

/** Subscribes to all channels, with as few commands as the server takes. */
export function subscribeCommands(channels: readonly string[]): string[] {
  const commands = [];
  for (let i = 0; i < channels.length; i += CHANNELS_A_COMMAND) {
    commands.push(`SUBSCRIBE ${channels.slice(i, i + CHANNELS_A_COMMAND).join(":")}`);
  }
  return commands;
}

/** Shows a fresh token in place of that of `connectCommand`. */
export function refreshCommand(token: string): string {
  return `REFRESH ${token}`;
}

/** Shows a token that permits subscriptions. */
export function authorizeCommand(token: string): string {
  return `AUTHORIZE ${token}`;
}

/** Ends one subscription. */
export function unsubscribeCommand(channel: string): string {
  return `UNSUBSCRIBE ${channel}`;
}
