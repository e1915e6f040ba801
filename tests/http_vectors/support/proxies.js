import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { HOP_FIELD } from "./relay.js";

// Limits wider than the server's: it is the server's that are looked at. No time
// of a proxy's ends within a test's, so that a request which only one side takes
// for complete is found out.

function nginx(settings) {
  return ({ folder, port, upstream }) => {
    const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => {
      return `${name}_temp_path ${join(folder, name)};`;
    });
    mkdirSync(join(folder, "logs"));
    const file = join(folder, "nginx.conf");
    writeFileSync(
      file,
      `daemon off; pid ${join(folder, "pid")}; error_log stderr;
       worker_processes 1;
       ${process.getuid() === 0 ? "user root;" : ""}
       events { worker_connections 256; }
       http {
         access_log off;
         ${places.join(" ")}
         map $http_upgrade $connection_to_server { default upgrade; "" ""; }
         upstream thunderpush { server 127.0.0.1:${upstream}; keepalive 16; }
         server {
           listen 127.0.0.1:${port};
           client_max_body_size 0;
           client_header_buffer_size 64k;
           large_client_header_buffers 8 64k;
           proxy_ignore_client_abort on;
           proxy_read_timeout 300s;
           proxy_http_version 1.1;
           proxy_next_upstream off;
           proxy_set_header Connection $connection_to_server;
           proxy_set_header Upgrade $http_upgrade;
           proxy_set_header ${HOP_FIELD} $request_id;
           ${settings}
           location / { proxy_pass http://thunderpush; }
         }
       }\n`,
    );
    return ["nginx", ["-p", folder, "-e", "stderr", "-c", file]];
  };
}

function haproxy(frontend, backend) {
  return ({ folder, port, upstream }) => {
    const file = join(folder, "haproxy.cfg");
    writeFileSync(
      file,
      `global
  nbthread 1
  maxconn 200
  tune.bufsize 65536
  tune.http.maxhdr 1000
defaults
  mode http
  timeout connect 5s
  timeout client 300s
  timeout server 300s
  http-reuse always
frontend clients
  bind 127.0.0.1:${port}
  ${frontend}
  http-request set-header ${HOP_FIELD} %[uuid]
  default_backend thunderpush
backend thunderpush
  ${backend}
  server one 127.0.0.1:${upstream}\n`,
    );
    return ["haproxy", ["-db", "-f", file]];
  };
}

/// Each proxy, by its name: writes its files into `folder` and gives the command
/// that has it listen on `port` and forward to `upstream`.
export const PROXIES = {
  nginx: nginx(""),
  "nginx, unbuffered, any field": nginx(
    "proxy_request_buffering off; proxy_buffering off; " +
      "ignore_invalid_headers off; underscores_in_headers on; merge_slashes off;",
  ),
  haproxy: haproxy("", ""),
  "haproxy, lenient": haproxy(
    "option accept-invalid-http-request",
    "option accept-invalid-http-response",
  ),
};
