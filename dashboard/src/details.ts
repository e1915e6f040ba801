import { actorHash } from "./actor_link";
import type { ChannelDetails, ConnectionDetails, Details, SessionDetails } from "./contract";
import { element, setText } from "./element";
import { Fields } from "./fields";
import { bytes, count, milliseconds, plural } from "./format";
import { figure, Table, text } from "./table";

type AtHome = ChannelDetails["by_home"][number];

const MOST_LINKS = 200;

/** What an actor holds: subscribers, connections, or a client. */
export class DetailsView {
  readonly box = element("div", { class: "details" });
  private readonly fields = new Fields();
  private readonly title = element("h3");
  private readonly links = element("ul", { class: "links" });
  private readonly homes = element("table");
  private table: Table<AtHome> | undefined;
  private listed = "";

  constructor(private readonly findChannel: (name: string) => void) {}

  show(details: Details | null): void {
    if (details?.kind === "channel") this.showChannel(details);
    if (details?.kind === "session") this.showSession(details);
    if (details?.kind === "connection") this.showConnection(details);
  }

  private showChannel({ subscribers, by_home }: ChannelDetails): void {
    if (!this.table) {
      this.table = new Table<AtHome>(this.homes, {
        columns: [
          text("Home", ({ home }) => String(home), { heading: true }),
          figure("Subscribers", (at) => count(at.subscribers)),
          figure("Under way", (at) => bytes(at.bytes_under_way), {
            hint: "Published and not yet flushed to the subscribers",
          }),
        ],
        key: ({ home }) => home,
      });
      this.box.append(this.title, this.homes);
    }
    setText(this.title, plural(subscribers, "subscriber"));
    this.table.show(by_home);
  }

  private showSession({ connections }: SessionDetails): void {
    if (!this.title.isConnected) this.box.append(this.title, this.links);
    setText(this.title, plural(connections.length, "connection"));
    this.list(connections, (id) => element("a", { href: actorHash(id) }, String(id)));
  }

  private showConnection(details: ConnectionDetails): void {
    if (!this.title.isConnected) this.box.append(this.fields.list, this.title, this.links);
    this.fields.show([
      ["User", details.user || "(none)"],
      ["Address", details.address ?? "\u2013"],
      ["Transport", details.transport],
      ["Round trip", details.rtt_ms === null ? "\u2013" : milliseconds(details.rtt_ms)],
      ["Queued", `${bytes(details.queued_bytes)} in ${plural(details.queued_messages, "message")}`],
      ["Oldest queued", milliseconds(details.oldest_ms)],
      ["Dropped", plural(details.dropped, "message")],
      ["In", bytes(details.bytes_in)],
      ["Out", bytes(details.bytes_out)],
    ]);
    setText(this.title, plural(details.subscriptions.length, "subscription"));
    this.list(details.subscriptions, (name) => {
      const link = element("button", { type: "button", class: "link name" }, name);
      link.addEventListener("click", () => this.findChannel(name));
      return link;
    });
  }

  // Rebuilt only when it has changed: the focus may be in it.
  private list<Item>(items: readonly Item[], make: (item: Item) => HTMLElement): void {
    const now = JSON.stringify(items);
    if (now === this.listed) return;
    this.listed = now;
    const shown = items.slice(0, MOST_LINKS).map((item) => element("li", {}, make(item)));
    const rest = items.length - shown.length;
    if (rest > 0) shown.push(element("li", { class: "soft" }, `and ${count(rest)} more`));
    this.links.replaceChildren(...shown);
  }
}
