// Runs in pages, after sockjs-client and the functions of
// tests/sockjs/support/characters.js.

/// Makers of texts, by what they try. They are made here, as not all of them
/// survive the way from the test to the page.
const MAKERS = {
  sizes() {
    const sizes = [0, 1, 2, 125, 126, 127, 1000, 4095, 4096, 16384, 32768, 59999, 60000];
    const ascii = sizes.map((size) => "x".repeat(size));
    return [...ascii, ...sizes.map((size) => "é".repeat(size / 2))];
  },

  /// The ranges of sockjs.md, 5.3, with their neighbours: in a row, alone, together.
  awkward() {
    const ranges = ESCAPED_RANGES.map(([first, last]) =>
      charactersFrom(Math.max(0, first - 2), Math.min(0xffff, last + 2)),
    );
    const ascii = charactersFrom(0, 0x7f);
    return [
      ...ranges,
      ...ranges.join(""),
      ascii,
      `${ascii}${ranges.join("é")}🐢`,
      "\ud7ff\ue000",
      "\u{10ffff}",
    ];
  },

  unicode: allOfUnicode,

  percent: () => [
    "%",
    "%%",
    "100 %",
    "%25",
    "%2525",
    "%41",
    "%zz",
    "%u0041",
    "%0D%0A",
    "%00",
    "%C3%A9",
    "é%é",
  ],

  markup: () => [
    "</script>",
    "<script>",
    "<!--",
    "<!--<script>",
    "--></script>",
    "]]>",
    "&lt;&amp;",
    "data: x",
    "\r\n\r\n",
    "+",
    "o",
    "h",
    'a["x"]',
    'c[3000,"Go away!"]',
    "[]",
    "{}",
    '"',
    "'",
    "\\",
    "\\u0041",
    '\\\\"',
    "null",
  ],

  numbered: () => Array.from({ length: 1000 }, (_, i) => `message ${i}`),
};

const made = {};

function textsOf(name) {
  made[name] ??= MAKERS[name]();
  return made[name];
}

function shortened(text) {
  return text.length > 60 ? `${text.slice(0, 60)}… (${text.length})` : text;
}

/// A sockjs-client that speaks to a service that echoes.
class EchoClient {
  constructor(url, transports, timeout) {
    this.received = [];
    this.arrived = () => {}; // called with each message and with the close
    const socket = new SockJS(url, undefined, { transports, timeout });
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.onclose = ({ code, reason, wasClean }) => {
        this.closing = { code, reason, wasClean };
        resolve(this.closing);
        this.arrived();
      };
    });
    this.opened = new Promise((resolve, reject) => {
      socket.onopen = () => resolve(socket.transport);
      this.closed.then((closing) => reject(new Error(`not opened: ${JSON.stringify(closing)}`)));
    });
    this.opened.catch(() => {}); // a test may wait for the close alone
    socket.onmessage = ({ data }) => {
      this.received.push(data);
      this.arrived();
    };
  }

  /// Sends texts, `ahead` of them before the first has come back; resolves with
  /// what comes back.
  echo(texts, ahead = texts.length) {
    const first = this.received.length;
    let sent = 0;
    return new Promise((resolve, reject) => {
      this.arrived = () => {
        const returned = this.received.length - first;
        if (this.closing)
          reject(new Error(`closed after ${returned} echoes: ${JSON.stringify(this.closing)}`));
        while (sent < Math.min(texts.length, returned + ahead)) this.socket.send(texts[sent++]);
        if (returned === texts.length) resolve(this.received.slice(first));
      };
      this.arrived();
    });
  }

  /// The same for a part of textsOf(name); resolves with what is wrong, which is
  /// nothing if all came back as it was.
  async differences(name, begin, end, ahead) {
    const texts = textsOf(name).slice(begin, end);
    const received = await this.echo(texts, ahead);
    const wrong = texts.map((_, i) => i).filter((i) => received[i] !== texts[i]);
    return wrong.map((i) => ({
      index: begin + i,
      sent: shortened(texts[i]),
      received: shortened(received[i]),
    }));
  }

  /// Texts with lone surrogates come back as they are or with replacement
  /// characters; resolves with those that do not.
  async alteredSurrogates() {
    const texts = ["\ud800", "\udfff", "a\ud83d", "\udc22b", "\udc22\ud83d", "\ud800\ud800"];
    const received = await this.echo(texts);
    return texts.filter(
      (text, i) => ![text, text.replace(/[\ud800-\udfff]/g, "\ufffd")].includes(received[i]),
    );
  }
}
