import type { Home } from "./contract";
import { byId, element, setText } from "./element";
import { bytes, count, milliseconds } from "./format";
import { lineColour } from "./plot";
import { figure, Table, type Column } from "./table";

const NAME: Column<Home> = {
  title: "Home",
  heading: true,
  fill: (cell, { home }) => {
    const swatch = cell.firstElementChild ?? cell.appendChild(element("span", { class: "swatch" }));
    (swatch as HTMLElement).style.background = lineColour(home);
    const name = swatch.nextElementSibling ?? cell.appendChild(element("span"));
    setText(name, String(home));
  },
};

const COLUMNS: readonly Column<Home>[] = [
  NAME,
  figure("Lag p50", ({ lag }) => milliseconds(lag.p50_ms)),
  figure("p90", ({ lag }) => milliseconds(lag.p90_ms)),
  figure("p99", ({ lag }) => milliseconds(lag.p99_ms)),
  figure("max", ({ lag }) => milliseconds(lag.max_ms)),
  figure("Turn p99", ({ turn }) => milliseconds(turn.p99_ms)),
  figure("max", ({ turn }) => milliseconds(turn.max_ms)),
  figure("Actors", ({ actors }) => count(actors)),
  figure("Connections", ({ connections }) => count(connections)),
  figure("Ready", ({ ready }) => count(ready), { hint: "Actors that wait for their turn" }),
  figure("Timers", ({ timers }) => count(timers)),
  figure("Blocked", ({ blocked }) => count(blocked), {
    hint: "Connections whose client takes no more for now",
  }),
  figure("In queues", ({ queued_bytes }) => bytes(queued_bytes)),
  figure("Messages /write", ({ flush }) => flush.messages_per_write.toFixed(1)),
];

/** The table of the I/O threads. */
export function homesTable(): Table<Home> {
  return new Table(byId<HTMLTableElement>("homes"), {
    columns: COLUMNS,
    key: ({ home }) => home,
  });
}
