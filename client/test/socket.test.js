import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";

import { fakeSockets } from "./support/fake_socket.js";
import { source } from "./support/source.js";

const { openSocket } = await source("socket");
const { addressOf } = await source("options");

const HERE = { server: "example.org:8080", protocol: "http" };
const nobody = { opened() {}, received() {}, failed() {}, closed() {} };

/// Which sockets are opened by options, with these globals.
function choice(options, globals = {}, address = HERE) {
  const made = {};
  const classOf = (name) => (made[name] = fakeSockets({ raw: name.includes("WebSocket") })).Socket;
  const chosen = Object.fromEntries(
    Object.keys(options).map((name) => [name, classOf(`option ${name}`)]),
  );
  for (const name of ["SockJS", "WebSocket"]) {
    globalThis[name] = globals[name] ? classOf(`global ${name}`) : undefined;
  }
  openSocket(address, chosen, nobody);
  const opened = Object.entries(made).filter(([, { opened }]) => opened.length > 0);
  assert.equal(opened.length, 1);
  return { name: opened[0][0], socket: opened[0][1].last };
}

describe("the socket", () => {
  const { SockJS, WebSocket } = globalThis;
  afterEach(() => Object.assign(globalThis, { SockJS, WebSocket }));

  const both = { SockJS: true, WebSocket: true };

  test("is the global SockJS if there is one", () => {
    const { name, socket } = choice({}, both);
    assert.equal(name, "global SockJS");
    assert.equal(socket.url, "http://example.org:8080/connect");
  });

  test("is the global WebSocket without SockJS", () => {
    const { name, socket } = choice({}, { WebSocket: true });
    assert.equal(name, "global WebSocket");
    assert.equal(socket.url, "ws://example.org:8080/connect/websocket");
  });

  test("is SockJS over https if the protocol is", () => {
    const { socket } = choice({}, both, { ...HERE, protocol: "https" });
    assert.equal(socket.url, "https://example.org:8080/connect");
  });

  test("is a WebSocket over TLS if the protocol is https", () => {
    const { socket } = choice({}, { WebSocket: true }, { ...HERE, protocol: "https" });
    assert.equal(socket.url, "wss://example.org:8080/connect/websocket");
  });

  test("is the WebSocket that was passed, although there is a global SockJS", () => {
    assert.equal(choice({ WebSocket: true }, both).name, "option WebSocket");
  });

  test("is the SockJS that was passed rather than the WebSocket that was", () => {
    assert.equal(choice({ SockJS: true, WebSocket: true }, both).name, "option SockJS");
  });

  test("cannot be if there is neither", () => {
    Object.assign(globalThis, { SockJS: undefined, WebSocket: undefined });
    assert.throws(() => openSocket(HERE, {}, nobody), /Neither SockJS nor WebSocket is there/);
  });

  test("of SockJS gets the options for it", () => {
    const { Socket, opened } = fakeSockets();
    const sockjs = { transports: ["websocket"] };
    openSocket(HERE, { SockJS: Socket, sockjs }, nobody);
    assert.equal(opened[0].options, sockjs);
  });
});

describe("what happens to a socket", () => {
  for (const raw of [false, true]) {
    const kind = raw ? "a raw WebSocket" : "SockJS";

    function listening() {
      const told = [];
      const { Socket, opened } = fakeSockets({ raw });
      const note = (what) => (event) => told.push([what, event]);
      openSocket(
        HERE,
        { [raw ? "WebSocket" : "SockJS"]: Socket },
        {
          opened: note("opened"),
          received: note("received"),
          failed: note("failed"),
          closed: note("closed"),
        },
      );
      return { told, socket: opened[0] };
    }

    test(`is told in the same words for ${kind}`, () => {
      const { told, socket } = listening();
      socket.accept();
      socket.push('"x"', "news");
      socket.fail();
      socket.end(raw ? 4002 : 9002, "Bye");
      assert.deepEqual(told, [
        ["opened", { type: "open" }],
        ["received", { type: "message", data: { payload: '"x"', channel: "news" } }],
        ["failed", { type: "error" }],
        ["closed", { type: "close", code: 9002, reason: "Bye", wasClean: true }],
      ]);
    });

    test(`includes text that is no JSON, for ${kind}`, () => {
      const { told, socket } = listening();
      socket.text("what?");
      assert.deepEqual(told, [["received", { type: "message", data: "what?" }]]);
    });
  }
});

describe("the address", () => {
  afterEach(() => delete globalThis.location);

  test("is what the options say", () => {
    assert.deepEqual(addressOf({ server: "a:1", protocol: "https" }), {
      server: "a:1",
      protocol: "https",
    });
  });

  test("is http without a page", () => {
    assert.deepEqual(addressOf({ server: "a:1" }), { server: "a:1", protocol: "http" });
  });

  for (const protocol of ["http", "https"]) {
    test(`is that of the page, with ${protocol}`, () => {
      globalThis.location = { host: "page:2", protocol: `${protocol}:` };
      assert.deepEqual(addressOf({}), { server: "page:2", protocol });
    });
  }

  test("cannot be without a page and without a server", () => {
    assert.throws(() => addressOf({}), { name: "TypeError", message: "Option server is missing" });
  });
});
