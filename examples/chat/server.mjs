// The chat's own server: hands out the page, and passes on what people say to
// Thunderpush. It knows the secret; the page must not.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const { SERVER = "127.0.0.1:8080", SECRET = "secret", PORT = "3000" } = process.env;
const KEY = "public"; // in index.html, too
const CHANNEL = "chat";
const LONGEST = { name: 40, text: 500 };
const LARGEST_REQUEST = 8192; // characters

// The page is told where Thunderpush is.
const page = readFileSync(new URL("index.html", import.meta.url), "utf8").replaceAll(
  "127.0.0.1:8080",
  SERVER,
);

/// An answer that is not the one hoped for.
class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/// What a person says, from the body of a request: {name, text}.
async function spoken(request) {
  // Pages of other sites cannot send this type without being asked to.
  if (request.headers["content-type"] !== "application/json") throw new Refusal(415, "Not JSON.");
  let body = "";
  for await (const part of request.setEncoding("utf8")) {
    body += part;
    if (body.length > LARGEST_REQUEST) throw new Refusal(413, "Too long.");
  }
  let message;
  try {
    message = JSON.parse(body);
  } catch {
    throw new Refusal(400, "Not JSON.");
  }
  const said = {};
  for (const [member, longest] of Object.entries(LONGEST)) {
    const value = typeof message?.[member] === "string" ? message[member].trim() : "";
    if (!value || value.length > longest)
      throw new Refusal(400, `A ${member} has 1 to ${longest} characters.`);
    said[member] = value;
  }
  return said;
}

/// Publishes to everybody in the chat; resolves with how many there are.
async function publish(message) {
  const answer = await fetch(`http://${SERVER}/api/1.0.0/${KEY}/channels/${CHANNEL}/`, {
    method: "POST",
    headers: { "X-Thunder-Secret-Key": SECRET, "Content-Type": "application/json" },
    body: JSON.stringify(message),
    signal: AbortSignal.timeout(10_000),
  }).catch(() => {
    throw new Refusal(502, "Thunderpush cannot be reached.");
  });
  if (!answer.ok) throw new Refusal(502, `Thunderpush refused it (${answer.status}).`);
  return (await answer.json()).count;
}

async function answer(request) {
  const route = `${request.method} ${request.url}`;
  if (route === "GET /") return { type: "text/html; charset=utf-8", body: page };
  if (route !== "POST /messages") throw new Refusal(404, "Not here.");
  const count = await publish({ ...(await spoken(request)), at: Date.now() });
  return { type: "application/json", body: JSON.stringify({ count }) };
}

const server = createServer(async (request, response) => {
  try {
    const { type, body } = await answer(request);
    response.writeHead(200, { "Content-Type": type }).end(body);
  } catch (error) {
    const { status = 500, message } = error;
    if (status === 500) console.error(error);
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ message: status === 500 ? "A failure." : message }));
  }
});

server.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}/`);
});
