/// What became of a case.
export const grade = {
  passed: "passed",
  nonStrict: "non-strict", // allowed by the RFC, though not what it recommends
  informational: "informational", // the RFC leaves it open; all that counts is that it ends
  unimplemented: "unimplemented", // needs an extension that the server does not negotiate
  failed: "failed",
};

function describeEvent({ type, payload }) {
  if (payload.length > 32) return `${type} of ${payload.length} bytes`;
  return `${type} ${JSON.stringify(payload.toString("latin1"))}`;
}

const describeEvents = (events) =>
  events.length === 0 ? "nothing" : events.map(describeEvent).join(", ");

function describeClose(frame) {
  if (frame === null) return "no close frame";
  return frame.code === null ? "a close frame without a code" : `close ${frame.code}`;
}

function same(event, wanted) {
  return event !== undefined && event.type === wanted.type && event.payload.equals(wanted.payload);
}

/// Whether the events are the beginning of what an outcome wants.
export function isBeginning(events, outcome) {
  return events.length <= outcome.events.length
    && events.every((event, index) => same(event, outcome.events[index]));
}

/// Whether the events are all that an outcome wants.
export function isComplete(events, outcome) {
  return events.length === outcome.events.length && isBeginning(events, outcome);
}

/**
 * One way a case may go.
 * @typedef {object} Outcome
 * @property {string} grade
 * @property {{ type: string, payload: Buffer }[]} events what the server sends before the end
 * @property {"client" | "server"} closes who starts to close
 * @property {(number | null)[]} codes of the server's close frame; null: a frame without one
 * @property {boolean} mayDrop whether the server may end without a close frame
 */

const event = (type, payload) => ({ type, payload: Buffer.from(payload) });

export const textEvent = (payload) => event("text", payload);
export const binaryEvent = (payload) => event("binary", payload);
export const pongEvent = (payload) => event("pong", payload);

/// The server answers, the client closes, the server confirms (RFC 6455 section 7.1.2).
export const answers = (...events) =>
  ({ grade: grade.passed, events, closes: "client", codes: [1000, null], mayDrop: false });

/// The client has closed; the server confirms with one of the codes or without one.
export const confirms = (...codes) =>
  ({ grade: grade.passed, events: [], closes: "client", codes: [...codes, null], mayDrop: false });

/**
 * The server fails the connection (RFC 6455 section 7.1.7), after these events: a close frame with
 * one of the codes. To drop the connection without one is allowed, too, but not recommended.
 * @returns {Outcome[]}
 */
export function fails(codes, events = []) {
  const outcome = { grade: grade.passed, events, closes: "server", codes, mayDrop: false };
  return [outcome, { ...outcome, grade: grade.nonStrict, codes: [], mayDrop: true }];
}

/// The outcomes, but none better than non-strict.
export const atBest = (best, outcomes) => outcomes.map((each) => ({ ...each, grade: best }));

/**
 * The grade of a case whose connection is over.
 * @param {Outcome[]} outcomes best first
 */
export function judge(peer, outcomes) {
  if (peer.breach !== null) return { grade: grade.failed, why: `the server sent ${peer.breach}` };
  const fits = outcomes.find((each) => isComplete(peer.events, each)
    && (peer.closeFrame === null ? each.mayDrop : each.codes.includes(peer.closeFrame.code)));
  const seen = `${describeEvents(peer.events)}, then ${describeClose(peer.closeFrame)}`;
  if (fits) return { grade: fits.grade, why: seen };
  const [best] = outcomes;
  const wanted = `${describeEvents(best.events)}, then ${best.codes
    .map((code) => describeClose({ code })).join(" or ")}`;
  return { grade: grade.failed, why: `got ${seen}; expected ${wanted}` };
}
