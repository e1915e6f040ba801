// Runs in pages, after thunderpush.js and, perhaps, sockjs-client.

/// A Thunder of which all that it tells is kept.
class WatchedThunder {
  constructor({ transport, withoutConnect, ...options }) {
    this.states = [];
    this.messages = [];
    this.sockets = []; // made so far
    const Socket = transport ? SockJS : WebSocket;
    const watch = (url, protocols, options) => {
      const socket = new Socket(url, protocols, options);
      this.sockets.push(socket);
      if (withoutConnect) dropConnect(socket);
      return socket;
    };
    this.thunder = new Thunder({
      ...options,
      [transport ? "SockJS" : "WebSocket"]: function (...all) {
        return watch(...all);
      },
    });
    this.thunder.on("state", (state, { code, reason }) => {
      this.states.push({ state, code, reason });
    });
    this.thunder.on("message", (payload, { channel }) => {
      this.messages.push({ payload, channel });
    });
  }
}

/// Loses the command that names the connection.
function dropConnect(socket) {
  const send = socket.send.bind(socket);
  socket.send = (text) => {
    if (!text.startsWith("CONNECT ")) send(text);
  };
}

const watched = {}; // by name
