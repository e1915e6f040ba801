// How proxies tell whose connection it is, with the real ones: PROXY headers of
// HAProxy, X-Forwarded-For of nginx over a Unix socket.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { eventually, within } from "../blackbox/support/deadline.js";
import { placeOf } from "../blackbox/support/places.js";
import { accepts, freePort } from "../blackbox/support/server.js";
import { describeBehindProxy } from "./support/behind_proxy.js";
import { nginxMain } from "./support/nginx.js";
import { request } from "./support/visitor.js";

const require = createRequire(new URL("../blackbox/package.json", import.meta.url));
const WebSocket = require("ws");

const PROXIES = {
  "HAProxy with send-proxy": (where) => haproxy(where, "send-proxy"),

  "HAProxy with send-proxy-v2": (where) =>
    haproxy(where, "send-proxy-v2 proxy-v2-options unique-id check check-send-proxy inter 100ms"),

  "nginx over a Unix socket": ({ folder, port, socket }) => {
      const site = `map $http_upgrade $thunderpush_connection { default upgrade; "" ""; }
        server {
          listen 127.0.0.1:${port};
          location / {
            proxy_pass http://unix:${socket}:;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $thunderpush_connection;
            proxy_buffering off;
          }
        }`;
      return ["nginx", ["-p", folder, "-e", "stderr", "-c", nginxMain(folder, site)]];
  },
};

function haproxy({ folder, port, forProxies }, options) {
  const config = join(folder, "haproxy.cfg");
  writeFileSync(
    config,
    `global
       maxconn 200
     defaults
       mode tcp
       unique-id-format %[uuid()]
       timeout connect 5s
       timeout client 60s
       timeout server 60s
     frontend clients
       bind 127.0.0.1:${port}
       default_backend thunderpush
     backend thunderpush
       server one 127.0.0.1:${forProxies.port} ${options}\n`,
  );
  return ["haproxy", ["-db", "-f", config]];
}

// The address of a client that operators see.
async function addressSeen({ server, port }, { localAddress, headers } = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/connect/websocket`, { localAddress, headers });
  const user = `user-${localAddress}-${Math.random()}`;
  try {
    await within(
      new Promise((resolve, reject) => {
        socket.once("open", resolve);
        socket.once("error", reject);
      }),
      "a WebSocket by way of the proxy",
    );
    socket.send(`CONNECT ${user}:${server.apps.main.key}`);
    return await eventually(`${user} to be listed`, async () => {
      const { body } = await request(`http://127.0.0.1:${server.adminPort}/connections?user=${user}`);
      return JSON.parse(body).connections[0]?.address ?? false;
    });
  } finally {
    socket.terminate();
  }
}

for (const [name, programOf] of Object.entries(PROXIES)) {
  const configure = (scene) => {
    scene.socket = join(scene.folder, "thunderpush.sock");
    return {
      server: { trusted_proxies: "127.0.0.1" },
      "listener.proxied": { listen: "127.0.0.1:0", proxy_protocol: "on" },
      "listener.socket": { listen: `unix:${scene.socket}`, socket_mode: "0666" },
      limits: { connections_per_address: 2 },
    };
  };

  const prepare = async (scene) => {
    scene.port = await freePort();
    scene.forProxies = await placeOf(scene.server, "proxied");
    return programOf(scene);
  };

  const isReady = ({ port }) => accepts(port);

  describeBehindProxy(`the client's address behind ${name}`, { configure, prepare, isReady }, (tried, scene) => {
    tried("is what operators see", async () => {
      for (const localAddress of ["127.0.0.3", "127.0.0.4"]) {
        assert.equal(await addressSeen(scene, { localAddress }), localAddress);
      }
    });

    tried("is not what the client says itself", async () => {
      const headers = { "X-Forwarded-For": "203.0.113.66" };
      assert.equal(await addressSeen(scene, { localAddress: "127.0.0.5", headers }), "127.0.0.5");
    });

    tried("is the one that limits count", async () => {
      const open = (localAddress) =>
        new Promise((resolve, reject) => {
          const socket = new WebSocket(`ws://127.0.0.1:${scene.port}/connect/websocket`, { localAddress });
          socket.once("open", () => resolve(socket));
          socket.once("error", reject);
        });
      const sockets = [];
      try {
        for (const address of ["127.0.0.6", "127.0.0.7"]) {
          for (let i = 0; i < 2; ++i) sockets.push(await within(open(address), "a WebSocket"));
          await assert.rejects(within(open(address), "a refusal"), /503/);
        }
      } finally {
        for (const each of sockets) each.terminate();
      }
    });
  });
}
