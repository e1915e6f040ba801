import { frameBytes, OPCODE, RawWebSocket } from "../../blackbox/support/raw_websocket.js";

/// A client that is subscribed to channels and notes what is published there.
export class Witness {
  static async open(port, key, channels) {
    const socket = await RawWebSocket.open(port);
    socket.sendText(`CONNECT witness:${key}`);
    socket.sendText(`SUBSCRIBE ${channels.join(":")}`);
    // Commands are done in order before a ping behind them is answered.
    socket.write(frameBytes(OPCODE.ping));
    const { opcode } = await socket.readFrame("the pong");
    if (opcode !== OPCODE.pong) throw new Error(`a frame ${opcode} before the pong`);
    return new Witness(socket);
  }

  constructor(socket) {
    this.socket = socket;
  }

  /// What came before `payload` on `channel`, as [channel, payload].
  async until(channel, payload) {
    const before = [];
    for (;;) {
      const text = await this.socket.readText(`${payload} on ${channel}`);
      const message = JSON.parse(text);
      if (message.channel === channel && message.payload === payload) return before;
      before.push([message.channel, message.payload]);
    }
  }

  close() {
    this.socket.destroy();
  }
}
