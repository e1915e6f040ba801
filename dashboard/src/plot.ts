import uPlot from "uplot";

import { element, setText } from "./element";
import { clockTime } from "./format";
import { columns } from "./recent";

export interface PlotOptions {
  title: string;
  /** A figure in words. */
  format(value: number): string;
  /** The same on the axis. */
  axis(value: number): string;
  /** The axis reaches at least so far. */
  atLeast: number;
  /** The axis has only whole numbers. */
  whole?: boolean;
}

export interface Series<Sample> {
  /** Names a line among several. */
  name?: string;
  of(sample: Sample): number | null;
}

export const SPAN = 300; // seconds
const HEIGHT = 132;
const LONGEST_GAP = 5000; // ms between two samples that a line joins
const COLOURS = 8; // --line-1 and so on
const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const WHOLE = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6].flatMap((ten) => [ten, 2 * ten, 5 * ten]);
const together = uPlot.sync("time");

/** The name of the colour of the line with this number, as CSS has it. */
export function lineColour(number: number): string {
  return `var(--line-${(number % COLOURS) + 1})`;
}

/** A few figures over the last five minutes. */
export class Plot<Sample extends { at: number }> {
  private readonly value = element("output");
  private readonly when = element("span", { class: "soft" });
  private readonly ground = element("div", { class: "plot-ground", role: "img" });
  private plot: uPlot | undefined;
  private series: Series<Sample>[] = [];
  private samples: readonly Sample[] = [];

  constructor(
    box: HTMLElement,
    private readonly options: PlotOptions,
  ) {
    const title = element("h3", {}, options.title);
    const readout = element(
      "p",
      { class: "readout", "aria-hidden": "true" },
      this.when,
      this.value,
    );
    box.append(element("header", {}, title, readout), this.ground);
    new ResizeObserver(() => this.plot?.setSize(this.size)).observe(this.ground);
  }

  /** Shows samples; `now` is the right edge. */
  show(samples: readonly Sample[], series: Series<Sample>[], now: number): void {
    this.samples = samples;
    if (!this.plot || series.length !== this.series.length) this.make(series);
    this.series = series;
    const data = columns(
      samples,
      series.map(({ of }) => of),
      LONGEST_GAP,
    );
    this.plot?.batch(() => {
      this.plot?.setData(data, false);
      this.plot?.setScale("x", { min: now / 1000 - SPAN, max: now / 1000 });
    });
    this.read();
    this.describe();
  }

  /** Draws again, in the colours of the page. */
  recolour(): void {
    this.plot?.redraw(false, true);
  }

  private get size() {
    return { width: Math.max(this.ground.clientWidth, 100), height: HEIGHT };
  }

  private make(series: Series<Sample>[]): void {
    this.plot?.destroy();
    const data: uPlot.AlignedData = [[], ...series.map(() => [])];
    this.plot = new uPlot(this.plotOptions(series), data, this.ground);
    together.sub(this.plot);
  }

  private plotOptions(series: Series<Sample>[]): uPlot.Options {
    const { atLeast, axis, whole } = this.options;
    const line = {
      stroke: () => this.colour("--faint"),
      grid: { stroke: () => this.colour("--grid"), width: 1 },
      ticks: { show: false },
      font: FONT,
    };
    return {
      ...this.size,
      padding: [8, 4, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: "time" },
        drag: { x: false, y: false },
        y: false,
        points: { size: 7 },
      },
      scales: { y: { range: (_, __, max) => [0, Math.max(max ?? 0, atLeast) * 1.1] } },
      axes: [
        {
          ...line,
          size: 22,
          gap: 4,
          space: 36,
          incrs: [60, 120],
          values: timesOf,
        },
        {
          ...line,
          size: 52,
          gap: 6,
          space: 30,
          values: (_, splits) => splits.map((value) => axis(value)),
          ...(whole ? { incrs: WHOLE } : {}),
        },
      ],
      series: [
        {},
        ...series.map(({ name }, number) => ({
          label: name ?? this.options.title,
          width: 1.5,
          points: { show: false },
          stroke: () => this.colour(`--line-${(number % COLOURS) + 1}`),
          ...(series.length === 1 ? { fill: () => this.colour("--area") } : {}),
        })),
      ],
      hooks: { setCursor: [() => this.read()] },
    };
  }

  // The latest figure, or that under the pointer: the greatest of several lines.
  private read(): void {
    const pointed = this.plot?.cursor.idx;
    const time =
      pointed === null || pointed === undefined ? undefined : this.plot?.data[0][pointed];
    const at = time === undefined ? undefined : Math.round(time * 1000);
    const sample =
      at === undefined
        ? this.samples[this.samples.length - 1]
        : this.samples.find((s) => s.at === at);
    setText(this.when, at === undefined ? "" : clockTime(at));
    setText(this.value, sample ? this.words(sample) : "\u2013");
  }

  private words(sample: Sample): string {
    let most: { value: number; name?: string } | undefined;
    for (const { of, name } of this.series) {
      const value = of(sample);
      if (value !== null && (!most || value > most.value))
        most = name === undefined ? { value } : { value, name };
    }
    if (!most) return "\u2013";
    const suffix = this.series.length > 1 && most.name !== undefined ? ` on ${most.name}` : "";
    return this.options.format(most.value) + suffix;
  }

  private describe(): void {
    const values = this.samples.flatMap((sample) =>
      this.series.map(({ of }) => of(sample)).filter((value) => value !== null),
    );
    const { title, format } = this.options;
    const range =
      values.length > 0
        ? `between ${format(Math.min(...values))} and ${format(Math.max(...values))}`
        : "nothing yet";
    this.ground.setAttribute("aria-label", `${title} in the last 5 minutes: ${range}`);
  }

  // What a custom property stands for at present: canvas knows no var().
  private colour(name: string): string {
    this.ground.style.setProperty("--probe", `var(${name})`);
    return getComputedStyle(this.ground).outlineColor;
  }
}

// Hours and minutes, but none that would meet the other axis.
function timesOf(plot: uPlot, times: number[]): string[] {
  const first = (plot.scales["x"]?.min ?? 0) + SPAN / 20;
  return times.map((at) => (at < first ? "" : clockTime(at * 1000).slice(0, 5)));
}
