// Answers without bodies, and with bodies of each framing, one behind the
// other: every client must find the same borders.
import { outcome, servedLast } from "../support/outcome.js";
import { APP, get, head, post, publish, topic } from "../support/wire.js";

const HOST = "Host: localhost";
const SECRET = `X-Thunder-Secret-Key: ${APP.secret}`;
const remove = head(`DELETE /api/1.0.0/${APP.key}/users/nobody/ HTTP/1.1`, HOST, SECRET);
const preflight = head("OPTIONS /connect/000/abc/xhr HTTP/1.1", HOST);
const unchanged = get("/client/thunderpush.js", ["If-None-Match: *"]);
const changed = get("/client/thunderpush.js", ['If-None-Match: "other"']);
const heading = head("HEAD /client/thunderpush.js HTTP/1.1", HOST);

// A new session's poll, and what closes a stream at once.
const poll = (session) => head(`POST /connect/000/${session}/xhr HTTP/1.1`, HOST, "Content-Length: 0");

const VECTORS = [
  ["204", remove + remove + publish(), [204, 204, 200], "answers 204 have no body"],
  ["204-preflight", preflight + preflight + publish(), [[200, 204], [200, 204], 200], "preflights have none"],
  ["304", unchanged + unchanged + publish(), [304, 304, 200], "answers 304 have no body"],
  ["304-and-200", unchanged + changed + unchanged + publish(), [304, 200, 304, 200], "a page between two 304"],
  ["405", get().replace("GET", "PUT").repeat(3) + publish(), [405, 405, 405, 200], "answers 405 have none"],
  ["404", get("/x").repeat(3) + publish(), [404, 404, 404, 200], "three pages that are not there"],
  ["426", get("/connect/websocket").repeat(2) + publish(), [[400, 426], [400, 426], 200], "refused handshakes"],
  ["mixed", remove + unchanged + get() + preflight + publish(), [204, 304, 200, [200, 204], 200], "all of them"],
];

export default topic("answers", [
  ...VECTORS.map(([id, send, answers, says]) => ({
    id,
    says,
    send,
    methods: send.split("\r\n\r\n").map((each) => each.split(" ")[0].replace('"a"', "")),
    expect: outcome(answers, { goesOn: true, seen: ['"a"'] }),
    alike: true,
  })),
  {
    id: "head-and-304",
    says: "HEAD between pages leaves every border where it is",
    send: changed + heading + unchanged + heading + publish(),
    methods: ["GET", "HEAD", "GET", "HEAD", "POST"],
    expect: outcome([200, [200, 405], 304, [200, 405], 200], { goesOn: true, seen: ['"a"'] }),
    alike: true,
  },
  {
    id: "continue-and-204",
    says: "an interim answer before one without a body",
    send: [
      head(`DELETE /api/1.0.0/${APP.key}/users/nobody/ HTTP/1.1`, HOST, SECRET,
        "Content-Length: 3", "Expect: 100-continue"),
      `"a"${publish()}`,
    ],
    expect: outcome([204, 200], { goesOn: true, seen: ['"a"'] }),
    alike: true,
  },
  {
    id: "continue-twice",
    says: "two interim answers, each with an answer behind it",
    send: [
      post(["Content-Length: 3", "Expect: 100-continue"]),
      `"a"${post(["Content-Length: 3", "Expect: 100-continue"])}`,
      '"b"',
    ],
    expect: outcome([200, 200], { goesOn: true, seen: ['"a"', '"b"'] }),
    alike: true,
  },
  {
    id: "poll",
    says: "the first poll of a session and the refusal of a method",
    send: poll("answers-poll") + get("/connect/000/answers-poll/xhr") + publish(),
    expect: outcome([200, 405, 200], { goesOn: true, seen: ['"a"'] }),
  },
  {
    id: "http-1.0-204",
    says: "HTTP/1.0 is answered 204 without a body",
    send: remove.replace("HTTP/1.1", "HTTP/1.0"),
    expect: servedLast(204),
    alike: true,
  },
  {
    id: "http-1.0-304",
    says: "HTTP/1.0 is answered 304 without a body",
    send: unchanged.replace("HTTP/1.1", "HTTP/1.0"),
    expect: servedLast(304),
    alike: true,
  },
  {
    id: "http-1.0-keep-alive-204",
    says: "HTTP/1.0 with keep-alive goes on behind a 204",
    send: head(`DELETE /api/1.0.0/${APP.key}/users/nobody/ HTTP/1.0`, HOST, SECRET,
      "Connection: keep-alive") + publish(),
    expect: outcome([204, 200], { goesOn: true, seen: ['"a"'] }),
    alike: true,
  },
  {
    id: "http-1.0-page",
    says: "HTTP/1.0 gets a page with its length and the end",
    send: get().replace("HTTP/1.1", "HTTP/1.0"),
    expect: servedLast(200),
    alike: true,
  },
  {
    id: "if-none-match-junk",
    says: "If-None-Match of no tags harms nobody",
    send: get("/client/thunderpush.js", [`If-None-Match: "${'W/"'.repeat(500)}, *, `]) + publish(),
    expect: outcome([[200, 304, 400], 200], { goesOn: true, seen: ['"a"'] }),
  },
]);
