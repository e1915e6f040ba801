/// An echo server on the npm package `ws`: the runner is tried on it.

import { WebSocketServer } from "ws";

const megabyte = 1024 * 1024;
const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2] ?? 0),
  perMessageDeflate: { threshold: 0 },
  maxPayload: 64 * megabyte,
});
server.on("connection", (client) => {
  client.on("error", () => {}); // it has closed the connection
  client.on("message", (message, binary) => client.send(message, { binary }));
});
server.on("listening", () => console.log(`ws://127.0.0.1:${server.address().port}/`));
