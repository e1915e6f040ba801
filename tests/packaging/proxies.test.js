// The files for proxies: real ones, with a real server behind them. Only
// addresses, ports and certificates are others.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { eventually } from "../blackbox/support/deadline.js";
import { accepts, freePort, startServer, withLog } from "../blackbox/support/server.js";
import { nginxMain } from "./support/nginx.js";
import { Program } from "./support/program.js";
import { read, run } from "./support/repository.js";
import { byStream, byWebSocket, request } from "./support/visitor.js";

/// `text` with each of `changes`, [from, to]; each must change something.
function changed(text, changes) {
  return changes.reduce((result, [from, to]) => {
    assert.ok(result.includes(from), `there is ${JSON.stringify(from)}`);
    return result.replaceAll(from, to);
  }, text);
}

function certificate(folder) {
  const key = join(folder, "key.pem");
  const chain = join(folder, "chain.pem");
  const both = join(folder, "both.pem");
  const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
  const subject = ["-subj", "/CN=push.example.com", "-keyout", key, "-out", chain];
  const made = run("openssl", [...words.split(" "), ...subject]);
  assert.equal(made.status, 0, made.stderr);
  writeFileSync(both, readFileSync(chain, "utf8") + readFileSync(key, "utf8"));
  return { key, chain, both };
}

const PROXIES = {
  nginx: ({ folder, server, plain, secure, files }) => {
    const snippet = changed(read("packaging/nginx/thunderpush.conf"), [
      ["listen 80;", `listen 127.0.0.1:${plain};`],
      ["listen 443 ssl", `listen 127.0.0.1:${secure} ssl`],
      ["server 127.0.0.1:8080;", `server 127.0.0.1:${server.port};`],
      ["/etc/ssl/push.example.com/fullchain.pem", files.chain],
      ["/etc/ssl/push.example.com/privkey.pem", files.key],
    ]);
    writeFileSync(join(folder, "thunderpush.conf"), snippet);
    const main = nginxMain(folder, `include ${folder}/thunderpush.conf;`);
    return ["nginx", ["-p", folder, "-e", "stderr", "-c", main]];
  },

  haproxy: ({ folder, server, plain, secure, files }) => {
    const config = join(folder, "haproxy.cfg");
    const text = changed(read("packaging/haproxy/haproxy.cfg"), [
      ["bind :80\n", `bind 127.0.0.1:${plain}\n`],
      ["bind :443 ", `bind 127.0.0.1:${secure} `],
      ["/etc/haproxy/certs/push.example.com.pem", files.both],
      ["127.0.0.1:8080 check port 8081", `127.0.0.1:${server.port} check port ${server.adminPort}`],
      ["maxconn 100000", "maxconn 200"],
    ]);
    writeFileSync(config, text);
    return ["haproxy", ["-db", "-f", config]];
  },
};

for (const [name, prepare] of Object.entries(PROXIES)) {
  describe(`the server behind ${name}`, () => {
    let folder;
    let server;
    let proxy;
    let plain;
    let base;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), "thunderpush-proxy-"));
      server = await startServer({ config: { server: { trusted_proxies: "127.0.0.1" } } });
      plain = await freePort();
      const secure = await freePort();
      base = `https://127.0.0.1:${secure}`;
      const files = certificate(folder);
      const [program, args] = prepare({ folder, server, plain, secure, files });
      proxy = new Program(program, args);
      try {
        await eventually(`${name} to accept`, () => accepts(secure));
        await eventually(`${name} to find the server`, async () => {
          return (await request(`${base}/connect`)).status === 200;
        });
      } catch (error) {
        throw proxy.explained(error);
      }
    });

    after(async () => {
      await proxy?.stop();
      if (server?.alive) await server.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const tried = (title, body) =>
      test(title, async () => {
        try {
          await body();
        } catch (error) {
          throw withLog(proxy.explained(error), server);
        }
      });

    tried("a message reaches a WebSocket", async () => {
      const value = { text: "by WebSocket" };
      assert.deepEqual(await byWebSocket(base, server.apps.main, "proxied", value), value);
    });

    tried("a message reaches a SockJS stream at once", async () => {
      const value = { text: "by a stream" };
      assert.deepEqual(await byStream(base, server.apps.main, "streamed", value), value);
    });

    tried("operators see the address of the client, whatever it says itself", async () => {
      const client = { localAddress: "127.0.0.3", headers: { "X-Forwarded-For": "203.0.113.66" } };
      const session = `${base}/connect/000/forwarded`;
      const ask = (resource, body) =>
        request(`${session}/${resource}`, { ...client, method: "POST", body });
      assert.equal((await ask("xhr")).body, "o\n");
      await ask("xhr_send", JSON.stringify([`CONNECT forwarded:${server.apps.main.key}`]));
      const poll = ask("xhr");
      await eventually("the client's address", async () => {
        const { body } = await request(`http://127.0.0.1:${server.adminPort}/connections?user=forwarded`);
        return JSON.parse(body).connections[0]?.address === "127.0.0.3";
      });
      await request(`${base}/api/1.0.0/${server.apps.main.key}/users/forwarded/`, {
        method: "DELETE",
        headers: { "X-Thunder-Secret-Key": server.apps.main.secret },
      });
      await poll;
    });

    tried("a page gets the client", async () => {
      assert.equal((await request(`${base}/client/thunderpush.js`)).status, 200);
    });

    tried("the API is for application servers alone", async () => {
      const path = `${base}/api/1.0.0/${server.apps.main.key}/users/`;
      const headers = { "X-Thunder-Secret-Key": server.apps.main.secret };
      assert.equal((await request(path, { headers })).status, 200);
      const stranger = { headers, localAddress: "127.0.0.2" };
      assert.equal((await request(path, stranger)).status, 403);
    });

    tried("anything else is not there", async () => {
      for (const path of ["/", "/stats", "/metrics", "/other"]) {
        assert.equal((await request(base + path)).status, 404, path);
      }
    });

    tried("who comes without TLS is sent to where it is spoken", async () => {
      const { status, headers } = await request(`http://127.0.0.1:${plain}/connect`);
      assert.equal(status, 301);
      assert.match(headers.location, /^https:\/\//);
    });
  });
}
