import { writeFileSync } from "node:fs";
import { join } from "node:path";

/// Writes a configuration for an nginx in the foreground that keeps all its
/// files in `folder`; `http` is what its http block has. The file's path.
export function nginxMain(folder, http) {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const main = join(folder, "nginx.conf");
  writeFileSync(
    main,
    `daemon off; pid ${folder}/pid; error_log stderr;
     ${process.getuid() === 0 ? "user root;" : ""}
     events { worker_connections 256; }
     http { access_log off; ${temporary.join(" ")} ${http} }\n`,
  );
  return main;
}
