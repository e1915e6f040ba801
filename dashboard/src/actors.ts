import { actorHash, linkToActor } from "./actor_link";
import { Refused, Unauthorized, messageOf, type Admin } from "./admin";
import {
  ACTOR_KINDS,
  type Actor,
  type ActorKind,
  type ActorPage,
  type ActorSort,
  type Stats,
} from "./contract";
import { byId, element, setText } from "./element";
import { bytes, count, duration, milliseconds, percent } from "./format";
import { Pager } from "./pager";
import type { Task } from "./poller";
import { figure, Table, text, type Column } from "./table";

const LIMIT = 50;

const KIND_NAMES: Record<ActorKind | "", string> = {
  "": "All",
  connection: "Connections",
  channel: "Channels",
  session: "Sessions",
  hub: "Hubs",
  directory: "Directories",
  inspector: "Inspectors",
  gateway: "Gateways",
  admin: "Admin",
};

const COLUMNS: readonly Column<Actor>[] = [
  {
    title: "Name",
    heading: true,
    fill: (cell, { id, kind, name }) => linkToActor(cell, id, name || `${kind} ${id}`),
  },
  text("Kind", ({ kind }) => kind, { extra: true }),
  text("State", ({ state }) => state),
  text("App", ({ app }) => app ?? "\u2013", { extra: true }),
  text("Home", ({ home }) => String(home), { figure: true, extra: true }),
  figure("Mailbox", ({ mailbox }) => count(mailbox), { sort: "mailbox" }),
  figure("Peak", ({ mailbox_peak }) => count(mailbox_peak), {
    sort: "mailbox_peak",
    hint: "The most that ever waited in its mailbox",
    extra: true,
  }),
  figure("Oldest", ({ oldest_ms }) => milliseconds(oldest_ms), {
    sort: "oldest",
    hint: "How long the message that waits longest has waited",
    extra: true,
  }),
  figure("Handled", ({ handled }) => count(handled), { sort: "handled", extra: true }),
  figure("Busy", ({ busy }) => percent(busy), {
    sort: "busy",
    hint: "Share of its life in which it handled messages",
  }),
  figure("Restarts", ({ restarts }) => count(restarts), { sort: "restarts", extra: true }),
  figure("Memory", ({ memory_bytes }) => bytes(memory_bytes), { sort: "memory", extra: true }),
  figure("Age", ({ age_seconds }) => duration(age_seconds), { sort: "age", extra: true }),
  figure("Id", ({ id }) => String(id), { sort: "id", hint: "Oldest first", extra: true }),
];

/** The table of actors: a page of it at a time. */
export class Actors implements Task {
  readonly every = 3;
  private readonly pager = new Pager(LIMIT);
  private readonly table: Table<Actor>;
  private readonly counts = new Map<ActorKind | "", HTMLElement>();
  private kind: ActorKind | "" = "";
  private name = "";
  private sort: ActorSort = "busy";
  private shown = ""; // which list
  private total: number | null = null;
  private inView = true;

  constructor(
    private readonly admin: Admin,
    private readonly ask: (task: Task) => void,
  ) {
    this.table = new Table(byId<HTMLTableElement>("actors"), {
      columns: COLUMNS,
      key: ({ id }) => id,
      tone: ({ state, oldest_ms }) => (state === "blocked" || oldest_ms >= 1000 ? "warn" : ""),
      onSort: (sort) => this.sortBy(sort as ActorSort),
      onOpen: ({ id }) => {
        location.hash = actorHash(id);
      },
    });
    this.addKinds();
    this.addSorts();
    this.listen();
  }

  wanted(): boolean {
    return this.inView || this.shown === "";
  }

  async run(): Promise<void> {
    const { kind, name, sort } = this;
    const { cursor } = this.pager;
    const list = JSON.stringify([kind, name, sort, cursor]);
    const section = byId("actors-wrong");
    try {
      const query = { kind, name, sort, limit: LIMIT, cursor };
      const { actors, next } = await this.admin.get<ActorPage>("actors", query);
      if (list !== this.list) return;
      section.hidden = true;
      this.table.outdated = false;
      this.pager.arrived(cursor, next);
      this.table.show(actors, list !== this.shown);
      this.shown = list;
      this.describe();
    } catch (error) {
      if (error instanceof Unauthorized || !(error instanceof Refused)) throw error;
      setText(section, messageOf(error));
      section.hidden = false;
      // The cursor may be one of a server that has been restarted since.
      if (error.status === 400 && cursor !== null) this.change(() => {});
    }
  }

