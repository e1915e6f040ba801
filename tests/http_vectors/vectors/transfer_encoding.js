// Transfer-Encoding (RFC 9112, sections 6.1 and 6.3), as smugglers write it.
import { PUBLISHED, refused, served } from "../support/outcome.js";
import { chunked, get, head, ONE_CHUNK, post, publish, SMUGGLED, topic } from "../support/wire.js";

const HOST = "Host: localhost";

// Whoever takes the body for chunked ends it here.
const ended = `0\r\n\r\n${SMUGGLED}`;

// Whoever goes by a length of 4 has `26\r\n` for a body, whoever goes by chunks
// reads on.
const CL_OF_CHUNK_LINE = "Content-Length: 4";

const CODINGS = [
  ["xchunked", "xchunked", 400],
  ["chunkedx", "chunkedx", 400],
  ["chunke", "chunke", 400],
  ["comma-behind", "chunked,", 400],
  ["comma-before", ",chunked", 400, 501],
  ["commas", ",,,", 400],
  ["twice-in-a-list", "chunked, chunked", 400],
  ["thrice-in-a-list", "chunked,chunked,chunked", 400],
  ["parameter", "chunked;q=1", 400],
  ["semicolon", "chunked;", 400],
  ["quoted", '"chunked"', 400],
  ["apostrophes", "'chunked'", 400],
  ["brackets", "[chunked]", 400],
  ["nul-behind", "chunked\0", 400],
  ["nul-before", "\0chunked", 400],
  ["nul-inside", "chun\0ked", 400],
  ["vertical-tab-before", "\x0bchunked", 400],
  ["vertical-tab-behind", "chunked\x0b", 400],
  ["form-feed-before", "\x0cchunked", 400],
  ["form-feed-behind", "chunked\x0c", 400],
  ["delete", "chunked\x7f", 400],
  ["no-break-space", "\xa0chunked", 400],
  ["next-line", "\x85chunked", 400],
  ["eight-bit", "ch\xfcnked", 400],
  ["byte-255", "\xffchunked", 400],
  ["long-s", "chunked\xc5\xbf", 400],
  ["kelvin", "chun\xe2\x84\xaaed", 400],
  ["blank-inside", "chu nked", 400],
  ["words", "chunked identity", 400],
  ["word-before", "x chunked", 400],
  ["colon", ": chunked", 400],
  ["field-inside", "x: chunked", 400],
  ["slash", "application/chunked", 400],
  ["backslash", "chunked\\", 400],
  ["equals", "chunked=1", 400],
  ["percent", "%63hunked", 400],
  ["encoded-word", "=?utf-8?q?chunked?=", 400],
  ["identity", "identity", 400],
  ["chunked-identity", "chunked, identity", 400],
  ["identity-chunked", "identity, chunked", 400, 501],
  ["gzip", "gzip", 400, 501],
  ["gzip-chunked", "gzip, chunked", 400, 501],
  ["deflate-chunked", "deflate,chunked", 400, 501],
  ["chunked-gzip", "chunked, gzip", 400],
  ["chunked-gzip-chunked", "chunked, gzip, chunked", 400],
  ["cow-chunked", "cow, chunked", 400, 501],
  ["chunked-cow", "chunked, cow", 400],
  ["cow", "cow", 400, 501],
  ["trailers", "trailers", 400, 501],
  ["null", "null", 400, 501],
  ["number", "0", 400, 501],
  ["empty", "", 400],
  ["blank", " ", 400],
  ["bare-cr-behind", "chunked\r", 400],
  ["bare-lf-before", "\nchunked", 400],
  ["bare-lf-behind", "chunked\nX: y", 400],
  ["bare-lf-list", "gzip\n, chunked", 400],
  ["fold-before", "\r\n chunked", 400],
  ["fold-tab-before", "\r\n\tchunked", 400],
  ["fold-behind", "chunked\r\n ", 400],
  ["fold-list", "chunked,\r\n identity", 400],
  ["of-7000-commas", `${",".repeat(7000)}chunked`, 400, 501],
];

