/// Groups 12 and 13: permessage-deflate (RFC 7692).

import { opcode } from "../lib/frames.js";
import { sources } from "../lib/payloads.js";
import { answers } from "../lib/verdict.js";

/// Bytes of a message, and of its largest frame once it is compressed.
const shapes = [
  [16], [64], [256], [1024], [4096], [8192], [16_384], [32_768], [65_536], [131_072],
  [8192, 256], [16_384, 256], [32_768, 256], [65_536, 256], [131_072, 256],
  [131_072, 1024], [131_072, 4096], [131_072, 32_768],
];

// A case sends this much at most: more of the same says nothing new.
const bytesOfCase = 2 * 1024 * 1024;

const usual = "client_no_context_takeover; client_max_window_bits";
const offer = (...parameters) => ["permessage-deflate", ...parameters, usual].join("; ");

/// What a client may ask of the server (section 7.1).
const asked = [
  { what: "nothing", offers: [offer()] },
  { what: "no context takeover", offers: [offer("server_no_context_takeover")] },
  { what: "a window of 2^9", offers: [offer("server_max_window_bits=9")] },
  { what: "a window of 2^15", offers: [offer("server_max_window_bits=15")] },
  {
    what: "no context takeover and a window of 2^9",
    offers: [offer("server_no_context_takeover", "server_max_window_bits=9")],
  },
  {
    what: "no context takeover and a window of 2^15",
    offers: [offer("server_no_context_takeover", "server_max_window_bits=15")],
  },
  {
    what: "one of three things",
    offers: [offer("server_no_context_takeover", "server_max_window_bits=9"),
      offer("server_no_context_takeover"), offer()],
  },
];

/// Sends one message at a time; leaves the first answer that is wrong in the peer's events.
function exchange(source, size, frameBytes) {
  return async (peer, { deadlineMs, messages }) => {
    const count = Math.max(8, Math.min(messages, Math.floor(bytesOfCase / size)));
    for (const message of source.messages(size, count)) {
      await peer.sendCompressed(opcode[source.type], message, frameBytes);
      const arrived = await peer.until(() => peer.events.length > 0 || peer.breach, deadlineMs);
      const [echo] = peer.events;
      if (!arrived || peer.breach || echo.type !== source.type || !echo.payload.equals(message))
        throw new Error(peer.breach ?? `message of ${message.length} bytes did not come back`);
      peer.events.length = 0;
    }
  };
}

const group = (prefix, source, offers, title) => shapes.map(([size, frameBytes], index) => ({
  id: `${prefix}.${index + 1}`,
  title: `${title}, ${size} bytes a message`
    + `${frameBytes ? ` in frames of ${frameBytes}` : ""}: all come back`,
  offers,
  play: exchange(source, size, frameBytes),
  outcomes: [answers()],
}));

export default [
  ...Object.values(sources).flatMap((source, index) =>
    group(`12.${index + 1}`, source, asked[0].offers, `parts of ${source.title}`)),
  ...asked.flatMap(({ what, offers }, index) =>
    group(`13.${index + 1}`, sources.json, offers, `the client asks for ${what}`)),
];
