// The files for containers. Neither Docker nor a cluster is at hand where tests
// run: what they say is compared with what the program says.
import assert from "node:assert/strict";
import { accessSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";

import { binaryPath } from "../blackbox/support/binary.js";
import { inRepository, read, run } from "./support/repository.js";

const PARSE_YAML = `
import json, sys, yaml
print(json.dumps(list(yaml.safe_load_all(sys.stdin))))
`;

function documents(...path) {
  const ended = run("python3", ["-c", PARSE_YAML], { input: read(...path) });
  assert.equal(ended.status, 0, ended.stderr);
  return JSON.parse(ended.stdout);
}

/// The instructions of a Dockerfile, by stage: [[name, rest], ...].
function stages() {
  const text = read("packaging/docker/Dockerfile").replace(/^#.*\n/gm, "").replace(/\\\n/g, " ");
  const found = [];
  for (const line of text.split("\n").filter((one) => one !== "")) {
    const [, name, rest] = line.match(/^([A-Z]+) +(.*)$/) ?? assert.fail(line);
    if (name === "FROM") found.push([]);
    found.at(-1).push([name, rest]);
  }
  return found;
}

describe("the Dockerfile", () => {
  test("has instructions of Docker and copies what is there", () => {
    const known = "FROM WORKDIR COPY RUN USER EXPOSE ENV STOPSIGNAL HEALTHCHECK ENTRYPOINT";
    for (const [name, rest] of stages().flat()) {
      assert.ok(known.split(" ").includes(name), name);
      if (name !== "COPY" || rest.startsWith("--from=build ")) continue;
      accessSync(inRepository(rest.split(" ")[0]));
    }
  });

  test("its image runs as a user of its own, on Debian 12, with a check of its health", () => {
    const [built, image] = stages();
    for (const stage of [built, image]) assert.match(stage[0][1], /^debian:12/);
    const last = (name) => image.filter(([one]) => one === name).at(-1)[1];
    assert.equal(last("USER"), "thunderpush");
    assert.match(last("HEALTHCHECK"), /\/health"\]$/);
    assert.deepEqual(JSON.parse(last("ENTRYPOINT")), ["start-thunderpush"]);
    assert.doesNotMatch(JSON.stringify(image), /(SECRET|PRIVATE_KEY)=/);
  });

  test("PUBLIC_KEY and PRIVATE_KEY are key and secret", () => {
    const folder = mkdtempSync(join(tmpdir(), "thunderpush-docker-"));
    const server = join(folder, "thunderpush");
    writeFileSync(server, `#!/bin/sh\nexec ${binaryPath()} "$@"\n`, { mode: 0o755 });
    const env = { PATH: `${folder}:/usr/bin:/bin`, PUBLIC_KEY: "shop", PRIVATE_KEY: "s3cret" };
    env.THUNDERPUSH_SERVER__HOST = "0.0.0.0";
    const start = inRepository("packaging/docker/start");
    const { status, stdout, stderr } = run(start, ["--print-config"], { env });
    rmSync(folder, { recursive: true, force: true });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^\[app\.main\]\n.*\nkey = shop$/m);
    assert.match(stdout, /^host = 0\.0\.0\.0$/m);
    assert.match(stdout, /^listen = 127\.0\.0\.1:8081$/m);
    assert.doesNotMatch(stdout, /s3cret/);
  });
});

describe("the manifest for Kubernetes", () => {
  const all = documents("packaging/kubernetes/thunderpush.yaml");
  const one = (kind) => all.find((each) => each.kind === kind);
  const pod = one("Deployment").spec.template;
  const [container] = pod.spec.containers;
  const config = one("ConfigMap").data["thunderpush.conf"];

  test("its configuration is one that the server takes", () => {
    const folder = mkdtempSync(join(tmpdir(), "thunderpush-kubernetes-"));
    writeFileSync(join(folder, "main.secret"), "0123456789abcdef\n");
    writeFileSync(join(folder, "admin.token"), "0123456789abcdef\n");
    const file = join(folder, "thunderpush.conf");
    writeFileSync(file, config.replaceAll("/etc/thunderpush/secrets", folder));
    const ended = run(binaryPath(), ["--config", file, "--check-config"]);
    rmSync(folder, { recursive: true, force: true });
    assert.equal(ended.status, 0, ended.stderr);
  });

  test("a pod has the time that a drain takes", () => {
    const drain = Number(config.match(/^drain = (\d+)s$/m)[1]);
    const [sleep, seconds] = container.lifecycle.preStop.exec.command;
    assert.equal(sleep, "sleep");
    assert.ok(pod.spec.terminationGracePeriodSeconds > Number(seconds) + drain + 6);
  });

  test("probes ask for what the admin endpoint has without a token", () => {
    const { paths } = JSON.parse(read("api/openapi.json"));
    const probes = ["startupProbe", "readinessProbe", "livenessProbe"];
    assert.deepEqual(
      probes.map((probe) => container[probe].httpGet.path),
      ["/ready", "/ready", "/health"],
    );
    for (const probe of probes) {
      const { path, port } = container[probe].httpGet;
      assert.deepEqual(paths[path].get.security, []);
      assert.equal(container.ports.find(({ name }) => name === port).containerPort, 8081);
    }
    const annotations = pod.metadata.annotations;
    assert.ok(paths[annotations["prometheus.io/path"]]);
    assert.equal(annotations["prometheus.io/port"], "8081");
  });

  test("every volume is one that there is, and nothing runs as root", () => {
    for (const mount of container.volumeMounts) {
      assert.ok(pod.spec.volumes.some(({ name }) => name === mount.name), mount.name);
      if (mount.name === "conf") assert.ok(container.args[1].startsWith(`${mount.mountPath}/`));
    }
    assert.equal(pod.spec.securityContext.runAsNonRoot, true);
    assert.equal(container.securityContext.readOnlyRootFilesystem, true);
  });

  test("the API is not for the world", () => {
    const paths = one("Ingress").spec.rules[0].http.paths.map(({ path }) => path);
    assert.deepEqual(paths, ["/connect", "/client/"]);
  });
});
