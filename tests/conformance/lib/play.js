import { Peer } from "./peer.js";
import { grade, isBeginning, isComplete, judge } from "./verdict.js";

// How long the server may leave the TCP connection open once both have said that they close.
const closingMs = 10_000;

/**
 * A case of the catalogue.
 * @typedef {import("./verdict.js").Outcome} Outcome
 *
 * @typedef {object} Case
 * @property {string} id
 * @property {string} title a sentence: what the server does
 * @property {(peer: Peer, options: PlayOptions) => Promise<void | Outcome[]>} play sends what is
 *   to be sent; tells the outcomes if they depend on how that went
 * @property {Outcome[]} [outcomes] best first; none: anything that ends
 * @property {string[]} [offers] of extensions: the case needs one of them
 *
 * @typedef {object} PlayOptions
 * @property {number} deadlineMs of a case
 * @property {number} messages the most messages of a compression case
 */

async function converse(peer, test, options) {
  const failed = (why) => ({ grade: grade.failed, why });
  const outcomes = await test.play(peer, options) ?? test.outcomes;
  if (!outcomes) {
    const ended = await peer.until(() => peer.ended, options.deadlineMs);
    return ended ? { grade: grade.informational, why: "" } : failed("the connection stays open");
  }
  const answered = () => outcomes.some(
    (each) => each.closes === "client" && isComplete(peer.events, each));
  const hopeless = () => peer.breach !== null || peer.closeFrame !== null
    || !outcomes.some((each) => isBeginning(peer.events, each));
  if (!await peer.until(() => answered() || hopeless(), options.deadlineMs) && !peer.ended)
    return failed(`nothing more within ${options.deadlineMs} ms`);
  if (answered() && peer.closeFrame === null) await peer.close(1000);
  if (!await peer.until(() => peer.ended || peer.breach !== null, closingMs))
    return failed("the server leaves the TCP connection open");
  return judge(peer, outcomes);
}

/**
 * Plays a case against the server at `url`.
 * @param {Case} test
 * @param {PlayOptions} options
 * @returns {Promise<{ grade: string, why: string }>}
 */
export async function playCase(test, url, options) {
  let peer;
  try {
    peer = await Peer.open(url, { offers: test.offers });
    if (test.offers && peer.agreement === null) {
      return { grade: grade.unimplemented, why: "no permessage-deflate" };
    }
    return await converse(peer, test, options);
  } catch (error) {
    return { grade: grade.failed, why: error.message };
  } finally {
    peer?.destroy();
  }
}

/**
 * Plays cases, some at a time, and tells of each as it ends.
 * @param {Case[]} cases
 * @param {PlayOptions & { concurrency: number }} options
 * @param {(result: object) => void} [ended]
 */
export async function playCases(cases, url, options, ended = () => {}) {
  const results = new Array(cases.length);
  let next = 0;
  const work = async () => {
    while (next < cases.length) {
      const index = next++;
      const { id, title } = cases[index];
      results[index] = { id, title, ...await playCase(cases[index], url, options) };
      ended(results[index]);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, work));
  return results;
}
