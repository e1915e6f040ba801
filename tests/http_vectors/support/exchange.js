import { once } from "node:events";
import net from "node:net";

import { within } from "../../blackbox/support/deadline.js";

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/// Everything that a server sends on a connection on which `pieces` are sent,
/// each with a write of its own, and then the end. With `reset` the connection
/// is reset instead, once the last piece was handed to the kernel. `untilEnd` may
/// put the end off: it is called with the number of bytes `received()` so far,
/// whether the server `isDone()`, and `done`, which settles when it is.
export async function exchange(port, pieces, { reset = false, untilEnd } = {}) {
  const socket = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  let received = Buffer.alloc(0);
  const done = new Promise((resolve) => socket.once("close", resolve));
  socket.on("data", (part) => {
    received = Buffer.concat([received, part]);
  });
  socket.on("error", () => {}); // whoever refuses may also reset; `close` follows
  socket.on("end", () => socket.end());
  const shown = () => JSON.stringify(received.subarray(0, 300).toString("latin1"));
  const ends = (promise) => within(promise, () => `the end of the connection; received: ${shown()}`);
  try {
    await within(once(socket, "connect"), "a connection");
    await send(socket, pieces);
    if (reset) await resetConnection(socket);
    else if (untilEnd) {
      const isDone = () => socket.readableEnded || socket.destroyed;
      await ends(untilEnd({ received: () => received.length, isDone, done }));
    }
    socket.end();
    await ends(done);
  } finally {
    socket.destroy();
  }
  return received;
}

async function send(socket, pieces) {
  for (const piece of pieces) {
    if (!socket.writable) return;
    socket.write(piece);
    await nextTurn();
  }
}

async function resetConnection(socket) {
  if (socket.writableLength > 0) await within(once(socket, "drain"), "the bytes to be sent");
  socket.resetAndDestroy();
}

/// `text` as one piece, or as one a byte.
export function inPieces(text, byteByByte) {
  const bytes = Buffer.from(text, "latin1");
  if (!byteByByte) return [bytes];
  return Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
}
