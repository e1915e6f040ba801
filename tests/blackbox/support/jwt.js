import crypto from "node:crypto";

const encode = (value) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/// What signs a text, by the name of its algorithm.
const SIGNERS = {
  HS256: (text, key) => crypto.createHmac("sha256", key).update(text).digest(),
  RS256: (text, key) => crypto.sign("sha256", Buffer.from(text), key),
  ES256: (text, key) =>
    crypto.sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }),
  none: () => Buffer.alloc(0),
};

/// Seconds since 1970, so many from now.
export function secondsFromNow(seconds) {
  return Math.floor(Date.now() / 1000) + seconds;
}

/// A JSON Web Token. `header` is what it says of itself, `signer` how it is
/// signed, which need not be the same.
export function token(claims, key, { alg = "HS256", header = { alg, typ: "JWT" }, signer = alg } = {}) {
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${SIGNERS[signer](text, key).toString("base64url")}`;
}

/// Claims of a token that counts for an hour.
export function claims(sub, more = {}) {
  return { sub, exp: secondsFromNow(3600), ...more };
}

/// A key pair in PEM.
export function keyPair(kind) {
  const encodings = {
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  };
  return kind === "RS256"
    ? crypto.generateKeyPairSync("rsa", { modulusLength: 2048, ...encodings })
    : crypto.generateKeyPairSync("ec", { namedCurve: "P-256", ...encodings });
}
