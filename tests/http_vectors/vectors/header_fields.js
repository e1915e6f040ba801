// Header fields (RFC 9110, section 5; RFC 9112, section 5).
import { outcome, PUBLISHED, refused, served } from "../support/outcome.js";
import { get, head, post, publish, SMUGGLED, topic } from "../support/wire.js";

const HOST = "Host: localhost";

// A good publication with a field more, written as it is.
const withField = (text) => publish('"a"', { fields: [text] });

// What a server that took the field seriously, or another line end for one,
// would go on with.
const withInner = (text) => post([text, 'Content-Length: 3'], '"a"' + SMUGGLED);

const BAD_NAME_CHARACTERS = Array.from('"(),/;<=>?@[\\]{}\0\x01\x0b\x0c\x1b\x7f\x80\xff');

const BAD_FIELDS = [
  ["blank-before-colon", "X-Field : 1", "a blank before the colon"],
  ["tab-before-colon", "X-Field\t: 1", "a tab before the colon"],
  ["no-colon", "X-Field", "no colon"],
  ["blank-in-name", "X Field: 1", "a blank in its name"],
  ["empty-name", ": 1", "an empty name"],
  ["only-a-colon", ":", "nothing but a colon"],
  ["nul-in-value", "X-Field: a\0b", "a NUL in its value"],
  ["nul-at-the-end", "X-Field: a\0", "a NUL at its end"],
  ["bell", "X-Field: a\x07b", "a bell"],
  ["backspace", "X-Field: a\x08b", "a backspace"],
  ["vertical-tab", "X-Field: a\x0bb", "a vertical tab"],
  ["form-feed", "X-Field: a\x0cb", "a form feed"],
  ["escape", "X-Field: a\x1b[2Jb", "an escape character"],
  ["delete", "X-Field: a\x7fb", "a DEL"],
  ["bare-cr", "X-Field: a\rb", "a bare CR"],
  ["bare-cr-and-field", "X-Field: a\rContent-Length: 0", "a bare CR and another field"],
  ["bare-lf", "X-Field: a\nX-Other: b", "a bare LF for its end"],
  ["bare-lf-and-length", "X-Field: a\nContent-Length: 0", "a bare LF and a length"],
  ["cr-cr-lf", "X-Field: a\r", "CR CR LF for its end"],
  ["folded-blank", "X-Field: a\r\n b", "a folded value"],
  ["folded-tab", "X-Field: a\r\n\tb", "a value folded with a tab"],
  ["folded-twice", "X-Field: a\r\n b\r\n c", "a value folded twice"],
  ["folded-empty", "X-Field: a\r\n ", "an empty fold"],
  ["folded-field", "X-Field: a\r\n Content-Length: 0", "a fold that looks like a field"],
  ["folded-in-front", " X-Field: a", "a blank in front"],
  ["tab-in-front", "\tX-Field: a", "a tab in front"],
  ["only-blanks", "   ", "nothing but blanks"],
  ["request-line", "GET /connect HTTP/1.1", "a request line"],
  ["unicode-name", "X-F\xc3\xaeeld: 1", "UTF-8 in its name"],
];

const GOOD_FIELDS = [
  ["no-blank", "X-Field:1", "no blank behind the colon"],
  ["blanks-around", "X-Field:   1   ", "blanks around its value"],
  ["tabs-around", "X-Field:\t1\t", "tabs around its value"],
  ["tab-inside", "X-Field: a\tb", "a tab in its value"],
  ["empty", "X-Field:", "an empty value"],
  ["only-blank", "X-Field: ", "a blank for a value"],
  ["latin1", "X-Field: caf\xe9", "a byte above 127 in its value"],
  ["utf8", "X-Field: \xe2\x82\xac", "UTF-8 in its value"],
  ["colons", "X-Field: a:b::c", "colons in its value"],
  ["all-name-characters", "!#$%&'*+-.^_`|~0Az: 1", "every character a name may have"],
  ["one-letter", "X: 1", "a name of one letter"],
  ["proto", "__proto__: 1", "the name __proto__"],
  ["underscore-length", "Content_Length: 100", "the name of a length but for its dash"],
  ["dotted-length", "Content.Length: 100", "the name of a length but for a dot"],
  ["digits", "200: OK", "a name of digits"],
];

const many = (count) => [Array.from({ length: count }, (_, index) => `X-${index}: 1`).join("\r\n")];

// A request whose head has exactly this many bytes.
function headOf(size) {
  const empty = get("/connect", ["X-Field: "]);
  return get("/connect", [`X-Field: ${"x".repeat(size - empty.length)}`]);
}

