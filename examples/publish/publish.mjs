#!/usr/bin/env node
// Publishes to a channel: publish.mjs CHANNEL JSON
//   publish.mjs news '{"text": "Hello"}'
const { SERVER = "127.0.0.1:8080", KEY = "public", SECRET = "secret" } = process.env;

/// Publishes a value; resolves with how many connections it goes to.
async function publish(channel, value) {
  const url = `http://${SERVER}/api/1.0.0/${KEY}/channels/${encodeURIComponent(channel)}/`;
  const answer = await fetch(url, {
    method: "POST",
    headers: { "X-Thunder-Secret-Key": SECRET, "Content-Type": "application/json" },
    body: JSON.stringify(value),
    signal: AbortSignal.timeout(10_000),
  });
  const { count, message } = await answer.json();
  if (!answer.ok) throw new Error(`${answer.status}: ${message}`);
  return count;
}

const [channel, json] = process.argv.slice(2);
if (json === undefined) {
  console.error("publish.mjs CHANNEL JSON");
  process.exit(2);
}
try {
  console.log("went to", await publish(channel, JSON.parse(json)));
} catch (error) {
  console.error(error.cause ? `${SERVER}: ${error.cause.message}` : error.message);
  process.exitCode = 1;
}
