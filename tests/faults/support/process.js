import { readdirSync, readFileSync } from "node:fs";

import { eventually } from "../../blackbox/support/deadline.js";
import { ServerProcess } from "../../blackbox/support/server.js";

const TICKS_A_SECOND = 100; // USER_HZ, the unit of /proc/PID/stat on Linux

/// File descriptors that a process has open.
export function openDescriptors(pid) {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/// Seconds of processor time that a process has taken, all threads together.
function processorSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name before the last parenthesis may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

/// The part of one processor that a process takes over so many seconds.
export async function processorShare(pid, seconds) {
  const begun = process.hrtime.bigint();
  const taken = processorSeconds(pid);
  const passed = () => Number(process.hrtime.bigint() - begun) / 1e9;
  await eventually(`${seconds} s to pass`, () => passed() >= seconds, 2_000 * seconds);
  return (processorSeconds(pid) - taken) / passed();
}

/// Starts a server that has ended once more: same arguments, same ports.
export async function startedAgain(ended) {
  const { port, adminPort, apps, directory, file } = ended;
  const server = new ServerProcess(ended.args);
  Object.assign(server, { port, adminPort, apps, directory, file });
  await server.ready(port);
  await server.ready(adminPort);
  return server;
}
