import answers from "./answers.js";
import bodies from "./bodies.js";
import chunks from "./chunks.js";
import connection from "./connection.js";
import contentLength from "./content_length.js";
import earlyClose from "./early_close.js";
import expectation from "./expectation.js";
import headerFields from "./header_fields.js";
import host from "./host.js";
import paths from "./paths.js";
import pipelining from "./pipelining.js";
import requestLine from "./request_line.js";
import sizes from "./sizes.js";
import trailers from "./trailers.js";
import transferEncoding from "./transfer_encoding.js";
import websocket from "./websocket.js";

/// All vectors, each {id, topic, says, send, expect} and perhaps
///
/// - `marker: false`: nothing follows, the client ends;
/// - `reset: true`: it ends with a reset;
/// - `methods`: of the requests, where they decide whether an answer has a body;
/// - `alike: true`: the outcome is the same behind every proxy.
///
/// `send` is text whose characters are bytes, or a list of texts, each sent with
/// a write of its own. `expect` is an outcome, or a list of which one must fit.
export const VECTORS = [
  ...requestLine,
  ...headerFields,
  ...host,
  ...contentLength,
  ...transferEncoding,
  ...chunks,
  ...trailers,
  ...expectation,
  ...connection,
  ...websocket,
  ...pipelining,
  ...bodies,
  ...answers,
  ...earlyClose,
  ...paths,
  ...sizes,
];
