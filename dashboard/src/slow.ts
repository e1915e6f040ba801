import { Refused, Unauthorized, messageOf, type Admin } from "./admin";
import { linkToActor } from "./actor_link";
import { disconnectClient } from "./commands";
import type { Connection, ConnectionPage } from "./contract";
import { button, byId, setText } from "./element";
import { bytes, count, milliseconds } from "./format";
import type { Task } from "./poller";
import { figure, Table, text, type Column } from "./table";

const LIMIT = 10;
const NONE = "None: every client takes what there is for it.";
const SOME = "Clients that take no more for now; the longest queues first.";
const HELD = "Rows keep their places while you are at them.";

/** The clients with the longest queues, and the button that ends one. */
export class SlowConnections implements Task {
  readonly every = 1;
  private readonly table: Table<Connection>;

  constructor(
    private readonly admin: Admin,
    private readonly changed: () => void,
  ) {
    this.table = new Table(byId<HTMLTableElement>("slow"), {
      columns: this.columns(),
      key: ({ id }) => id,
    });
  }

  wanted(): boolean {
    return true;
  }

  async run(): Promise<void> {
    const wrong = byId("slow-wrong");
    try {
      const query = { slow: true, sort: "queued_bytes", limit: LIMIT };
      const { connections } = await this.admin.get<ConnectionPage>("connections", query);
      wrong.hidden = true;
      this.table.show(connections);
      const idle = connections.length === 0 ? NONE : SOME;
      setText(byId("slow-says"), this.table.held ? HELD : idle);
    } catch (error) {
      if (error instanceof Unauthorized || !(error instanceof Refused)) throw error;
      setText(wrong, messageOf(error));
      wrong.hidden = false;
    }
  }

  private columns(): Column<Connection>[] {
    return [
      {
        title: "User",
        heading: true,
        fill: (cell, { id, user }) => linkToActor(cell, id, user || "(none)"),
      },
      text("Address", ({ address }) => address ?? "\u2013", { extra: true }),
      text("Transport", ({ transport }) => transport, { extra: true }),
      text("State", ({ state }) => state, { extra: true }),
      text("Home", ({ home }) => String(home), { figure: true, extra: true }),
      figure("Queued", ({ queued_bytes }) => bytes(queued_bytes)),
      figure("Messages", ({ queued_messages }) => count(queued_messages), { extra: true }),
      figure("Oldest", ({ oldest_ms }) => milliseconds(oldest_ms)),
      { title: "", figure: true, fill: (cell, row) => this.fillButton(cell, row) },
    ];
  }

  private fillButton(cell: HTMLElement, row: Connection): void {
    if (cell.firstElementChild) return;
    const label = `Disconnect connection ${row.id}`;
    cell.append(
      button("Disconnect", () => void this.disconnect(row), {
        "aria-label": label,
        class: "small",
      }),
    );
  }

  private async disconnect(row: Connection): Promise<void> {
    await disconnectClient(this.admin, row);
    this.changed();
  }
}
