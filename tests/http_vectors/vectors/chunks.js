// Chunks (RFC 9112, section 7.1).
import { outcome, PUBLISHED, refused, served, unanswered } from "../support/outcome.js";
import { chunk, chunked, ONE_CHUNK, SMUGGLED, topic } from "../support/wire.js";

const LAST = "0\r\n\r\n";

// What follows if the first chunk line is taken for a 3.
const rest = `"a"\r\n${LAST}${SMUGGLED}`;

const BAD_SIZES = [
  ["minus", "-3", "a minus sign"],
  ["plus", "+3", "a plus sign"],
  ["hex-prefix", "0x3", "a prefix 0x"],
  ["hex-prefix-upper-case", "0X3", "a prefix 0X"],
  ["blank-before", " 3", "a blank in front"],
  ["tab-before", "\t3", "a tab in front"],
  ["vertical-tab-behind", "3\x0b", "a vertical tab behind it"],
  ["nul-behind", "3\0", "a NUL behind it"],
  ["nul-before", "\x003", "a NUL in front"],
  ["letter-behind", "3g", "a letter behind it"],
  ["letter", "g", "a letter that is no digit"],
  ["h", "3h", "an h behind it"],
  ["dot", "3.0", "a dot"],
  ["comma", "3,3", "a comma"],
  ["two", "3 3", "two numbers"],
  ["underscore", "0_3", "an underscore"],
  ["quotes", '"3"', "quotes"],
  ["empty", "", "nothing"],
  ["only-extension", ";a=b", "an extension alone"],
  ["eight-bit", "\xb3", "a superscript three"],
  ["fullwidth", "\xef\xbc\x93", "a fullwidth three"],
  ["percent", "%33", "a percent escape"],
  ["cr-more", "3\r", "a CR more"],
  ["colon", "3:", "a colon"],
  ["equals", "3=1", "an equals sign"],
];

const OVERFLOWS = [
  ["2-32-and-3", "100000003"],
  ["2-63", "8000000000000000"],
  ["2-63-less-one", "7fffffffffffffff"],
  ["2-64-less-one", "ffffffffffffffff"],
  ["2-64-less-two", "fffffffffffffffe"],
  ["2-64-and-3", "10000000000000003"],
  ["2-128-and-3", "100000000000000000000000000000003"],
  ["2-31", "80000000"],
  ["above-limit", "100001"],
];

const EXTENSIONS_GOOD = [
  ["flag", ";flag"],
  ["value", ";name=value"],
  ["quoted", ';name="a b"'],
  ["quoted-pair", ';name="a\\"b"'],
  ["many", ";a=1;b=2;c"],
  ["quoted-semicolon", ';name="a;b"'],
];

// Refused or read as they are meant: the framing is plain.
const EXTENSIONS_ODD = [
  ["blank-before", " ;a=b"],
  ["blank-behind", "; a=b"],
  ["blanks-around-equals", ";a = b"],
  ["empty", ";"],
  ["empty-name", ";=b"],
  ["empty-value", ";a="],
  ["two-semicolons", ";;a"],
  ["blank-at-the-end", " "],
  ["tab-at-the-end", "\t"],
  ["eight-bit", ";a=\xe9"],
  ["quoted-eight-bit", ';a="\xe9"'],
];

const EXTENSIONS_BAD = [
  ["nul", ";a=\0"],
  ["quoted-nul", ';a="\0"'],
  ["delete", ";a=\x7f"],
  ["unclosed-quote", ';a="b'],
  ["quoted-bare-lf", ';a="b\nc"'],
  ["quoted-bare-cr", ';a="b\rc"'],
  ["bare-cr", ";a\rb"],
  ["quote-behind", ';a="b"c'],
];

const framed = (line, body = rest) => chunked(`${line}\r\n${body}`);

