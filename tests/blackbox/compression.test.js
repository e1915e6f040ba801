// permessage-deflate (RFC 7692) through the daemon.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { WebSocket } from "ws";

import { within } from "./support/deadline.js";
import { RestClient } from "./support/rest.js";
import { APPS, startServer } from "./support/server.js";

const long = { text: "thunder ".repeat(500) };

async function connect(server, options = {}) {
  const client = new WebSocket(`ws://127.0.0.1:${server.port}/connect/websocket`, {
    perMessageDeflate: true,
    ...options,
  });
  await once(client, "open");
  return client;
}

/// Publishes to the channel until somebody got it.
async function publishUntilHeard(server, channel, what) {
  const api = new RestClient(server.port, APPS.main);
  for (;;) {
    const answer = await api.publish(channel, JSON.stringify(what));
    if (JSON.parse(answer.text).count > 0) return;
  }
}

async function subscribed(server, client, channel) {
  const first = once(client, "message");
  client.send(`CONNECT somebody:${APPS.main.key}`);
  client.send(`SUBSCRIBE ${channel}`);
  await within(publishUntilHeard(server, channel, {}), "a subscriber");
  await within(first, "the first message");
}

/// How many bytes the client's socket reads for one long message.
async function bytesOfOne(server, client, channel) {
  const before = client._socket.bytesRead;
  const message = once(client, "message");
  await publishUntilHeard(server, channel, long);
  const [text] = await within(message, "the long message");
  assert.deepEqual(JSON.parse(JSON.parse(text).payload), long);
  return client._socket.bytesRead - before;
}

describe("with server.compression", () => {
  let server;
  before(async () => {
    server = await startServer({
      config: {
        "server": { compression: "on" },
        "namespace.news": { prefix: "news-", compression: "on" },
        "log": { level: "warning" },
      },
    });
  });
  after(() => server.stop());

  test("a message of a compressing namespace takes fewer bytes, for who negotiated it", async () => {
    const client = await connect(server);
    assert.match(client.extensions, /permessage-deflate/);
    await subscribed(server, client, "news-world");
    assert.ok((await bytesOfOne(server, client, "news-world")) < 200);
    client.terminate();
  });

  test("a message of another channel goes as it is", async () => {
    const client = await connect(server);
    await subscribed(server, client, "other");
    assert.ok((await bytesOfOne(server, client, "other")) > 4000);
    client.terminate();
  });

  test("a client that did not negotiate it gets the same message as it is", async () => {
    const client = await connect(server, { perMessageDeflate: false });
    assert.equal(client.extensions, "");
    await subscribed(server, client, "news-plain");
    assert.ok((await bytesOfOne(server, client, "news-plain")) > 4000);
    client.terminate();
  });

  test("a message that inflates beyond limits.message_bytes closes with 1009", async () => {
    const client = await connect(server);
    client.send("x".repeat(1024 * 1024));
    const [code] = await once(client, "close");
    assert.equal(code, 1009);
  });
});

describe("without server.compression", () => {
  test("it is not negotiated, whatever a namespace says", async () => {
    const server = await startServer({
      config: {
        "namespace.news": { prefix: "news-", compression: "on" },
        "log": { level: "warning" },
      },
    });
    const client = await connect(server);
    assert.equal(client.extensions, "");
    client.terminate();
    await server.stop();
  });
});
