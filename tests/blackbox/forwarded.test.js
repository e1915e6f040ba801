// X-Forwarded-For: whose word on a client's address is taken, and whose not.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { connectionOf, see } from "./support/admin.js";
import { eventually } from "./support/deadline.js";
import { PollingClient } from "./support/polling_client.js";
import { addressSeen, get, placeOf, webSocket } from "./support/places.js";
import { binaryOf, line, LOCAL, UNKNOWN } from "./support/proxy_header.js";
import { temporaryDirectory } from "./support/server.js";
import { suite } from "./support/suite.js";

const directory = temporaryDirectory();
const CONFIG = {
  server: { trusted_proxies: "127.0.0.1, ::1, 10.0.0.0/8" },
  "listener.proxied": { listen: "127.0.0.1:0", proxy_protocol: "on" },
  "listener.socket": { listen: `unix:${join(directory, "plain.sock")}` },
  "listener.proxiedsocket": { listen: `unix:${join(directory, "proxied.sock")}`, proxy_protocol: "on" },
};

const place = (ctx) => ({ host: "127.0.0.1", port: ctx.port });
const untrusted = (ctx) => ({ ...place(ctx), localAddress: "127.0.0.2" });

// Who connects: how, and what is seen of it without the field.
const PEERS = {
  "a trusted proxy": { to: place, is: "own", trusted: true },
  "somebody else": { to: untrusted, is: "own", trusted: false },
  "a Unix socket": { to: (ctx) => placeOf(ctx.server, "socket"), is: "unix", trusted: true },
  "a client of a trusted proxy, by PROXY": {
    to: (ctx) => placeOf(ctx.server, "proxied"),
    header: line("203.0.113.77"),
    is: "203.0.113.77",
    trusted: false,
  },
  "a trusted proxy of a trusted proxy, by PROXY": {
    to: (ctx) => placeOf(ctx.server, "proxied"),
    header: binaryOf("10.0.0.7"),
    is: "10.0.0.7",
    trusted: true,
  },
  "an unknown client of a trusted proxy, by PROXY": {
    to: (ctx) => placeOf(ctx.server, "proxied"),
    header: UNKNOWN,
    is: "own",
    trusted: false,
  },
  "a trusted proxy for itself, by PROXY": {
    to: (ctx) => placeOf(ctx.server, "proxied"),
    header: LOCAL,
    is: "own",
    trusted: false,
  },
  "a client of a Unix socket's proxy, by PROXY": {
    to: (ctx) => placeOf(ctx.server, "proxiedsocket"),
    header: line("203.0.113.77"),
    is: "203.0.113.77",
    trusted: false,
  },
  "an unknown client of a Unix socket's proxy, by PROXY": {
    to: (ctx) => placeOf(ctx.server, "proxiedsocket"),
    header: UNKNOWN,
    is: "unix",
    trusted: false,
  },
};

// What is in the field, and whom it names for a proxy that is trusted; null:
// nobody but the proxy itself.
const FIELDS = [
  [undefined, null],
  ["203.0.113.9", "203.0.113.9"],
  ["2001:db8::9", "2001:db8::9"],
  ["192.0.2.66, 203.0.113.9", "203.0.113.9"],
  ["127.0.0.1, 203.0.113.9", "203.0.113.9"],
  ["10.0.0.3, 203.0.113.9", "203.0.113.9"],
  ["192.0.2.66, 203.0.113.9, 10.0.0.2", "203.0.113.9"],
  [["192.0.2.66", "203.0.113.9", "10.0.0.2"], "203.0.113.9"],
  ["203.0.113.9:4711", "203.0.113.9"],
  ["[2001:db8::9]:443", "2001:db8::9"],
  ["10.0.0.3, 10.0.0.2", "10.0.0.3"],
  ["unknown", null],
  ["", null],
  [", ,", null],
  ["203.0.113.9, unknown", null],
  ["203.0.113.9, unknown, 10.0.0.2", "10.0.0.2"],
  ["localhost", null],
  ["203.0.113.9 10.0.0.2", null],
  ["127.1", null],
  ["::1", "::1"],
];

