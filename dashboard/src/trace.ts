import { Unreachable, messageOf, type Admin } from "./admin";
import { byId, element, setText } from "./element";
import { EventStream, type StreamEvent } from "./event_stream";
import { clockTime, count } from "./format";
import { traceLine } from "./trace_line";

/** Who is traced: exactly one of the three. */
export type Traced =
  | { connection: number }
  | { channel: string; app: string | null }
  | { user: string; app: string | null };

const MOST_LINES = 200;

/** What an actor sends and receives, live, for as long as was asked for. */
export class Trace {
  private readonly lines = byId("trace-lines");
  private readonly go = byId<HTMLButtonElement>("trace-go");
  private traced: Traced | undefined;
  private under: AbortController | undefined; // way
  private arrived: StreamEvent[] = [];
  private seen = 0;

  constructor(private readonly admin: Admin) {
    this.go.addEventListener("click", () => {
      if (this.under) this.stop();
      else void this.run();
    });
  }

  /** Of whom there will be a trace. */
  prepare(traced: Traced): void {
    this.stop();
    this.traced = traced;
    this.arrived = [];
    this.lines.replaceChildren();
    this.lines.hidden = true;
    setText(byId("trace-says"), "");
  }

  /** Calls off what is under way. */
  stop(): void {
    if (!this.under) return;
    this.under.abort();
    this.ended("Stopped.");
  }

  private async run(): Promise<void> {
    const mine = new AbortController();
    this.begin(mine);
    const query = {
      ...this.traced,
      seconds: byId<HTMLSelectElement>("trace-seconds").value,
      payload: byId<HTMLInputElement>("trace-payload").checked ? true : undefined,
    };
    try {
      const events = new EventStream();
      for await (const piece of this.admin.stream("trace", query, mine.signal)) {
        for (const event of events.read(piece)) this.receive(event);
      }
      if (this.under === mine) this.ended("Ended.");
    } catch (error) {
      if (this.under !== mine) return;
      this.ended(error instanceof Unreachable ? "No answer." : messageOf(error));
    }
  }

  private begin(mine: AbortController): void {
    this.under = mine;
    this.seen = 0;
    this.arrived = [];
    this.lines.replaceChildren();
    this.lines.hidden = false;
    setText(this.go, "Stop");
    setText(byId("trace-says"), "Listening\u2026");
  }

  private ended(how: string): void {
    this.under = undefined;
    setText(this.go, "Trace");
    setText(
      byId("trace-says"),
      this.seen > 0 ? `${how} ${this.counted()}` : `${how} Nothing happened.`,
    );
  }

  private receive(event: StreamEvent): void {
    if (event.type !== "trace" || !this.under) return;
    ++this.seen;
    if (this.arrived.push(event) === 1) requestAnimationFrame(() => this.render());
    if (this.arrived.length > MOST_LINES) this.arrived.shift();
  }

  private render(): void {
    const { lines } = this;
    const atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
    lines.append(...this.arrived.map(lineOf));
    this.arrived = [];
    while (lines.childElementCount > MOST_LINES) lines.firstElementChild?.remove();
    if (atEnd) lines.scrollTop = lines.scrollHeight;
    setText(byId("trace-says"), this.counted());
  }

  private counted(): string {
    const events = `${count(this.seen)} event${this.seen === 1 ? "" : "s"}`;
    return this.seen > MOST_LINES ? `${events}, the last ${MOST_LINES} shown` : events;
  }
}

function lineOf({ data }: StreamEvent): HTMLElement {
  const { at, event, rest } = traceLine(data);
  const time = at === null ? "" : clockTime(at);
  return element(
    "li",
    {},
    element("time", {}, time),
    element("b", {}, event),
    element("span", {}, rest),
  );
}