export default topic("chunks", [
  ...BAD_SIZES.map(([id, size, what]) => ({
    id: `size-${id}`,
    says: `a size with ${what} is refused`,
    send: framed(size),
    expect: refused(400),
  })),
  ...OVERFLOWS.map(([id, size]) => ({
    id: `size-${id}`,
    says: `a size of ${size} is not cut to fit`,
    send: framed(size),
    expect: refused(400, 413),
  })),
  {
    id: "size-of-1000-f",
    says: "a size of a thousand digits is refused",
    send: framed("f".repeat(1000)),
    expect: refused(400, 413),
  },
  ...[["0003", "three zeros"], [`${"0".repeat(13)}3`, "13 zeros"]].map(([size, what]) => ({
    id: `size-zeros-${size.length}`,
    says: `${what} before a size are nothing`,
    send: framed(size, `"a"\r\n${LAST}`),
    expect: PUBLISHED,
  })),
  ...[20, 1000].map((zeros) => ({
    id: `size-zeros-${zeros}`,
    says: `${zeros} zeros before a size are nothing, or too much`,
    send: framed(`${"0".repeat(zeros)}3`, `"a"\r\n${LAST}`),
    expect: [PUBLISHED, refused(400)],
  })),
  {
    id: "size-zeros-100000",
    says: "100,000 zeros before a size are too much",
    send: framed(`${"0".repeat(100_000)}3`),
    expect: refused(400),
  },
  {
    id: "size-upper-case",
    says: "a size may be in upper case",
    send: framed("A", `"abcdefgh"\r\n${LAST}`),
    expect: served(200, ['"abcdefgh"']),
    alike: true,
  },
  {
    id: "size-lower-case",
    says: "a size may be in lower case",
    send: framed("a", `"abcdefgh"\r\n${LAST}`),
    expect: served(200, ['"abcdefgh"']),
    alike: true,
  },
  ...EXTENSIONS_GOOD.map(([id, text]) => ({
    id: `extension-${id}`,
    says: `the extension ${text} is ignored`,
    send: framed(`3${text}`, `"a"\r\n${LAST}`),
    expect: PUBLISHED,
  })),
  ...EXTENSIONS_ODD.map(([id, text]) => ({
    id: `extension-${id}`,
    says: `the extension ${JSON.stringify(text)} is ignored or refused`,
    send: framed(`3${text}`, `"a"\r\n${LAST}`),
    expect: [PUBLISHED, refused(400)],
  })),
  ...EXTENSIONS_BAD.map(([id, text]) => ({
    id: `extension-${id}`,
    says: `the extension ${JSON.stringify(text)} is refused`,
    send: framed(`3${text}`),
    expect: refused(400),
  })),
  {
    id: "extension-quoted-line-end",
    says: "a line end within quotes ends the line, and not the quotes",
    send: framed('3;a="b\r\n"', `${rest}`),
    expect: refused(400),
  },
  {
    id: "extension-bare-lf-hides",
    says: "a bare LF in an extension hides no request",
    send: chunked(`2;\nxx\r\n${SMUGGLED.length.toString(16)}\r\n0\r\n\r\n${SMUGGLED}\r\n0\r\n\r\n`),
    expect: refused(400),
  },
  {
    id: "extension-bare-lf-of-last",
    says: "a bare LF in the last chunk's extension hides no request",
    send: chunked(`${chunk('"a"')}0;\n\r\n\r\n${SMUGGLED}`),
    expect: refused(400),
  },
  {
    id: "extension-of-16-kib",
    says: "an extension of 16 KiB is refused",
    send: framed(`3;${"x".repeat(16_384)}`),
    expect: refused(400),
  },
  {
    id: "extension-of-1-mib",
    says: "an extension of 1 MiB is refused",
    send: framed(`3;${"x".repeat(1 << 20)}`),
    expect: refused(400),
  },
  {
    id: "extensions-many",
    says: "1,000 chunks with extensions of 100 bytes are refused",
    send: chunked(`1;${"x".repeat(100)}\r\n \r\n`.repeat(1000) + LAST + SMUGGLED),
    expect: refused(400),
  },
  {
    id: "extension-of-last-chunk",
    says: "the last chunk may have an extension",
    send: chunked(`${chunk('"a"')}0;last=1\r\n\r\n`),
    expect: PUBLISHED,
  },
  ...[
    ["lf-everywhere", `3\n"a"\n0\n\n${SMUGGLED}`, "lines that end in LF"],
    ["lf-behind-size", `3\n"a"\r\n${LAST}${SMUGGLED}`, "an LF behind the size"],
    ["lf-behind-data", `3\r\n"a"\n${LAST}${SMUGGLED}`, "an LF behind the data"],
    ["lf-behind-last", `3\r\n"a"\r\n0\n\r\n${SMUGGLED}`, "an LF behind the last size"],
    ["cr-everywhere", `3\r"a"\r0\r\r${SMUGGLED}`, "lines that end in CR"],
    ["cr-behind-data", `3\r\n"a"\r${LAST}${SMUGGLED}`, "a CR behind the data"],
    ["lf-cr-behind-data", `3\r\n"a"\n\r${LAST}${SMUGGLED}`, "LF CR behind the data"],
    ["nothing-behind-data", `3\r\n"a"${LAST}${SMUGGLED}`, "no line end behind the data"],
    ["blanks-behind-data", `3\r\n"a"  ${LAST}${SMUGGLED}`, "two blanks behind the data"],
    ["letters-behind-data", `3\r\n"a"xx${LAST}${SMUGGLED}`, "two letters behind the data"],
    ["data-too-long", `3\r\n"abc"\r\n${LAST}${SMUGGLED}`, "more data than the size"],
    ["data-too-short", `5\r\n"a"\r\n${LAST}${SMUGGLED}`, "less data than the size"],
    ["line-end-in-front", `\r\n${ONE_CHUNK}${SMUGGLED}`, "an empty line in front"],
    ["line-end-between", `3\r\n"a"\r\n\r\n${LAST}${SMUGGLED}`, "an empty line between"],
    ["last-minus", `${chunk('"a"')}-0\r\n\r\n${SMUGGLED}`, "a last size of -0"],
    ["last-hex-prefix", `${chunk('"a"')}0x0\r\n\r\n${SMUGGLED}`, "a last size of 0x0"],
    ["last-cr-cr-lf", `${chunk('"a"')}0\r\r\n\r\n${SMUGGLED}`, "a last line with a CR more"],
    ["last-lf-lf", `${chunk('"a"')}0\n\n${SMUGGLED}`, "a last chunk of LF"],
    ["no-chunks", SMUGGLED, "a request in place of chunks"],
    ["plain-body", `{"a": 1}\r\n${SMUGGLED}`, "a body that is not chunked"],
  ].map(([id, body, what]) => ({
    id,
    says: `${what}: refused`,
    send: chunked(body),
    expect: refused(400),
  })),
  {
    id: "last-without-end",
    says: "a request in place of the line that ends the last chunk is refused",
    send: chunked(`${chunk('"a"')}0\r\n${SMUGGLED}`),
    expect: refused(400),
  },
  {
    id: "last-of-zeros",
    says: "a last chunk of several zeros is the last",
    send: chunked(`${chunk('"a"')}0000\r\n\r\n`),
    expect: [PUBLISHED, refused(400)],
  },
  {
    id: "last-twice",
    says: "a second last chunk is no request",
    send: chunked(`${ONE_CHUNK}0\r\n\r\n`),
    expect: outcome([200, 400], { goesOn: false, seen: ['"a"'] }),
  },
  {
    id: "behind-last",
    says: "bytes behind the last chunk are no part of the body",
    send: chunked(`${ONE_CHUNK}"b"\r\n`),
    expect: outcome([200, 400], { goesOn: false, seen: ['"a"'] }),
  },
  {
    id: "only-last",
    says: "the last chunk alone is an empty body",
    send: chunked(LAST),
    expect: served(400),
    alike: true,
  },
  {
    id: "no-last",
    says: "chunks without a last one are waited for",
    send: chunked(chunk('"a"')),
    marker: false,
    expect: unanswered(),
  },
  {
    id: "one-byte-each",
    says: "a chunk for each byte is served",
    send: chunked(Array.from('"abcdefghij"', chunk).join("") + LAST),
    expect: served(200, ['"abcdefghij"']),
    alike: true,
  },
  {
    id: "many-of-one-byte",
    says: "20,000 chunks of a byte are served",
    send: chunked(chunk('"') + chunk("x").repeat(20_000) + chunk('"') + LAST),
    expect: served(200, [`"${"x".repeat(20_000)}"`]),
  },
  {
    id: "above-limit-in-one",
    says: "a chunk above 1 MiB is answered 413 before it comes",
    send: chunked("100001\r\n"),
    marker: false,
    expect: refused(413),
  },
  {
    id: "above-limit-in-sum",
    says: "chunks above 1 MiB in sum are answered 413",
    send: chunked(chunk("x".repeat(65_536)).repeat(17) + LAST),
    expect: refused(413),
  },
  {
    id: "line-without-end",
    says: "a chunk line that does not end is refused",
    send: chunked("3".repeat(1 << 20)),
    marker: false,
    expect: refused(400, 413),
  },
]);