suite("X-Forwarded-For", { config: CONFIG }, (scenario) => {
  for (const [name, { to, header, is, trusted }] of Object.entries(PEERS)) {
    scenario(`from ${name} is ${trusted ? "believed" : "not believed"}`, async (ctx) => {
      for (const [field, named] of FIELDS) {
        const headers = field === undefined ? {} : { "X-Forwarded-For": field };
        const seen = await addressSeen(ctx, await to(ctx), { header, headers });
        const expected = trusted && named !== null ? named : is;
        assert.equal(seen, expected, JSON.stringify(field));
      }
    });
  }

  scenario("other fields tell nothing", async (ctx) => {
    const headers = {
      Forwarded: "for=203.0.113.9",
      "X-Real-IP": "203.0.113.9",
      "True-Client-IP": "203.0.113.9",
      "X-Forwarded": "203.0.113.9",
    };
    assert.equal(await addressSeen(ctx, place(ctx), { headers }), "own");
  });

  scenario("a poll shows the client whose request it is", async (ctx) => {
    const client = await ctx.poller();
    for (const address of ["203.0.113.9", "2001:db8::9"]) {
      const poll = client.receive("xhr", { headers: { "X-Forwarded-For": address } });
      await eventually("the poll to be attached", async () => {
        return (await connectionOf(ctx, client.user)).address === address;
      });
      await ctx.rest().tell(client.user, "1");
      await poll;
    }
    const last = client.receive("xhr", { headers: { "X-Forwarded-For": "203.0.113.10" } });
    await eventually("the poll to be attached", async () => {
      return (await connectionOf(ctx, client.user)).address === "203.0.113.10";
    });
    await ctx.rest().disconnect(client.user);
    await last;
    const { closed } = await see(ctx, `/connections/closed?user=${client.user}`);
    assert.deepEqual(closed.map((each) => each.address), ["203.0.113.10"]);
  });

  scenario("who is listed as a proxy follows a reload", async (ctx) => {
    const text = readFileSync(ctx.server.file, "utf8");
    const headers = { "X-Forwarded-For": "203.0.113.9" };
    writeFileSync(ctx.server.file, text.replace("trusted_proxies = 127.0.0.1, ", "trusted_proxies = "));
    const { json } = await ctx.admin("POST", "/reload");
    assert.deepEqual(json.changed, ["server.trusted_proxies"]);
    assert.equal(await addressSeen(ctx, place(ctx), { headers }), "own");
    writeFileSync(ctx.server.file, text);
    await ctx.admin("POST", "/reload");
    assert.equal(await addressSeen(ctx, place(ctx), { headers }), "203.0.113.9");
  });

  scenario("the operators' endpoint believes nobody", async (ctx) => {
    const headers = { "X-Forwarded-For": "203.0.113.66" };
    const answer = await ctx.admin("POST", "/reload", { headers });
    assert.equal(answer.status, 200);
    await eventually("the audit", () => /audit: reload .*asked by 127\.0\.0\.1:\d+/.test(ctx.server.stderr));
    assert.ok(!ctx.server.stderr.includes("203.0.113.66"));
    const strange = { Host: "push.example.com", "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "localhost" };
    assert.equal((await ctx.admin("GET", "/stats", { headers: strange })).status, 403);
  });
});

const from = (address) => ({ headers: { "X-Forwarded-For": address } });

suite("connections of an address, behind trusted proxies", {
  config: { ...CONFIG, limits: { connections_per_address: 2 } },
}, (scenario) => {
  scenario("are those of each client, not of the proxy", async (ctx) => {
    for (const address of ["203.0.113.9", "203.0.113.10", "2001:db8::9"]) {
      for (let i = 0; i < 2; ++i) ctx.keep(await webSocket(place(ctx), from(address)));
      for (const field of [address, `192.0.2.66, ${address}`, `${address}, 10.0.0.2`]) {
        await assert.rejects(webSocket(place(ctx), from(field)), /503/);
      }
    }
    for (const address of ["203.0.113.11", "203.0.113.12"]) {
      for (const status of [200, 200, 503]) {
        const session = ctx.keep(new PollingClient(ctx.port));
        assert.equal((await session.receive("xhr", from(address))).status, status, address);
      }
    }
  });

  scenario("are those of somebody else, whatever it says", async (ctx) => {
    for (let i = 0; i < 2; ++i) ctx.keep(await webSocket(untrusted(ctx), from(`203.0.113.${20 + i}`)));
    await assert.rejects(webSocket(untrusted(ctx), from("203.0.113.30")), /503/);
  });
});

suite("the rate of an address, behind trusted proxies", {
  config: { ...CONFIG, limits: { request_rate_per_address: 4 } },
}, (scenario) => {
  scenario("is that of the client of each request", async (ctx) => {
    const ask = (address) => get(place(ctx), "/connect", { headers: [`X-Forwarded-For: ${address}`] });
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask("203.0.113.40")));
    const statuses = new Set(answers.map(({ status }) => status));
    assert.deepEqual([...statuses].sort(), [200, 429]);
    assert.equal((await ask("203.0.113.41")).status, 200);
  });
});

suite("without trusted_proxies", { config: {} }, (scenario) => {
  scenario("nobody is believed, not even on loopback", async (ctx) => {
    const headers = { "X-Forwarded-For": "203.0.113.9" };
    assert.equal(await addressSeen(ctx, place(ctx), { headers }), "own");
  });
});
