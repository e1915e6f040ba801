import { element, setText } from "./element";
import { bytes, count, rate, short } from "./format";
import type { Sample } from "./sample";

type Tone = "" | "warn" | "bad";

interface Figure {
  title: string;
  value(now: Sample): string;
  note?(now: Sample, recent: readonly Sample[]): string;
  tone?(now: Sample, recent: readonly Sample[]): Tone;
}

const UNKNOWN = "\u2013";
const perSecond = (value: number | null) => (value === null ? UNKNOWN : rate(value));
const sum = (recent: readonly Sample[], of: (sample: Sample) => number) =>
  recent.reduce((all, sample) => all + of(sample), 0);
const more = (value: number) => `${count(value)} in 5 min`;

function change(recent: readonly Sample[], now: Sample): string {
  const grown = now.stats.connections - (recent[0]?.stats.connections ?? now.stats.connections);
  return grown === 0 ? "" : `${grown > 0 ? "+" : "\u2212"}${count(Math.abs(grown))} in 5 min`;
}

const FIGURES: readonly Figure[] = [
  {
    title: "Connections",
    value: ({ stats }) => count(stats.connections),
    note: (now, recent) => change(recent, now),
  },
  { title: "Users", value: ({ stats }) => count(stats.sessions) },
  { title: "Channels", value: ({ stats }) => count(stats.channels) },
  {
    title: "Published /s",
    value: ({ published }) => perSecond(published),
    note: ({ stats }) => `${short(stats.publications)} so far`,
  },
  {
    title: "Deliveries /s",
    value: ({ delivered }) => perSecond(delivered),
    note: ({ stats }) => `${short(stats.deliveries)} so far`,
  },
  { title: "In queues", value: ({ stats }) => bytes(stats.queued_bytes) },
  {
    title: "Blocked",
    value: ({ stats }) => count(stats.blocked),
    note: () => "connections",
    tone: ({ stats }) => (stats.blocked > 0 ? "warn" : ""),
  },
  {
    title: "Closed as slow",
    value: ({ stats }) => count(stats.slow_consumers),
    note: (_, recent) => more(sum(recent, ({ closedAsSlow }) => closedAsSlow)),
    tone: (_, recent) => (sum(recent, ({ closedAsSlow }) => closedAsSlow) > 0 ? "warn" : ""),
  },
  {
    title: "Actor failures",
    value: ({ stats }) => count(stats.actor_failures),
    note: (_, recent) => more(sum(recent, ({ failures }) => failures)),
    tone: (_, recent) => (sum(recent, ({ failures }) => failures) > 0 ? "bad" : ""),
  },
];

/** The row of figures that says how the server is doing. */
export class Figures {
  private readonly tiles = FIGURES.map((figure) => {
    const value = element("dd", { class: "value" }, UNKNOWN);
    const note = element("dd", { class: "note" });
    const box = element(
      "div",
      { class: "figure-tile" },
      element("dt", {}, figure.title),
      value,
      note,
    );
    return { figure, box, value, note };
  });

  constructor(list: HTMLElement) {
    list.append(...this.tiles.map(({ box }) => box));
  }

  show(now: Sample, recent: readonly Sample[]): void {
    for (const { figure, box, value, note } of this.tiles) {
      setText(value, figure.value(now));
      setText(note, figure.note?.(now, recent) ?? "");
      box.dataset["tone"] = figure.tone?.(now, recent) ?? "";
    }
  }
}
