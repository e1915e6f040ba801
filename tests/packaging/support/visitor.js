import https from "node:https";
import http from "node:http";
import { createRequire } from "node:module";

import { within } from "../../blackbox/support/deadline.js";

const require = createRequire(new URL("../../blackbox/package.json", import.meta.url));
const WebSocket = require("ws");

// The proxies of the tests have certificates that nobody vouches for.
const TRUSTING = { rejectUnauthorized: false };

/// One answer: {status, headers, body}. `options` as for https.request, `body`
/// in addition.
export function request(url, { body, ...options } = {}) {
  const secure = url.startsWith("https:");
  const answered = new Promise((resolve, reject) => {
    const sent = (secure ? https : http).request(url, { ...TRUSTING, ...options }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (more) => (text += more));
      answer.once("end", () =>
        resolve({ status: answer.statusCode, headers: answer.headers, body: text }),
      );
    });
    sent.once("error", reject);
    sent.end(body);
  });
  return within(answered, `an answer from ${url}`);
}

/// Publishes to a channel; the count of connections.
export async function publish(base, app, channel, value) {
  const { status, body } = await request(`${base}/api/1.0.0/${app.key}/channels/${channel}/`, {
    method: "POST",
    headers: { "X-Thunder-Secret-Key": app.secret },
    body: JSON.stringify(value),
  });
  if (status !== 200) throw new Error(`publishing was answered ${status}: ${body}`);
  return JSON.parse(body).count;
}

/// Publishes until somebody is subscribed.
async function publishToSomebody(base, app, channel, value) {
  while ((await publish(base, app, channel, value)) === 0);
}

/// What a WebSocket client receives of a message that is published after it
/// subscribed, all by way of `base`.
export async function byWebSocket(base, app, channel, value) {
  const socket = new WebSocket(`${base.replace(/^http/, "ws")}/connect/websocket`, TRUSTING);
  const received = new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("unexpected-response", (_, answer) =>
      reject(new Error(`the upgrade was answered ${answer.statusCode}`)),
    );
    socket.once("message", (data) => resolve(JSON.parse(JSON.parse(data).payload)));
    socket.once("open", () => {
      socket.send(`CONNECT visitor:${app.key}`);
      socket.send(`SUBSCRIBE ${channel}`);
      publishToSomebody(base, app, channel, value).catch(reject);
    });
  });
  try {
    return await within(received, "a message by WebSocket");
  } finally {
    socket.terminate();
  }
}

/// The same by a SockJS stream: the answer is not complete when the message
/// arrives.
export async function byStream(base, app, channel, value) {
  const session = `${base}/connect/000/s${Math.random().toString(36).slice(2)}`;
  const send = (...commands) =>
    request(`${session}/xhr_send`, { method: "POST", body: JSON.stringify(commands) });
  let stream;
  const received = new Promise((resolve, reject) => {
    const options = { ...TRUSTING, method: "POST" };
    stream = https.request(`${session}/xhr_streaming`, options, (answer) => {
      let text = "";
      answer.once("end", () => reject(new Error("the stream ended")));
      answer.setEncoding("utf8").on("data", async (more) => {
        const isOpen = /^o$/m.test(text);
        text += more;
        const frame = text.match(/^a(\[.*\])$/m);
        if (frame) resolve(JSON.parse(JSON.parse(frame[1])[0].payload));
        if (isOpen || !/^o$/m.test(text)) return;
        await send(`CONNECT visitor:${app.key}`, `SUBSCRIBE ${channel}`);
        await publish(base, app, channel, value);
      });
    });
    stream.once("error", reject);
    stream.end();
  });
  try {
    return await within(received, "a message by a stream");
  } finally {
    stream.destroy();
  }
}
