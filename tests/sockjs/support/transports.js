import assert from "node:assert/strict";

import { expectHtmlfilePage } from "./pages.js";

export const SCRIPT_TYPE = "application/javascript; charset=UTF-8";
export const CALLBACK = "_jp.a1b2c3d";

// How the receive transports wrap a frame (sockjs.md, 6.1). `frameOf` undoes
// it and throws when a byte of the wrapping is wrong.
const unwrap = (pattern, text) => {
  const match = pattern.exec(text);
  assert.ok(match, `not the wrapping of a frame: ${JSON.stringify(text.slice(0, 300))}`);
  return match[1];
};

const lineFrame = {
  wire: (frame) => `${frame}\n`,
  frameOf: (text) => unwrap(/^([^\n]*)\n$/, text),
};

function percentDecoded(text) {
  return text.replace(/%(..)?/gs, (escape, digits) => {
    assert.ok(["25", "0D", "0A", "00"].includes(digits), `a percent escape, got ${escape}`);
    return String.fromCharCode(parseInt(digits, 16));
  });
}

function percentEncoded(text) {
  const escapes = { "%": "%25", "\r": "%0D", "\n": "%0A", "\0": "%00" };
  return text.replace(/[%\r\n\0]/g, (character) => escapes[character]);
}

/// The five receive transports of SockJS over HTTP.
export const XHR = {
  name: "xhr",
  method: "POST",
  suffix: "/xhr",
  contentType: SCRIPT_TYPE,
  cors: true,
  streaming: false,
  ...lineFrame,
};

export const XHR_STREAMING = {
  name: "xhr_streaming",
  method: "POST",
  suffix: "/xhr_streaming",
  contentType: SCRIPT_TYPE,
  cors: true,
  streaming: true,
  expectPrelude: (text) => assert.equal(text, `${"h".repeat(2048)}\n`),
  ...lineFrame,
};

export const EVENTSOURCE = {
  name: "eventsource",
  method: "GET",
  suffix: "/eventsource",
  contentType: "text/event-stream",
  cors: true,
  streaming: true,
  expectPrelude: (text) => assert.equal(text, "\r\n"),
  wire: (frame) => `data: ${percentEncoded(frame)}\r\n\r\n`,
  frameOf: (text) => percentDecoded(unwrap(/^data: (\S[^\r\n\0]*|)\r\n\r\n$/, text)),
};

export const HTMLFILE = {
  name: "htmlfile",
  method: "GET",
  suffix: `/htmlfile?c=${CALLBACK}`,
  contentType: "text/html; charset=UTF-8",
  cors: false,
  streaming: true,
  expectPrelude: (text) => expectHtmlfilePage(text, CALLBACK),
  wire: (frame) => `<script>\np(${JSON.stringify(frame)});\n</script>\r\n`,
  frameOf: (text) => JSON.parse(unwrap(/^<script>\np\((".*")\);\n<\/script>\r\n$/, text)),
};

export const JSONP = {
  name: "jsonp",
  method: "GET",
  suffix: `/jsonp?c=${CALLBACK}`,
  contentType: SCRIPT_TYPE,
  cors: false,
  streaming: false,
  wire: (frame) => `/**/${CALLBACK}(${JSON.stringify(frame)});\r\n`,
  frameOf: (text) => JSON.parse(unwrap(/^\/\*\*\/_jp\.a1b2c3d\((".*")\);\r\n$/, text)),
};

/// Runs for all of these transports at the same time.
export function each(transports, run) {
  return Promise.all(transports.map(run));
}

export const TRANSPORTS = [XHR, XHR_STREAMING, EVENTSOURCE, HTMLFILE, JSONP];
export const STREAMING = TRANSPORTS.filter((transport) => transport.streaming);
export const POLLING = TRANSPORTS.filter((transport) => !transport.streaming);

/// The session URLs that have a preflight (sockjs.md, 2).
export const PREFLIGHT_SUFFIXES = ["/xhr", "/xhr_streaming", "/xhr_send"];
