// The files for proxies: real ones, with a real server behind them. Only
// addresses, ports and certificates are others.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { eventually } from "../blackbox/support/deadline.js";
import { accepts, freePort } from "../blackbox/support/server.js";
import { describeBehindProxy } from "./support/behind_proxy.js";
import { nginxMain } from "./support/nginx.js";
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

for (const [name, programOf] of Object.entries(PROXIES)) {
  const configure = () => ({ server: { trusted_proxies: "127.0.0.1" } });

  const prepare = async (scene) => {
    scene.plain = await freePort();
    scene.secure = await freePort();
    scene.base = `https://127.0.0.1:${scene.secure}`;
    scene.files = certificate(scene.folder);
    return programOf(scene);
  };

  const isReady = async ({ secure, base }) =>
    (await accepts(secure)) && (await request(`${base}/connect`)).status === 200;

  describeBehindProxy(`the server behind ${name}`, { configure, prepare, isReady }, (tried, scene) => {
    tried("a message reaches a WebSocket", async () => {
      const value = { text: "by WebSocket" };
      assert.deepEqual(await byWebSocket(scene.base, scene.server.apps.main, "proxied", value), value);
    });

    tried("a message reaches a SockJS stream at once", async () => {
      const value = { text: "by a stream" };
      assert.deepEqual(await byStream(scene.base, scene.server.apps.main, "streamed", value), value);
    });

    tried("operators see the address of the client, whatever it says itself", async () => {
      const client = { localAddress: "127.0.0.3", headers: { "X-Forwarded-For": "203.0.113.66" } };
      const session = `${scene.base}/connect/000/forwarded`;
      const ask = (resource, body) =>
        request(`${session}/${resource}`, { ...client, method: "POST", body });
      assert.equal((await ask("xhr")).body, "o\n");
      await ask("xhr_send", JSON.stringify([`CONNECT forwarded:${scene.server.apps.main.key}`]));
      const poll = ask("xhr");
      await eventually("the client's address", async () => {
        const { body } = await request(`http://127.0.0.1:${scene.server.adminPort}/connections?user=forwarded`);
        return JSON.parse(body).connections[0]?.address === "127.0.0.3";
      });
      await request(`${scene.base}/api/1.0.0/${scene.server.apps.main.key}/users/forwarded/`, {
        method: "DELETE",
        headers: { "X-Thunder-Secret-Key": scene.server.apps.main.secret },
      });
      await poll;
    });

    tried("a page gets the client", async () => {
      assert.equal((await request(`${scene.base}/client/thunderpush.js`)).status, 200);
    });

    tried("the API is for application servers alone", async () => {
      const path = `${scene.base}/api/1.0.0/${scene.server.apps.main.key}/users/`;
      const headers = { "X-Thunder-Secret-Key": scene.server.apps.main.secret };
      assert.equal((await request(path, { headers })).status, 200);
      const stranger = { headers, localAddress: "127.0.0.2" };
      assert.equal((await request(path, stranger)).status, 403);
    });

    tried("anything else is not there", async () => {
      for (const path of ["/", "/stats", "/metrics", "/other"]) {
        assert.equal((await request(scene.base + path)).status, 404, path);
      }
    });

    tried("who comes without TLS is sent to where it is spoken", async () => {
      const { status, headers } = await request(`http://127.0.0.1:${scene.plain}/connect`);
      assert.equal(status, 301);
      assert.match(headers.location, /^https:\/\//);
    });
  });
}
