import assert from "node:assert/strict";

/// The iframe page (sockjs.md, 3.3) with this script address.
export function iframePage(scriptUrl) {
  return [
    "<!DOCTYPE html>",
    "<html>",
    "<head>",
    '  <meta http-equiv="X-UA-Compatible" content="IE=edge" />',
    '  <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />',
    `  <script src="${scriptUrl}"></script>`,
    "  <script>",
    "    document.domain = document.domain;",
    "    SockJS.bootstrap_iframe();",
    "  </script>",
    "</head>",
    "<body>",
    "  <h2>Don't panic!</h2>",
    "  <p>This is a SockJS hidden iframe. It's used for cross domain magic.</p>",
    "</body>",
    "</html>",
  ].join("\n");
}

/// The script address of an iframe page.
export function scriptUrlOf(page) {
  const match = /<script src="([^"]+)"><\/script>/.exec(page);
  assert.ok(match, "the page names a script");
  return match[1];
}

/// The start of an htmlfile response (sockjs.md, 6.5) with this callback,
/// without the blanks that follow.
export function htmlfilePage(callback) {
  return [
    "<!doctype html>",
    "<html><head>",
    '  <meta http-equiv="X-UA-Compatible" content="IE=edge" />',
    '  <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />',
    "</head><body><h2>Don't panic!</h2>",
    "  <script>",
    "    document.domain = document.domain;",
    `    var c = parent.${callback};`,
    "    c.start();",
    "    function p(d) {c.message(d);};",
    "    window.onload = function() {c.stop();};",
    "  </script>",
  ].join("\n");
}

/// `text` is a whole htmlfile prelude: the page, blanks, two line ends.
export function expectHtmlfilePage(text, callback) {
  assert.equal(text.trim(), htmlfilePage(callback));
  assert.match(text, /<\/script> *\r\n\r\n$/, "blanks and two line ends");
  assert.ok(text.length > 1024, `longer than 1024 bytes: ${text.length}`);
}
