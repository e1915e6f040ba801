// Bodies of requests that usually have none: they are read, and mean nothing.
import { PUBLISHED, refused, served } from "../support/outcome.js";
import { APP, channelPath, chunk, head, post, SMUGGLED, topic } from "../support/wire.js";

const SECRET = `X-Thunder-Secret-Key: ${APP.secret}`;
const USER = `/api/1.0.0/${APP.key}/users/nobody/`;
const CODED = `${chunk(SMUGGLED)}0\r\n\r\n`;

const REQUESTS = [
  ["get", "GET /connect", [200]],
  ["get-info", "GET /connect/info", [200]],
  ["get-script", "GET /client/thunderpush.js", [200]],
  ["get-user", `GET ${USER}`, [200]],
  ["get-channel", `GET ${channelPath("seen")}`, [200]],
  ["get-iframe", "GET /connect/iframe.html", [200]],
  ["delete-user", `DELETE ${USER}`, [204]],
  ["options-api", `OPTIONS ${USER}`, [200, 204]],
  ["options-info", "OPTIONS /connect/info", [200, 204]],
  ["put", "PUT /connect", [405]],
  ["patch", "PATCH /connect", [405]],
  ["propfind", "PROPFIND /connect", [405]],
  ["not-found", "GET /nothing", [404]],
  ["jsonp-send", "POST /connect/000/nobody/jsonp_send", [404, 405]],
  ["xhr-send", "POST /connect/000/nobody/xhr_send", [404]],
];

const HEADS = [
  ["head", "HEAD /connect", [200, 405]],
  ["head-script", "HEAD /client/thunderpush.js", [200, 405]],
  ["head-api", `HEAD ${USER}`, [200, 405]],
  ["head-not-found", "HEAD /nothing", [404]],
];

const all = [
  ...REQUESTS.map(([id, line, statuses]) => ({ id, line, statuses, methods: [line.split(" ")[0]] })),
  ...HEADS.map(([id, line, statuses]) => ({ id, line, statuses, methods: ["HEAD"] })),
];

export default topic("bodies", [
  ...all.map(({ id, line, statuses, methods }) => ({
    id: `${id}-length`,
    says: `${line} with a length: its body is no request`,
    send: head(`${line} HTTP/1.1`, "Host: localhost", SECRET, `Content-Length: ${SMUGGLED.length}`)
      + SMUGGLED,
    methods,
    expect: served(statuses),
    alike: true,
  })),
  ...all.map(({ id, line, statuses, methods }) => ({
    id: `${id}-chunks`,
    says: `${line} with chunks: its body is no request`,
    send: head(`${line} HTTP/1.1`, "Host: localhost", SECRET, "Transfer-Encoding: chunked") + CODED,
    methods,
    expect: served(statuses),
    alike: true,
  })),
  {
    id: "post-without-length",
    says: "a POST without a length has no body",
    send: post([]),
    expect: served(400),
    alike: true,
  },
  {
    id: "content-encoding",
    says: "a body that says to be compressed is no JSON",
    send: post(["Content-Encoding: gzip", "Content-Length: 10"], "\x1f\x8b\x08\0\0\0\0\0\0\x03"),
    expect: served([400, 415]),
    alike: true,
  },
  {
    id: "content-type",
    says: "the type of a body does not matter",
    send: post(["Content-Type: multipart/form-data; boundary=x", "Content-Length: 3"], '"a"'),
    expect: PUBLISHED,
    alike: true,
  },
  {
    id: "range",
    says: "Range does not cut an answer",
    send: head("GET /connect HTTP/1.1", "Host: localhost", "Range: bytes=0-0"),
    expect: served(200),
  },
  {
    id: "range-of-many",
    says: "1,000 ranges are ignored",
    send: head("GET /client/thunderpush.js HTTP/1.1", "Host: localhost",
      `Range: bytes=${Array.from({ length: 1000 }, (_, index) => `${index}-`).join(",")}`),
    expect: served([200, 416]),
  },
  {
    id: "bare-head",
    says: "an answer to HEAD has no body whatever its length says",
    send: head("HEAD /nothing HTTP/1.1", "Host: localhost").repeat(3),
    methods: ["HEAD", "HEAD", "HEAD"],
    expect: { answers: [[404], [404], [404]], goesOn: true, seen: [] },
    alike: true,
  },
  {
    id: "head-with-both-lengths",
    says: "HEAD with both lengths is refused",
    send: head("HEAD /connect HTTP/1.1", "Host: localhost", "Content-Length: 5",
      "Transfer-Encoding: chunked") + `0\r\n\r\n${SMUGGLED}`,
    expect: refused(400),
  },
]);