// Names that are not Transfer-Encoding, and are no names.
const BAD_NAMES = [
  ["blank-before-colon", "Transfer-Encoding : chunked"],
  ["tab-before-colon", "Transfer-Encoding\t: chunked"],
  ["vertical-tab-before-colon", "Transfer-Encoding\x0b: chunked"],
  ["nul-before-colon", "Transfer-Encoding\0: chunked"],
  ["cr-before-colon", "Transfer-Encoding\r: chunked"],
  ["lf-before-colon", "Transfer-Encoding\n: chunked"],
  ["folded-before-colon", "Transfer-Encoding\r\n : chunked"],
  ["blank-for-dash", "Transfer Encoding: chunked"],
  ["blank-in-front", " Transfer-Encoding: chunked"],
  ["tab-in-front", "\tTransfer-Encoding: chunked"],
  ["vertical-tab-in-front", "\x0bTransfer-Encoding: chunked"],
  ["nul-in-front", "\0Transfer-Encoding: chunked"],
  ["behind-bare-lf", "X-Field: 1\nTransfer-Encoding: chunked"],
  ["behind-bare-cr", "X-Field: 1\rTransfer-Encoding: chunked"],
  ["behind-cr-cr-lf", "X-Field: 1\r\r\nTransfer-Encoding: chunked"],
  ["behind-lf-cr", "X-Field: 1\n\rTransfer-Encoding: chunked"],
  ["behind-fold", "X-Field: 1\r\n Transfer-Encoding: chunked"],
  ["behind-nul", "X-Field: 1\0Transfer-Encoding: chunked"],
  ["no-colon", "Transfer-Encoding chunked"],
  ["equals-for-colon", "Transfer-Encoding= chunked"],
  ["soft-hyphen", "Transfer\xadEncoding: chunked"],
  ["en-dash", "Transfer\xe2\x80\x93Encoding: chunked"],
  ["kelvin", "Transfer-Encodin\xe2\x84\xaa: chunked"],
];

// Good names of something else: the length counts.
const OTHER_NAMES = [
  ["underscore", "Transfer_Encoding: chunked"],
  ["one-word", "TransferEncoding: chunked"],
  ["x", "X-Transfer-Encoding: chunked"],
  ["content", "Content-Encoding: chunked"],
  ["te", "TE: chunked"],
  ["te-trailers", "TE: trailers, chunked"],
  ["dot", "Transfer.Encoding: chunked"],
  ["in-a-value", "X-Field: Transfer-Encoding: chunked"],
];

const TWICE = [
  ["equal", ["chunked", "chunked"]],
  ["identity-first", ["identity", "chunked"]],
  ["identity-second", ["chunked", "identity"]],
  ["cow-first", ["cow", "chunked"]],
  ["cow-second", ["chunked", "cow"]],
  ["gzip-first", ["gzip", "chunked"]],
  ["empty-first", ["", "chunked"]],
  ["empty-second", ["chunked", ""]],
];

const GOOD = [
  ["chunked", "Transfer-Encoding: chunked"],
  ["upper-case", "Transfer-Encoding: CHUNKED"],
  ["mixed-case", "tRANSFER-eNCODING: cHuNkEd"],
  ["no-blank", "Transfer-Encoding:chunked"],
  ["blanks", "Transfer-Encoding:    chunked   "],
  ["tabs", "Transfer-Encoding:\tchunked\t"],
];

