import net from "node:net";

import { connectionOf } from "./admin.js";
import { eventually, within } from "./deadline.js";
import { RawConnection, requestText } from "./raw_http.js";
import { RawClient } from "./sockjs_client.js";

/// Where the section [listener.NAME] of a server listens, as its log has it:
/// options of net.connect().
export async function placeOf(server, name) {
  const form = new RegExp(`listening on (\\S+) \\(\\[listener\\.${name}\\]\\)`);
  const url = await eventually(`the log to tell where [listener.${name}] listens`, () => {
    return server.stderr.match(form)?.[1] ?? false;
  });
  if (url.startsWith("unix:")) return { path: url.slice("unix:".length) };
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) };
}

/// A connection to a place that first says `header`.
export function connect(place, header = "") {
  const socket = net.connect(place);
  socket.setNoDelay(true);
  if (header.length > 0) socket.write(header);
  return socket;
}

/// The same, for a test that writes bytes of its own.
export async function rawConnection(place, header) {
  const connection = new RawConnection(connect(place, header));
  await within(connection.connected, `a connection to ${JSON.stringify(place)}`);
  return connection;
}

/// The answer to one GET.
export async function get(place, path, { header, headers = [] } = {}) {
  const connection = await rawConnection(place, header);
  try {
    connection.write(requestText("GET", path, { headers: [...headers, "Connection: close"] }));
    return await connection.readResponse();
  } finally {
    connection.destroy();
  }
}

/// A raw WebSocket client.
export function webSocket(place, { header, headers } = {}) {
  return RawClient.open(0, { createConnection: () => connect(place, header), headers });
}

/// The address that operators see of a client of such a place; "own" for that of
/// its own socket, with the port, and "closed" if it is not let in.
export async function addressSeen(ctx, place, options) {
  const connection = connect(place, options?.header);
  let client;
  try {
    client = ctx.keep(
      await RawClient.open(0, { createConnection: () => connection, headers: options?.headers }),
    );
  } catch {
    return "closed";
  }
  const user = ctx.name("somebody");
  client.send(`CONNECT ${user}:${ctx.server.apps.main.key}`);
  await eventually(`${user} to be online`, async () => (await ctx.rest().user(user)).json.online);
  const { address } = await connectionOf(ctx, user);
  const own = `${connection.localAddress}:${connection.localPort}`;
  client.terminate();
  return address === own ? "own" : address;
}

/// Resolves once the server has closed; whether it has said nothing before.
export async function closesWithoutAWord(connection) {
  return (await connection.closed("the server to close")).length === 0;
}
