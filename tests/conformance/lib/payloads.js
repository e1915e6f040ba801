/// What messages are made of: the same in every run.

/// Pseudo-random numbers below 2^32 (xorshift).
export function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>>= 0);
  };
}

const sample = Buffer.from("Grüße aus Łódź: 1 € für 𝄞. ");

/// UTF-8 of exactly so many bytes, with characters of all lengths in it.
export function textOf(bytes) {
  const whole = Math.floor(bytes / sample.length);
  return Buffer.concat([Buffer.alloc(whole * sample.length, sample),
    Buffer.alloc(bytes - whole * sample.length, "*")]);
}

/// So many bytes of all values, no valid UTF-8.
export function bytesOf(count) {
  const bytes = Buffer.alloc(count);
  const next = randomNumbers(count + 1);
  for (let at = 0; at + 4 <= count; at += 4) bytes.writeUInt32LE(next(), at);
  return bytes.fill(0xfe, count - (count % 4));
}

const words = ("der die das und ich nicht mit ist wie zu ein so wohl nun doch was euch mich auch "
  + "sich von Geist Welt Nacht Herz Wort Himmel Tag Menschen Leben Sinn sehn gehn Natur Kraft "
  + "wieder alles immer schon über für schön früh süß Glück").split(" ");

function prose(characters) {
  const next = randomNumbers(1808);
  let text = "";
  while (text.length < characters) {
    const line = Array.from({ length: 5 + next() % 5 }, () => words[next() % words.length]);
    text += `${line.join(" ")},\n`;
  }
  return text.slice(0, characters);
}

function json(characters) {
  const next = randomNumbers(194);
  const rows = [];
  for (let size = 0; size < characters; size += 120) {
    rows.push({
      id: next(), name: words[next() % words.length], active: next() % 2 === 0,
      position: [next() / 2 ** 32, next() / 2 ** 32], tags: [words[next() % 9], words[next() % 9]],
    });
  }
  return JSON.stringify(rows).slice(0, characters);
}

function html(characters) {
  const next = randomNumbers(263);
  let page = "<!DOCTYPE html>\n<html><head><title>Ströme</title></head><body>\n";
  while (page.length < characters) {
    const cells = Array.from({ length: 4 }, () => `<td class="c${next() % 4}">${next() % 9999}</td>`);
    page += `<tr id="row-${next() % 99999}">${cells.join("")}<td>${words[next() % words.length]}`
      + "&nbsp;€</td></tr>\n";
  }
  return page.slice(0, characters);
}

/// A grey picture: neighbours resemble each other.
function bitmap(width, height) {
  const next = randomNumbers(512);
  const pixels = Buffer.alloc(width * height);
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) {
      pixels[y * width + x]
        = 128 + 90 * Math.sin(x / 40) * Math.cos(y / 30) + next() % 12;
    }
  }
  return pixels;
}

/// Like a PDF: streams that are compressed already, between lines of text.
function streams(bytes) {
  const parts = [];
  for (let at = 0; at < bytes; at += 4096 + 64) {
    parts.push(Buffer.from(`${parts.length} 0 obj << /Length 4096 >> stream\n`.padEnd(64)),
      bytesOf(4096 + parts.length).subarray(0, 4096));
  }
  return Buffer.concat(parts).subarray(0, bytes);
}

function once(make) {
  let made;
  return () => (made ??= make());
}

/// A source of messages of any size: consecutive parts of its content, over and over.
class Source {
  /// @param {string} title @param {"text" | "binary"} type @param {() => string | Buffer} make
  constructor(title, type, make) {
    this.title = title;
    this.type = type;
    this.content = once(make);
  }

  /// Yields `count` messages of `size` bytes, or characters of a text.
  *messages(size, count) {
    const content = this.content();
    for (let at = 0; count > 0; --count, at = (at + size) % (content.length - size))
      yield Buffer.from(content.slice(at, at + size));
  }
}

/// The kinds of content that compression is tried on.
export const sources = {
  json: new Source("a JSON text", "text", () => json(194_056)),
  bitmap: new Source("a grey bitmap", "binary", () => bitmap(512, 512)),
  prose: new Source("prose, as bytes", "binary", () => Buffer.from(prose(222_218))),
  html: new Source("an HTML page", "text", () => html(263_527)),
  streams: new Source("incompressible streams", "binary", () => streams(1_042_328)),
};