export default topic("header-fields", [
  ...BAD_FIELDS.map(([id, text, what]) => ({
    id,
    says: `a field with ${what} is refused`,
    send: withInner(text),
    expect: refused(400),
  })),
  ...BAD_NAME_CHARACTERS.map((character) => ({
    id: `name-${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
    says: `a field with the byte ${character.charCodeAt(0)} in its name is refused`,
    send: withInner(`X${character}Y: 1`),
    expect: refused(400),
  })),
  ...GOOD_FIELDS.map(([id, text, what]) => ({
    id,
    says: `a field with ${what} harms nobody`,
    send: withField(text),
    expect: PUBLISHED,
  })),
  {
    id: "folded-first",
    says: "a line folded behind the request line is refused",
    send: `GET /connect HTTP/1.1\r\n ${HOST}\r\n\r\n`,
    expect: refused(400),
  },
  {
    id: "two-lf-at-the-end",
    says: "a head that ends in two LF is refused",
    send: `GET /connect HTTP/1.1\r\n${HOST}\n\n`,
    expect: refused(400),
  },
  {
    id: "cr-lf-lf-at-the-end",
    says: "a head that ends in CR LF LF is refused",
    send: `GET /connect HTTP/1.1\r\n${HOST}\r\n\n`,
    expect: refused(400),
  },
  {
    id: "lf-cr-lf-at-the-end",
    says: "a head that ends in LF CR LF is refused",
    send: `GET /connect HTTP/1.1\r\n${HOST}\n\r\n`,
    expect: refused(400),
  },
  {
    id: "cr-cr-at-the-end",
    says: "a head that ends in CR CR is refused",
    send: `GET /connect HTTP/1.1\r\n${HOST}\r\n\r\r${SMUGGLED}`,
    expect: refused(400),
  },
  {
    id: "hundred",
    says: "100 fields are served",
    send: get("/connect", many(99)),
    expect: served(200),
  },
  ...[100, 1000].map((more) => ({
    id: `${more + 1}`,
    says: `${more + 1} fields are answered 431`,
    send: get("/connect", many(more)),
    expect: refused(431),
  })),
  {
    id: "hundred-thousand",
    says: "100,000 fields are refused",
    send: get("/connect", many(100_000)),
    expect: refused(431),
  },
  {
    id: "size-just-right",
    says: "a head of 8,192 bytes is served",
    send: headOf(8192),
    expect: served(200),
  },
  {
    id: "size-one-more",
    says: "a head of 8,193 bytes is answered 431",
    send: headOf(8193),
    expect: refused(431),
  },
  ...[65_536, 1 << 20].map((size) => ({
    id: `size-${size}`,
    says: `a head of ${size} bytes is answered 431`,
    send: headOf(size),
    expect: refused(431),
  })),
  {
    id: "name-too-long",
    says: "a name of 10,000 bytes is answered 431",
    send: get("/connect", [`${"X".repeat(10_000)}: 1`]),
    expect: refused(431),
  },
  {
    id: "secret-twice",
    says: "a second, wrong secret is not enough nor too much",
    send: publish('"a"', { fields: ["X-Thunder-Secret-Key: wrong"] }),
    expect: [PUBLISHED, served([400, 401]), refused(400)],
  },
  {
    id: "secret-with-nul",
    says: "a secret with a NUL behind it is refused",
    send: head("POST /api/1.0.0/public/channels/seen/ HTTP/1.1", HOST,
      "X-Thunder-Secret-Key: secret\0", "Content-Length: 3") + '"a"',
    expect: refused(400),
  },
  {
    id: "secret-in-two-lines",
    says: "a secret folded into two lines is refused",
    send: head("POST /api/1.0.0/public/channels/seen/ HTTP/1.1", HOST,
      "X-Thunder-Secret-Key: sec\r\n ret", "Content-Length: 3") + '"a"',
    expect: refused(400),
  },
  {
    id: "secret-name-in-any-case",
    says: "the name of the secret's field may be written in any case",
    send: head("POST /api/1.0.0/public/channels/seen/ HTTP/1.1", HOST,
      "x-THUNDER-secret-KEY: secret", "Content-Length: 3") + '"a"',
    expect: PUBLISHED,
    alike: true,
  },
  {
    id: "twice-the-same",
    says: "fields that occur twice and may are served",
    send: get("/connect", ["Accept: a/b", "Accept: c/d", "Cookie: a=1", "Cookie: b=2"]),
    expect: served(200),
    alike: true,
  },
  {
    id: "origin-with-cr-lf-escaped",
    says: "an Origin with escaped line ends comes back on its line",
    send: get("/connect/info", ["Origin: http://a%0d%0aX-Evil:%201"]),
    expect: [served([200, 403]), refused(400)],
  },
  {
    id: "origin-with-tab",
    says: "an Origin with a tab puts no control character into the answer",
    send: get("/connect/info", ["Origin: http://a\tb"]),
    expect: [served([200, 403]), refused(400)],
  },
  {
    id: "cookie-with-odd-bytes",
    says: "a session cookie of odd bytes puts nothing else into the answer",
    send: `${head("POST /connect/000/odd-cookie/xhr_send HTTP/1.1", HOST, "Content-Length: 2",
      'Cookie: JSESSIONID=";\\\xff')}[]`,
    expect: served([200, 204, 400, 403, 404]),
  },
  {
    id: "bad-behind-good",
    says: "a bad field behind a request that was served does not undo it",
    send: publish() + withInner("X-Field : 1"),
    expect: outcome([200, 400], { goesOn: false, seen: ['"a"'] }),
  },
]);
