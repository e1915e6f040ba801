/// A class of sockets in memory, each kept in `opened`. With `raw` they act as
/// a WebSocket does, else as SockJS does.
export function fakeSockets({ raw = false } = {}) {
  const opened = [];
  class FakeSocket {
    constructor(url, protocols, options) {
      Object.assign(this, { url, protocols, options, sent: [], closedByClient: false });
      opened.push(this);
    }

    send(text) {
      this.sent.push(text);
    }

    close() {
      this.closedByClient = true;
    }

    // -- what a server does --------------------------------------------------

    accept() {
      this.onopen({ type: "open" });
    }

    /// A message as the server makes it.
    push(payload, channel) {
      this.data(channel === undefined ? { payload } : { payload, channel });
    }

    data(data) {
      this.onmessage({ type: "message", data: raw ? JSON.stringify(data) : data });
    }

    text(data) {
      this.onmessage({ type: "message", data });
    }

    fail() {
      this.onerror({ type: "error" });
    }

    end(code = 1006, reason = "") {
      this.onclose({ type: "close", code, reason, wasClean: code !== 1006 });
    }
  }
  return {
    Socket: FakeSocket,
    opened,
    get last() {
      return opened[opened.length - 1];
    },
  };
}
