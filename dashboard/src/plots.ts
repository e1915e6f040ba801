import { byId } from "./element";
import { bytes, count, milliseconds, rate, short, shortBytes, shortMilliseconds } from "./format";
import { Plot, type PlotOptions, type Series } from "./plot";
import type { Sample } from "./sample";

interface Drawn {
  plot: Plot<Sample>;
  series(now: Sample): Series<Sample>[];
}

const one = (of: Series<Sample>["of"]) => () => [{ of }];

const CONNECTIONS: PlotOptions = {
  title: "Connections",
  format: count,
  axis: short,
  atLeast: 4,
  whole: true,
};
const DELIVERIES: PlotOptions = { title: "Deliveries /s", format: rate, axis: short, atLeast: 4 };
const LAG: PlotOptions = {
  title: "Loop lag, p99",
  format: milliseconds,
  axis: shortMilliseconds,
  atLeast: 1,
};
const QUEUE: PlotOptions = { title: "In queues", format: bytes, axis: shortBytes, atLeast: 1000 };

function lagOfHomes(now: Sample): Series<Sample>[] {
  return now.homes.map(({ home }, i) => ({
    name: `home ${home}`,
    of: ({ homes }) => homes[i]?.lag.p99_ms ?? null,
  }));
}

/** The last five minutes, drawn. */
export class Plots {
  private readonly drawn: Drawn[] = [
    this.draw(
      "plot-connections",
      CONNECTIONS,
      one(({ stats }) => stats.connections),
    ),
    this.draw(
      "plot-deliveries",
      DELIVERIES,
      one(({ delivered }) => delivered),
    ),
    this.draw("plot-lag", LAG, lagOfHomes),
    this.draw(
      "plot-queue",
      QUEUE,
      one(({ stats }) => stats.queued_bytes),
    ),
  ];

  show(now: Sample, recent: readonly Sample[]): void {
    for (const { plot, series } of this.drawn) plot.show(recent, series(now), now.at);
  }

  recolour(): void {
    for (const { plot } of this.drawn) plot.recolour();
  }

  private draw(id: string, options: PlotOptions, series: Drawn["series"]): Drawn {
    return { plot: new Plot(byId(id), options), series };
  }
}
