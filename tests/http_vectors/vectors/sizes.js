// Sizes that are absurd.
import { refused, served } from "../support/outcome.js";
import { chunk, chunked, get, head, post, publish, topic } from "../support/wire.js";

export default topic("sizes", [
  {
    id: "head-of-8-mib",
    says: "a head of 8 MiB is refused",
    send: get("/connect", [`X-Field: ${"x".repeat(8 << 20)}`]),
    expect: refused(431),
  },
  {
    id: "target-of-1-mib",
    says: "a target of 1 MiB is refused",
    send: get(`/${"x".repeat(1 << 20)}`),
    expect: refused(414),
  },
  {
    id: "method-of-1-mib",
    says: "a method of 1 MiB is refused",
    send: head(`${"A".repeat(1 << 20)} / HTTP/1.1`),
    expect: refused(400, 414, 431, 501),
  },
  {
    id: "empty-fields",
    says: "200,000 empty fields are refused",
    send: get("/connect", [Array(200_000).fill("X:").join("\r\n")]),
    expect: refused(431),
  },
  {
    id: "cookies",
    says: "a cookie of 64 KiB is refused",
    send: get("/connect", [`Cookie: a=${"x".repeat(65_536)}`]),
    expect: refused(431),
  },
  {
    id: "body-of-8-mib",
    says: "a body of 8 MiB is refused",
    send: publish(" ".repeat(8 << 20)),
    expect: refused(413),
  },
  {
    id: "chunks-of-8-mib",
    says: "chunks of 8 MiB are refused",
    send: chunked(chunk("x".repeat(1 << 16)).repeat(128) + "0\r\n\r\n"),
    expect: refused(413),
  },
  {
    id: "chunk-of-2-60",
    says: "a chunk of an exbibyte is refused",
    send: chunked(`1000000000000000\r\n${"x".repeat(10_000)}`),
    expect: refused(400, 413),
  },
  {
    id: "length-of-10-18",
    says: "a length of an exabyte is refused",
    send: post([`Content-Length: ${10n ** 18n}`], "x".repeat(10_000)),
    expect: refused(413),
  },
  {
    id: "trailers-of-4-mib",
    says: "trailers of 4 MiB are refused",
    send: chunked(`${chunk('"a"')}0\r\nX-Field: ${"x".repeat(4 << 20)}\r\n\r\n`),
    expect: refused(400, 413, 431),
  },
  {
    id: "zeros",
    says: "4 MiB of zeros are refused",
    send: "\0".repeat(4 << 20),
    marker: false,
    expect: refused(400),
  },
  {
    id: "nesting",
    says: "a body of a million brackets is no JSON that is taken",
    send: publish("[".repeat(1_000_000)),
    expect: served(400),
    alike: true,
  },
  {
    id: "depth",
    says: "a body that nests 100,000 levels is not taken",
    send: publish("[".repeat(100_000) + "]".repeat(100_000)),
    expect: served(400),
  },
  {
    id: "empty-chunks-of-zeros",
    says: "chunk sizes of a thousand zeros, a hundred times, are refused",
    send: chunked(`${"0".repeat(1000)}1\r\nx\r\n`.repeat(100)),
    marker: false,
    expect: refused(400),
  },
]);
