// A listener for proxies: each connection begins with a PROXY header.
import assert from "node:assert/strict";
import { join } from "node:path";

import { eventually } from "./support/deadline.js";
import { metrics } from "./support/metrics.js";
import { addressSeen, closesWithoutAWord, get, placeOf, rawConnection, webSocket } from "./support/places.js";
import { binary, binaryOf, line, LOCAL, UNKNOWN } from "./support/proxy_header.js";
import { requestText } from "./support/raw_http.js";
import { temporaryDirectory } from "./support/server.js";
import { suite } from "./support/suite.js";

const SOCKET = join(temporaryDirectory(), "proxied.sock");
const CONFIG = {
  "listener.proxied": { listen: "127.0.0.1:0", proxy_protocol: "on" },
  "listener.socket": { listen: `unix:${SOCKET}`, proxy_protocol: "on" },
};

const REFUSED = "thunderpush_proxy_headers_refused_total";
const refusedSoFar = async (ctx) => (await metrics(ctx)).of(REFUSED);
const REQUEST = requestText("GET", "/connect");

const TOLD = {
  "version 1, IPv4": [line("203.0.113.9"), "203.0.113.9"],
  "version 1, IPv6": [line("2001:db8::9"), "2001:db8::9"],
  "version 2, IPv4": [binaryOf("203.0.113.9"), "203.0.113.9"],
  "version 2, IPv6": [binaryOf("2001:db8::9"), "2001:db8::9"],
  "version 2 with extensions": [
    binaryOf("203.0.113.9", { extensions: [[0x02, "push.example.com"], [0x04, Buffer.alloc(300)], [0x03, "sum!"]] }),
    "203.0.113.9",
  ],
};

const UNTOLD = {
  "version 1, UNKNOWN": UNKNOWN,
  "version 1, UNKNOWN with more": Buffer.from("PROXY UNKNOWN 203.0.113.9 203.0.113.9 1 2\r\n"),
  "version 2, LOCAL": LOCAL,
  "version 2, LOCAL with addresses": binaryOf("203.0.113.9", { command: "LOCAL" }),
  "version 2, no family": binary({ family: "none" }),
  "version 2, a Unix socket": binary({ family: "unix", body: Buffer.alloc(216) }),
};

suite("a listener for proxies", { config: CONFIG }, (scenario) => {
  for (const [name, [header, address]] of Object.entries(TOLD)) {
    scenario(`a proxy tells the client's address: ${name}`, async (ctx) => {
      for (const listener of ["proxied", "socket"]) {
        const place = await placeOf(ctx.server, listener);
        assert.equal(await addressSeen(ctx, place, { header }), address, listener);
        assert.equal((await get(place, "/connect", { header })).status, 200);
      }
    });
  }

  for (const [name, header] of Object.entries(UNTOLD)) {
    scenario(`a proxy does not tell an address: ${name}`, async (ctx) => {
      assert.equal(await addressSeen(ctx, await placeOf(ctx.server, "proxied"), { header }), "own");
      assert.equal(await addressSeen(ctx, await placeOf(ctx.server, "socket"), { header }), "unix");
    });
  }

  scenario("it does not matter where the bytes are cut", async (ctx) => {
    for (const header of [line("203.0.113.9"), binaryOf("2001:db8::9"), UNKNOWN, LOCAL]) {
      for (const listener of ["proxied", "socket"]) {
        const connection = ctx.keep(await rawConnection(await placeOf(ctx.server, listener)));
        for (const byte of Buffer.concat([header, Buffer.from(REQUEST)])) {
          connection.write(Buffer.from([byte]));
          await new Promise(setImmediate);
        }
        assert.equal((await connection.readResponse()).status, 200);
        connection.write(REQUEST);
        assert.equal((await connection.readResponse()).status, 200, "and the next request");
      }
    }
  });

  scenario("a large request behind the header comes whole", async (ctx) => {
    const { key, secret } = ctx.server.apps.main;
    const text = JSON.stringify("x".repeat(500_000));
    const connection = ctx.keep(await rawConnection(await placeOf(ctx.server, "proxied")));
    const headers = [`X-Thunder-Secret-Key: ${secret}`, `Content-Length: ${text.length}`];
    const request = requestText("POST", `/api/1.0.0/${key}/channels/c/`, { headers, body: text });
    connection.write(Buffer.concat([line("203.0.113.9"), Buffer.from(request)]));
    assert.equal((await connection.readResponse()).status, 200);
  });

  const REFUSALS = {
    "no header": Buffer.from(REQUEST),
    "TLS in place of a header": Buffer.from("1603010200010001fc0303", "hex"),
    "an unknown family": Buffer.from("PROXY UDP4 203.0.113.9 203.0.113.9 1 2\r\n"),
    "an address that is none": Buffer.from("PROXY TCP4 localhost 203.0.113.9 1 2\r\n"),
    "a port that is none": line("203.0.113.9", { ports: "1 65536" }),
    "a line feed alone": Buffer.from("PROXY UNKNOWN\n"),
    "a line without end": Buffer.from(`PROXY UNKNOWN ${"x".repeat(200)}`),
    "another version": Buffer.concat([LOCAL.subarray(0, 12), Buffer.from([0x31, 0x11, 0, 0])]),
    "addresses that are cut short": binary({ family: "ipv4", body: Buffer.alloc(11) }),
    "64 KiB of extensions": Buffer.concat([LOCAL.subarray(0, 12), Buffer.from([0x21, 0x11, 255, 255])]),
  };
  for (const [name, bytes] of Object.entries(REFUSALS)) {
    scenario(`is closed without a word: ${name}`, async (ctx) => {
      const before = await refusedSoFar(ctx);
      const connection = ctx.keep(await rawConnection(await placeOf(ctx.server, "proxied")));
      connection.write(bytes);
      assert.ok(await closesWithoutAWord(connection));
      assert.equal(await refusedSoFar(ctx), before + 1);
      await eventually("a line in the log", () => /no PROXY header from 127\.0\.0\.1:\d+: /.test(ctx.server.stderr));
    });
  }

  scenario("who goes in the middle of a header is forgotten", async (ctx) => {
    const before = await refusedSoFar(ctx);
    const connection = ctx.keep(await rawConnection(await placeOf(ctx.server, "proxied")));
    connection.write(line("203.0.113.9").subarray(0, 20));
    connection.socket.end();
    assert.ok(await closesWithoutAWord(connection));
    assert.equal(await refusedSoFar(ctx), before + 1);
  });

  scenario("a second header is a bad request of the client", async (ctx) => {
    const connection = ctx.keep(await rawConnection(await placeOf(ctx.server, "proxied")));
    connection.write(Buffer.concat([line("203.0.113.9"), line("127.0.0.1"), Buffer.from(REQUEST)]));
    assert.equal((await connection.readResponse()).status, 400);
  });

  scenario("elsewhere a header is a bad request", async (ctx) => {
    for (const port of [ctx.port, ctx.server.adminPort]) {
      const connection = ctx.keep(await rawConnection({ host: "127.0.0.1", port }));
      connection.write(Buffer.concat([line("127.0.0.1"), Buffer.from(REQUEST)]));
      assert.equal((await connection.readResponse()).status, 400);
    }
  });
});

