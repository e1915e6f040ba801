import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { keyPair } from "./jwt.js";
import { temporaryDirectory } from "./server.js";

/// The keys of the applications below.
export const KEYS = {
  hs: "a shared secret of 32 bytes or more",
  previous: "the shared secret that was used before",
  revoked: "a shared secret that is not used any more",
  open: "the shared secret of the open application",
  rs: keyPair("RS256"),
  es: keyPair("ES256"),
};

export const AUDIENCE = "push.example";

/// One application for each way to connect: `plain` and `open` believe their
/// clients, `open` has private channels; the others ask for tokens.
export const AUTH_APPS = {
  plain: { key: "plainkey", secret: "plain-secret-1" },
  open: { key: "openkey", secret: "open-secret-22" },
  hs: { key: "hskey", secret: "hs-secret-333" },
  rs: { key: "rskey", secret: "rs-secret-4444" },
  es: { key: "eskey", secret: "es-secret-55555" },
};

/// Further secrets of the application `hs`, by name: text and rights.
export const SECRETS = {
  publisher: { secret: "may-publish-only-1", rights: ["publish"] },
  reader: { secret: "may-read-only-22", rights: ["read"] },
  operator: { secret: "may-disconnect-333", rights: ["admin"] },
  backend: { secret: "may-publish-and-read-4444", rights: ["publish", "read"] },
};

/// Options of `suite` for a server with these applications.
export function authServer(changes = {}) {
  const directory = temporaryDirectory();
  const file = (name, text) => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  const config = {
    "app.open": { auth: "open", token_key: KEYS.open },
    "app.hs": {
      auth: "token",
      token_key: KEYS.hs,
      previous_token_key: KEYS.previous,
      token_audience: AUDIENCE,
    },
    "app.rs": {
      auth: "token",
      token_algorithm: "RS256",
      token_key_file: file("rs.pem", KEYS.rs.publicKey),
    },
    "app.es": {
      auth: "token",
      token_algorithm: "ES256",
      token_key_file: file("es.pem", KEYS.es.publicKey),
    },
    "namespace.members": { prefix: "members-", subscribe: "token" },
    "namespace.quiet": { prefix: "quiet-", presence: "off" },
  };
  for (const [name, { secret, rights }] of Object.entries(SECRETS)) {
    config[`secret.${name}`] = { app: "hs", secret, rights: rights.join(" ") };
  }
  return { apps: AUTH_APPS, config: { ...config, ...changes } };
}
