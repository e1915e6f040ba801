// Host (RFC 9110, section 7.2; RFC 9112, section 3.2).
import { refused, served, servedLast } from "../support/outcome.js";
import { head, SMUGGLED, topic } from "../support/wire.js";

const LINE = "GET /connect HTTP/1.1";
const withHost = (value) => head(LINE, `Host: ${value}`) + SMUGGLED;
const goodHost = (value) => head(LINE, `Host: ${value}`);

const BAD = [
  ["userinfo", "user@localhost", "user information"],
  ["password", "user:pw@localhost", "user and password"],
  ["path", "localhost/connect", "a path"],
  ["query", "localhost?x", "a query"],
  ["fragment", "localhost#x", "a fragment"],
  ["scheme", "http://localhost", "a scheme"],
  ["blank-inside", "local host", "a blank inside"],
  ["tab-inside", "local\thost", "a tab inside"],
  ["list", "localhost, example.org", "two names"],
  ["comma", "localhost,", "a comma"],
  ["backslash", "localhost\\x", "a backslash"],
  ["eight-bit", "l\xf6calhost", "a byte above 127"],
  ["nul", "localhost\0", "a NUL"],
  ["quote", '"localhost"', "quotes"],
  ["angle", "<localhost>", "angle brackets"],
  ["brace", "{localhost}", "braces"],
  ["bar", "local|host", "a bar"],
  ["caret", "local^host", "a caret"],
  ["fold", "localhost\r\n .example", "a fold"],
  ["bare-cr", "localhost\rx", "a bare CR"],
];

// By their characters they could be hosts, and nothing depends on them.
const ODD = [
  ["port-letters", "localhost:abc"],
  ["port-too-big", "localhost:99999"],
  ["port-negative", "localhost:-1"],
  ["port-twice", "localhost:80:80"],
  ["port-empty", "localhost:"],
  ["port-only", ":80"],
  ["dots", ".."],
  ["bracket-open", "[::1"],
  ["bracket-close", "::1]"],
  ["ipv6-bare", "::1"],
  ["percent-nul", "localhost%00"],
  ["percent-bad", "localhost%zz"],
  ["underscore", "local_host"],
  ["of-7000", "x".repeat(7000)],
];

export default topic("host", [
  {
    id: "missing",
    says: "a request without Host is refused",
    send: head(LINE) + SMUGGLED,
    expect: refused(400),
  },
  {
    id: "missing-with-fields",
    says: "other fields do not stand for Host",
    send: head(LINE, "X-Forwarded-Host: localhost", "X-Host: localhost", "Hosts: localhost") + SMUGGLED,
    expect: refused(400),
  },
  {
    id: "missing-absolute",
    says: "an absolute target does not stand for Host",
    send: head("GET http://localhost/connect HTTP/1.1") + SMUGGLED,
    expect: refused(400),
  },
  ...[
    ["twice", ["Host: localhost", "Host: localhost"], "twice the same Host"],
    ["twice-different", ["Host: localhost", "Host: example.org"], "two hosts"],
    ["twice-empty", ["Host: localhost", "Host:"], "a second, empty Host"],
    ["twice-in-other-case", ["Host: localhost", "HOST: example.org"], "a second HOST"],
    ["thrice", ["Host: a", "Host: b", "Host: c"], "three hosts"],
    ["blank-before-colon", ["Host : localhost"], "a blank behind the name Host"],
    ["behind-blank-host", ["Host: localhost", "Host : example.org"], "a second Host with a blank"],
    ["folded", [" Host: localhost"], "Host as a folded line"],
  ].map(([id, fields, what]) => ({
    id,
    says: `${what}: refused`,
    send: head(LINE, ...fields) + SMUGGLED,
    expect: refused(400),
  })),
  ...BAD.map(([id, value, what]) => ({
    id,
    says: `a Host with ${what} is refused`,
    send: withHost(value),
    expect: refused(400),
  })),
  ...ODD.map(([id, value]) => ({
    id,
    says: `Host: ${value.slice(0, 20)} harms nobody`,
    send: goodHost(value),
    expect: [served(200), refused(400)],
  })),
  ...[
    ["empty", ""],
    ["port", "localhost:8080"],
    ["ipv6", "[::1]:8080"],
    ["upper-case", "LOCALHOST"],
    ["blanks-around", "  localhost\t "],
  ].map(([id, value]) => ({
    id: `good-${id}`,
    says: `Host: ${JSON.stringify(value)} is served`,
    send: goodHost(value),
    expect: served(200),
  })),
  {
    id: "name-in-any-case",
    says: "hOsT is Host",
    send: head(LINE, "hOsT: localhost"),
    expect: served(200),
    alike: true,
  },
  {
    id: "http-1.0-without",
    says: "HTTP/1.0 needs no Host",
    send: head("GET /connect HTTP/1.0"),
    expect: servedLast(200),
    alike: true,
  },
  {
    id: "http-1.0-twice",
    says: "two hosts are refused in HTTP/1.0 as well",
    send: head("GET /connect HTTP/1.0", "Host: a", "Host: b") + SMUGGLED,
    expect: refused(400),
  },
]);
