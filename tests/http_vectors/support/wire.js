// What vectors are written with. Texts are bytes: each character below U+0100
// is the byte of that number.

export const APP = { key: "public", secret: "secret" };

/// Channels that a vector may publish to: `seen` by requests that are to be
/// served, `smuggled` by requests that nobody must ever see.
export const SEEN = channelPath("seen");
export const SMUGGLED_PATH = channelPath("smuggled");

export function channelPath(channel) {
  return `/api/1.0.0/${APP.key}/channels/${channel}/`;
}

/// A request line, fields and the empty line.
export function head(line, ...fields) {
  return [line, ...fields, "", ""].join("\r\n");
}

/// A GET of `target` that gives its Host.
export function get(target = "/connect", fields = []) {
  return head(`GET ${target} HTTP/1.1`, "Host: localhost", ...fields);
}

/// A POST that may publish `body` to `seen`, framed by `fields` and nothing else.
export function post(fields, body = "", { target = SEEN, version = "HTTP/1.1" } = {}) {
  const all = ["Host: localhost", `X-Thunder-Secret-Key: ${APP.secret}`, ...fields];
  return head(`POST ${target} ${version}`, ...all) + body;
}

/// The same with the right Content-Length.
export function publish(body = '"a"', { fields = [], ...options } = {}) {
  return post([`Content-Length: ${body.length}`, ...fields], body, options);
}

/// The same in chunks: `body` is the coded one.
export function chunked(body, { fields = [], ...options } = {}) {
  return post(["Transfer-Encoding: chunked", ...fields], body, options);
}

/// A whole request that would publish where nothing must arrive.
export const SMUGGLED = publish('"smuggled"', { target: SMUGGLED_PATH });

/// `"a"` in one chunk, and the last chunk.
export const ONE_CHUNK = '3\r\n"a"\r\n0\r\n\r\n';

/// `text` as one chunk.
export function chunk(text) {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}

/// A topic's vectors: their ids begin with its name.
export function topic(name, vectors) {
  return vectors.map((vector) => ({ ...vector, topic: name, id: `${name}/${vector.id}` }));
}
