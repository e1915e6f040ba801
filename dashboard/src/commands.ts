// What an operator may do to clients and channels: each asks first, and says
// what came of it.

import { messageOf, type Admin } from "./admin";
import { confirmed } from "./confirmation";
import { tellOutcome } from "./outcome";

export interface Client {
  id: number;
  user: string;
  address: string | null;
}

export async function disconnectClient(admin: Admin, client: Client): Promise<void> {
  const way = await confirmed({
    title: `Disconnect connection ${client.id}?`,
    text: `It is ${nameOf(client)}. What waits for it is dropped.`,
    yes: "Disconnect",
    choices: [
      ["true", "It may come back at once (3000)"],
      ["false", "For good: its client gives up (9002)"],
    ],
  });
  if (way === null) return;
  await carryOut(
    () => admin.delete(`connections/${client.id}`, { reconnect: way }),
    `Connection ${client.id} was disconnected.`,
    `Connection ${client.id} was not disconnected`,
  );
}

export async function disconnectUser(admin: Admin, name: string, app: string | null) {
  const way = await confirmed({
    title: `Disconnect user ${name}?`,
    text: "All connections of this user are closed for good: their clients give up (9002).",
    yes: "Disconnect",
  });
  if (way === null) return;
  await carryOut(
    () => admin.delete(`users/${encodeURIComponent(name)}`, { app }),
    `User ${name} was disconnected.`,
    `User ${name} was not disconnected`,
  );
}

export async function resetChannel(admin: Admin, name: string, app: string | null) {
  const way = await confirmed({
    title: `Reset channel ${name}?`,
    text: "Its actor is replaced, its subscribers stay. What it has not passed on is lost.",
    yes: "Reset",
  });
  if (way === null) return;
  await carryOut(
    () => admin.delete(`channels/${encodeURIComponent(name)}`, { app }),
    `Channel ${name} was reset.`,
    `Channel ${name} was not reset`,
  );
}

function nameOf({ user, address }: Client): string {
  const who = user === "" ? "a client without a user" : `a client of user ${user}`;
  return address === null ? who : `${who} at ${address}`;
}

async function carryOut(command: () => Promise<void>, done: string, failed: string) {
  try {
    await command();
    tellOutcome(done, true);
  } catch (error) {
    tellOutcome(`${failed}: ${messageOf(error)}`, false);
  }
}