suite("[server] for proxies", { config: { server: { proxy_protocol: "on" } } }, (scenario) => {
  scenario("its address is for proxies, that of operators is not", async (ctx) => {
    const place = { host: "127.0.0.1", port: ctx.port };
    assert.equal((await get(place, "/connect", { header: UNKNOWN })).status, 200);
    assert.equal((await ctx.admin("GET", "/stats")).status, 200);
    const connection = ctx.keep(await rawConnection(place));
    connection.write(REQUEST);
    assert.ok(await closesWithoutAWord(connection));
  });
});

suite(
  "trusted_proxies, where a PROXY header is due",
  { config: { ...CONFIG, server: { trusted_proxies: "127.0.0.2 10.0.0.0/8" } } },
  (scenario) => {
    scenario("others are closed before they have said anything", async (ctx) => {
      const place = await placeOf(ctx.server, "proxied");
      const connection = ctx.keep(await rawConnection(place));
      assert.ok(await closesWithoutAWord(connection));
      assert.equal(await refusedSoFar(ctx), 1);
      const header = line("203.0.113.9");
      const trusted = { ...place, localAddress: "127.0.0.2" };
      assert.equal(await addressSeen(ctx, trusted, { header }), "203.0.113.9");
    });

    scenario("who can open a Unix socket is believed", async (ctx) => {
      const header = binaryOf("203.0.113.9");
      assert.equal(await addressSeen(ctx, await placeOf(ctx.server, "socket"), { header }), "203.0.113.9");
    });
  },
);

suite("connections of an address, behind proxies that speak PROXY", {
  config: { ...CONFIG, limits: { connections_per_address: 2 } },
}, (scenario) => {
  scenario("are those of the clients that are told", async (ctx) => {
    const place = await placeOf(ctx.server, "proxied");
    for (const header of [line("203.0.113.9"), binaryOf("203.0.113.10"), line("2001:db8::9")]) {
      for (let i = 0; i < 2; ++i) ctx.keep(await webSocket(place, { header }));
      await assert.rejects(webSocket(place, { header }), /503/);
    }
    const [first] = ctx.clients;
    first.reset();
    await eventually("room for one more", async () => {
      ctx.keep(await webSocket(place, { header: line("203.0.113.9") }));
      return true;
    });
  });
});

suite("a PROXY header that takes its time", {
  config: { ...CONFIG, limits: { tls_handshake_timeout: "300ms" } },
}, (scenario) => {
  scenario("ends the connection", async (ctx) => {
    for (const bytes of [Buffer.alloc(0), line("203.0.113.9").subarray(0, -1), LOCAL.subarray(0, 15)]) {
      for (const listener of ["proxied", "socket"]) {
        const before = await refusedSoFar(ctx);
        const connection = ctx.keep(await rawConnection(await placeOf(ctx.server, listener)));
        connection.write(bytes);
        assert.ok(await closesWithoutAWord(connection));
        assert.equal(await refusedSoFar(ctx), before + 1);
      }
    }
    await eventually("a line in the log", () => /no PROXY header from .*: it took too long/.test(ctx.server.stderr));
  });
});
