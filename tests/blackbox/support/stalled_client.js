import { eventually } from "./deadline.js";

const BODY_BYTES = 60_000;
const ENOUGH = 600; // messages: far more than the kernel's buffers hold

/// The body of a numbered message that fills buffers.
export function numberedBody(number) {
  return JSON.stringify(`${number}:${"x".repeat(BODY_BYTES)}`);
}

/// The number of a message that a raw WebSocket got.
export function numberOf(text) {
  return Number(JSON.parse(JSON.parse(text).payload).split(":")[0]);
}

/// A client over a raw WebSocket that is subscribed to `channels` and reads
/// nothing any more.
export async function stalledClient(ctx, channels) {
  const client = await ctx.rawWebSocket("/connect/websocket");
  client.user = ctx.name("stalled");
  client.sendText(`CONNECT ${client.user}:publickey`);
  client.sendText(`SUBSCRIBE ${channels.join(":")}`);
  await eventually("the stalled client to be listed", async () => {
    const { users } = (await ctx.rest().channel(channels.at(-1))).json;
    return users.includes(client.user);
  });
  client.connection.socket.pause();
  return client;
}

/// Publishes one message in detail; waits where the channel is full.
export async function publishInDetail(ctx, channel, body) {
  const path = `/channels/${channel}/?detail=1`;
  return eventually("the publish to be accepted", async () => {
    const answer = await ctx.rest().request("POST", path, { body });
    if (answer.status === 429) return false;
    if (answer.status !== 200) throw new Error(String(answer));
    return answer.json;
  });
}

/// Publishes numbered messages until `done` holds for what became of the last.
/// Calls `accepted` with each number. Returns the last answer and number.
export async function publishUntil(ctx, channel, done, accepted = () => {}) {
  for (let number = 0; number < ENOUGH; ++number) {
    const body = numberedBody(number);
    const detail = await publishInDetail(ctx, channel, body);
    await accepted(number, body);
    if (done(detail)) return { detail, number };
  }
  throw new Error(`not even ${ENOUGH} messages of ${BODY_BYTES} bytes were enough`);
}
