/// An echo server on the npm package `ws`: the runner is tried on it.
/// Arguments: port, and for TLS the files of a certificate and its key.

import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";

import { WebSocketServer } from "ws";

const megabyte = 1024 * 1024;
const [port = "0", cert, key] = process.argv.slice(2);
const listener = cert
  ? https.createServer({ cert: readFileSync(cert), key: readFileSync(key) })
  : http.createServer();
const server = new WebSocketServer({
  server: listener,
  perMessageDeflate: { threshold: 0 },
  maxPayload: 64 * megabyte,
});
server.on("connection", (client) => {
  client.on("error", () => {}); // it has closed the connection
  client.on("message", (message, binary) => client.send(message, { binary }));
});
listener.listen(Number(port), "127.0.0.1", () => {
  console.log(`${cert ? "wss" : "ws"}://127.0.0.1:${listener.address().port}/`);
});