export default topic("transfer-encoding", [
  ...CODINGS.map(([id, coding, ...statuses]) => ({
    id: `coding-${id}`,
    says: `the coding ${JSON.stringify(coding.slice(0, 40))} is refused`,
    send: post([`Transfer-Encoding: ${coding}`], ended),
    expect: refused(...statuses),
  })),
  ...CODINGS.map(([id, coding, ...statuses]) => ({
    id: `coding-and-length-${id}`,
    says: `the coding ${JSON.stringify(coding.slice(0, 40))} beside a length is refused`,
    send: post([`Transfer-Encoding: ${coding}`, `Content-Length: ${ended.length}`], ended),
    expect: refused(...statuses),
  })),
  ...BAD_NAMES.map(([id, field]) => ({
    id: `name-${id}`,
    says: `${JSON.stringify(field)} is refused`,
    send: post([field, `Content-Length: ${ended.length}`], ended),
    expect: refused(400),
  })),
  ...OTHER_NAMES.map(([id, field]) => ({
    id: `name-${id}`,
    says: `${JSON.stringify(field)} is no Transfer-Encoding`,
    send: post([field, `Content-Length: ${ended.length}`], ended),
    expect: served(400),
  })),
  ...TWICE.map(([id, codings]) => ({
    id: `twice-${id}`,
    says: `Transfer-Encoding twice, ${JSON.stringify(codings)}, is refused`,
    send: post(codings.map((coding) => `Transfer-Encoding: ${coding}`), ended),
    expect: refused(400, 501),
  })),
  ...GOOD.map(([id, field]) => ({
    id: `good-${id}`,
    says: `${JSON.stringify(field)} is served`,
    send: post([field], ONE_CHUNK),
    expect: PUBLISHED,
    alike: id !== "tabs", // of which nginx thinks otherwise
  })),
  {
    id: "length-first",
    says: "a length before the coding is refused",
    send: post([`Content-Length: ${ended.length}`, "Transfer-Encoding: chunked"], ended),
    expect: refused(400),
  },
  {
    id: "length-second",
    says: "a length behind the coding is refused",
    send: post(["Transfer-Encoding: chunked", `Content-Length: ${ended.length}`], ended),
    expect: refused(400),
  },
  {
    id: "cl-te",
    says: "the length of all beside chunks that end before it is refused",
    send: post([`Content-Length: ${ended.length}`, "Transfer-Encoding: chunked"], ended),
    expect: refused(400),
  },
  {
    id: "te-cl",
    says: "the length of a chunk line beside chunks that go on is refused",
    send: post(
      [CL_OF_CHUNK_LINE, "Transfer-Encoding: chunked"],
      `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`,
    ),
    expect: refused(400),
  },
  {
    id: "length-zero",
    says: "a length of zero beside chunks is refused",
    send: post(["Content-Length: 0", "Transfer-Encoding: chunked"], ended),
    expect: refused(400),
  },
  {
    id: "bad-length",
    says: "a bad length beside chunks is refused",
    send: post(["Content-Length: x", "Transfer-Encoding: chunked"], ended),
    expect: refused(400),
  },
  {
    id: "length-in-connection",
    says: "a length that Connection names still counts beside chunks",
    send: post(["Connection: Content-Length", "Content-Length: 3", "Transfer-Encoding: chunked"], ended),
    expect: refused(400),
  },
  {
    id: "coding-in-connection",
    says: "a coding that Connection names still counts",
    send: post(["Connection: Transfer-Encoding", "Transfer-Encoding: chunked"], ONE_CHUNK),
    expect: PUBLISHED,
  },
  {
    id: "http-1.0",
    says: "a coding in HTTP/1.0 is refused",
    send: chunked(ended, { version: "HTTP/1.0" }),
    expect: refused(400),
  },
  {
    id: "http-1.0-keep-alive",
    says: "a coding in HTTP/1.0 with keep-alive is refused",
    send: chunked(ended, { version: "HTTP/1.0", fields: ["Connection: keep-alive"] }),
    expect: refused(400),
  },
  {
    id: "http-1.0-length",
    says: "a coding and a length in HTTP/1.0 are refused",
    send: chunked(ended, { version: "HTTP/1.0", fields: ["Content-Length: 3"] }),
    expect: refused(400),
  },
  {
    id: "get-chunked",
    says: "a GET with chunks has a body",
    send: get("/connect", ["Transfer-Encoding: chunked"]) + ONE_CHUNK,
    expect: served(200),
    alike: true,
  },
  {
    id: "get-bad-coding",
    says: "a GET with a bad coding is refused",
    send: get("/connect", ["Transfer-Encoding: xchunked"]) + ended,
    expect: refused(400),
  },
  {
    id: "options-length-and-coding",
    says: "OPTIONS with both lengths is refused",
    send: head("OPTIONS /connect/info HTTP/1.1", HOST, "Content-Length: 5",
      "Transfer-Encoding: chunked") + ended,
    expect: refused(400),
  },
  {
    id: "behind-good",
    says: "both lengths behind a good request: only that is served",
    send: publish() + post(["Content-Length: 5", "Transfer-Encoding: chunked"], ended),
    expect: { answers: [[200], [400]], goesOn: false, seen: ['"a"'] },
  },
  {
    id: "inner-in-a-chunk",
    says: "a request within a chunk is part of the body",
    send: chunked(`${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`),
    expect: served(400),
    alike: true,
  },
]);
