/** An event of a text/event-stream (HTML standard, 9.2). */
export interface StreamEvent {
  type: string;
  data: string;
}

const LINE_END = /\r\n|\n|\r(?!$)/;
const LONGEST_LINE = 65_536;

/**
 * Events out of the pieces in which a stream arrives. A line that never ends
 * is given up: what a client may have caused is bounded here, too.
 */
export class EventStream {
  private rest = "";
  private type = "";
  private data: string[] = [];

  /** The events which this piece completes. */
  read(piece: string): StreamEvent[] {
    const lines = (this.rest + piece).split(LINE_END);
    const rest = lines.pop() ?? "";
    this.rest = rest.length > LONGEST_LINE ? "" : rest;
    return lines.flatMap((line) => this.line(line));
  }

  private line(line: string): StreamEvent[] {
    if (line === "") return this.dispatch();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.type = value;
    if (field === "data") this.data.push(value);
    return [];
  }

  private dispatch(): StreamEvent[] {
    const { type, data } = this;
    this.type = "";
    this.data = [];
    return data.length > 0 ? [{ type: type || "message", data: data.join("\n") }] : [];
  }
}
