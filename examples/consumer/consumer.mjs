// Prints what is published to channels, one line of JSON a message:
//   node consumer.mjs CHANNEL...
import { Thunder } from "thunderpush";
import WebSocket from "ws";

const { SERVER = "127.0.0.1:8080", KEY = "public", USER_ID = "consumer" } = process.env;
const channels = process.argv.slice(2);
if (channels.length === 0) {
  console.error("node consumer.mjs CHANNEL...");
  process.exit(2);
}

// Node has a WebSocket of its own only since version 22.
const thunder = new Thunder({ server: SERVER, key: KEY, user: USER_ID, WebSocket });

for (const name of channels) {
  thunder
    .channel(name)
    .on("message", (payload) => {
      console.log(JSON.stringify({ channel: name, payload }));
    })
    .subscribe();
}

thunder.on("state", (state, { code, reason, delay }) => {
  const why = code ? ` (${code} ${reason})` : "";
  const next = delay ? `, next attempt in ${(delay / 1000).toFixed(1)} s` : "";
  console.error(`${state}${why}${next}`);
  if (state === "closed" && code) process.exitCode = 1; // the server does not want us back
});

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => thunder.close());

thunder.connect();
