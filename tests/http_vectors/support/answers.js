// Answers as a strict client takes them from the bytes of a connection
// (RFC 9112, sections 4 to 7).

const STATUS_LINE = /^HTTP\/1\.[01] ([1-5]\d\d) [\t -~]*$/;
const FIELD_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t -~\x80-\xff]*?)[ \t]*$/;
const CHUNK_LINE = /^[0-9a-fA-F]{1,8}$/;

function bad(what, bytes) {
  const text = bytes.subarray(0, 120).toString("latin1");
  return new Error(`not an answer: ${what}: ${JSON.stringify(text)}`);
}

function fieldsOf(lines, bytes) {
  const headers = {};
  for (const line of lines) {
    const match = FIELD_LINE.exec(line);
    if (!match) throw bad(`the field ${JSON.stringify(line)}`, bytes);
    const name = match[1].toLowerCase();
    headers[name] = name in headers ? `${headers[name]}, ${match[2]}` : match[2];
  }
  return headers;
}

// {size, text} of a chunked body, null if it is not complete.
function chunkedBody(bytes, from) {
  const parts = [];
  for (let at = from; ; ) {
    const end = bytes.indexOf("\r\n", at);
    if (end < 0) return null;
    const line = bytes.subarray(at, end).toString("latin1");
    if (!CHUNK_LINE.test(line)) throw bad(`the chunk line ${JSON.stringify(line)}`, bytes);
    const size = parseInt(line, 16);
    const next = end + 2 + size + 2;
    if (bytes.length < next) return null;
    if (bytes[next - 2] !== 13 || bytes[next - 1] !== 10) throw bad("a chunk's end", bytes);
    if (size === 0) return { size: next - from, text: Buffer.concat(parts).toString("utf8") };
    parts.push(bytes.subarray(end + 2, next - 2));
    at = next;
  }
}

function bodyOf(status, headers, method, bytes, from, atEnd) {
  const coding = headers["transfer-encoding"];
  const length = headers["content-length"];
  if (coding !== undefined && length !== undefined) throw bad("both lengths", bytes);
  if (status < 200 || status === 204) {
    if (coding !== undefined || length !== undefined) throw bad(`${status} with a length`, bytes);
    return { size: 0, text: "" };
  }
  if (status === 304 || method === "HEAD") return { size: 0, text: "" };
  if (coding !== undefined) {
    if (coding !== "chunked") throw bad(`the coding ${coding}`, bytes);
    return chunkedBody(bytes, from);
  }
  if (length === undefined) {
    return atEnd ? { size: bytes.length - from, text: bytes.subarray(from).toString("utf8") } : null;
  }
  if (!/^\d{1,9}$/.test(length)) throw bad(`the length ${length}`, bytes);
  const size = Number(length);
  if (bytes.length < from + size) return null;
  return { size, text: bytes.subarray(from, from + size).toString("utf8") };
}

/// The first answer in `bytes` and its size, or null while it is not complete.
/// `method` is that of its request, `atEnd` whether the connection has ended.
export function takeAnswer(bytes, { method = "GET", atEnd = false } = {}) {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const [first, ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const match = STATUS_LINE.exec(first);
  if (!match) throw bad("the status line", bytes);
  const status = Number(match[1]);
  const headers = fieldsOf(lines, bytes);
  const body = bodyOf(status, headers, method, bytes, end + 4, atEnd);
  if (!body) return null;
  return { status, headers, text: body.text, size: end + 4 + body.size };
}

/// All answers to requests of `methods` (GET where there is none), interim ones
/// left out. What follows a 101 is of another protocol. Throws if the bytes are
/// anything else than complete answers, or go on behind `Connection: close`.
export function allAnswers(bytes, methods = []) {
  const answers = [];
  let rest = bytes;
  while (rest.length > 0) {
    const last = answers.at(-1);
    if (last?.status === 101) break;
    if (last?.headers.connection === "close") throw bad("bytes behind the last answer", rest);
    const method = methods[answers.length];
    const answer = takeAnswer(rest, { method, atEnd: true });
    if (!answer) throw bad("it is not complete", rest);
    rest = rest.subarray(answer.size);
    if (answer.status >= 200 || answer.status === 101) answers.push(answer);
  }
  return answers;
}