  /** How many there are of each kind. */
  showStats({ actors }: Stats): void {
    const all = ACTOR_KINDS.reduce((sum, kind) => sum + (actors[kind] ?? 0), 0);
    for (const [kind, label] of this.counts)
      setText(label, count(kind === "" ? all : (actors[kind] ?? 0)));
    this.total = this.kind === "" ? all : (actors[this.kind] ?? 0);
  }

  /** Shows those of a name and kind, as if they had been chosen. */
  find(kind: ActorKind, name: string): void {
    byId<HTMLInputElement>("name").value = name;
    const choice = byId("kinds").querySelector<HTMLInputElement>(`input[value="${kind}"]`);
    if (choice) choice.checked = true;
    this.change(() => {
      this.kind = kind;
      this.name = name;
    });
    byId("actors-section").scrollIntoView({ block: "start" });
    byId("actors-title").focus({ preventScroll: true });
  }

  private get list(): string {
    return JSON.stringify([this.kind, this.name, this.sort, this.pager.cursor]);
  }

  // Another list begins with its first page.
  private change(apply: () => void): void {
    apply();
    this.pager.reset();
    this.table.sortedBy(this.sort);
    byId<HTMLSelectElement>("sort").value = this.sort;
    this.askForOthers();
  }

  private sortBy(sort: ActorSort): void {
    this.change(() => {
      this.sort = sort;
    });
  }

  private filter(): void {
    const name = byId<HTMLInputElement>("name").value;
    if (name === this.name) return;
    this.change(() => {
      this.name = name;
    });
  }

  private turn(move: () => void): void {
    move();
    this.askForOthers();
  }

  private askForOthers(): void {
    this.table.outdated = true;
    this.ask(this);
  }

  private describe(): void {
    const { size, held } = this.table;
    const [first, last] = this.pager.range(size);
    const of = this.name === "" && this.total !== null ? ` of ${count(this.total)}` : "";
    setText(byId("range"), size === 0 ? "" : `${count(first)}\u2013${count(last)}${of}`);
    byId<HTMLButtonElement>("previous").disabled = !this.pager.hasPrevious;
    byId<HTMLButtonElement>("next").disabled = !this.pager.hasNext;
    const none = this.name === "" ? "There are none." : `None has exactly the name ${this.name}.`;
    const hint = held
      ? "Rows keep their places while you are at them."
      : "Open one to see what it holds.";
    setText(byId("actors-says"), size === 0 ? none : hint);
  }

  private addKinds(): void {
    for (const kind of ["", ...ACTOR_KINDS] as const) {
      const number = element("span", { class: "soft" });
      this.counts.set(kind, number);
      const choice = element("input", {
        type: "radio",
        name: "kind",
        value: kind,
        checked: kind === "",
      });
      choice.addEventListener("change", () =>
        this.change(() => {
          this.kind = kind;
        }),
      );
      byId("kinds").append(element("label", {}, choice, `${KIND_NAMES[kind]} `, number));
    }
  }

  // For narrow windows, which have no room for all the columns.
  private addSorts(): void {
    const select = byId<HTMLSelectElement>("sort");
    for (const { sort, title } of COLUMNS) {
      if (sort !== undefined) select.append(element("option", { value: sort }, title));
    }
    select.addEventListener("change", () => this.sortBy(select.value as ActorSort));
    select.value = this.sort;
    this.table.sortedBy(this.sort);
  }

  private listen(): void {
    byId("previous").addEventListener("click", () => this.turn(() => this.pager.previous()));
    byId("next").addEventListener("click", () => this.turn(() => this.pager.next()));
    byId("name-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.filter();
    });
    byId("name").addEventListener("input", () => {
      if (byId<HTMLInputElement>("name").value === "") this.filter();
    });
    new IntersectionObserver(([entry]) => {
      this.inView = entry?.isIntersecting ?? true;
    }).observe(byId("actors-section"));
  }
}
