import { actorHash, actorOf } from "./actor_link";
import { Refused, Unauthorized, messageOf, type Admin } from "./admin";
import { disconnectClient, disconnectUser, resetChannel } from "./commands";
import type { ActorKind, OpenActor } from "./contract";
import { DetailsView } from "./details";
import { button, byId, setText } from "./element";
import { Fields } from "./fields";
import { bytes, count, duration, milliseconds, percent, rate } from "./format";
import type { Task } from "./poller";
import { Trace, type Traced } from "./trace";

interface Handled {
  at: number;
  handled: number;
}

/** One actor, opened: all that is known of it, while it lives. */
export class ActorPanel implements Task {
  readonly every = 1;
  private readonly panel = byId("panel");
  private readonly trace: Trace;
  private id: number | null = null;
  private ended = false;
  private fields = new Fields();
  private details: DetailsView | undefined;
  private before: Handled | undefined;

  constructor(
    private readonly admin: Admin,
    private readonly ask: (task: Task) => void,
    private readonly findInTable: (kind: ActorKind, name: string) => void,
  ) {
    this.trace = new Trace(admin);
    byId("panel-close").addEventListener("click", () => this.leave());
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.leave();
    });
    addEventListener("hashchange", () => this.follow());
  }

  /** Shows the actor that the address names, or none. */
  follow(): void {
    const id = actorOf(location.hash);
    if (id === this.id) return;
    this.trace.stop();
    this.id = id;
    if (id === null) this.hide();
    else this.open(id);
  }

  wanted(): boolean {
    return this.id !== null && !this.ended;
  }

  async run(): Promise<void> {
    const { id } = this;
    if (id === null) return;
    try {
      const actor = await this.admin.get<OpenActor>(`actors/${id}`);
      if (id === this.id) this.show(actor);
    } catch (error) {
      if (error instanceof Unauthorized || !(error instanceof Refused)) throw error;
      if (id === this.id) this.refused(error);
    }
  }

  private open(id: number): void {
    this.ended = false;
    this.before = undefined;
    this.details = undefined;
    this.fields = new Fields();
    byId("panel-body").replaceChildren(this.fields.list);
    byId("panel-actions").replaceChildren();
    byId("panel-wrong").hidden = true;
    byId("trace").hidden = true;
    setText(byId("panel-kind"), "actor");
    setText(byId("panel-title"), String(id));
    this.panel.classList.remove("ended");
    this.panel.hidden = false;
    this.panel.scrollTop = 0;
    document.body.classList.add("with-panel");
    byId("panel-title").focus();
    this.ask(this);
  }

  // By the button or the keyboard: back to where one came from.
  private leave(): void {
    const { id } = this;
    history.replaceState(null, "", location.pathname + location.search);
    this.follow();
    const link =
      id === null ? null : document.querySelector<HTMLElement>(`main a[href="${actorHash(id)}"]`);
    (link ?? byId("actors-title")).focus();
  }

  // Where the panel lies over the table it makes room.
  private find(kind: ActorKind, name: string): void {
    if (getComputedStyle(this.panel).position === "fixed") this.leave();
    this.findInTable(kind, name);
  }

  private hide(): void {
    this.panel.hidden = true;
    document.body.classList.remove("with-panel");
  }

  private refused(error: Refused): void {
    this.ended = error.status === 404;
    this.panel.classList.toggle("ended", this.ended);
    for (const command of byId("panel-actions").querySelectorAll<HTMLButtonElement>(
      ".danger-outline",
    )) {
      command.disabled = this.ended;
    }
    setText(byId("panel-wrong"), this.ended ? "This actor has ended." : messageOf(error));
    byId("panel-wrong").hidden = false;
  }

  private show(actor: OpenActor): void {
    byId("panel-wrong").hidden = true;
    setText(byId("panel-kind"), `${actor.kind} ${actor.id}`);
    setText(byId("panel-title"), actor.name || `${actor.kind} ${actor.id}`);
    this.fields.show(this.entriesOf(actor));
    if (!this.details) this.equip(actor);
    this.details?.show(actor.details);
  }

  // What is there once, according to the kind.
  private equip(actor: OpenActor): void {
    this.details = new DetailsView((name) => this.find("channel", name));
    byId("panel-body").append(this.details.box);
    byId("panel-actions").replaceChildren(...this.commandsFor(actor));
    const traced = tracedBy(actor);
    byId("trace").hidden = traced === null;
    if (traced) this.trace.prepare(traced);
  }

  private commandsFor(actor: OpenActor): HTMLElement[] {
    const { id, kind, name, app, details } = actor;
    const command = (label: string, run: () => Promise<void>) => {
      const pressed = () => void run().then(() => this.ask(this));
      return button(label, pressed, { class: "danger-outline" });
    };
    if (kind === "connection") {
      const address = details?.kind === "connection" ? details.address : null;
      const disconnect = () => disconnectClient(this.admin, { id, user: name, address });
      const find = name === "" ? [] : [button("Find user", () => this.find("session", name))];
      return [command("Disconnect", disconnect), ...find];
    }
    if (kind === "session")
      return [command("Disconnect user", () => disconnectUser(this.admin, name, app))];
    if (kind === "channel")
      return [command("Reset channel", () => resetChannel(this.admin, name, app))];
    return [];
  }

  private entriesOf(actor: OpenActor): [string, string][] {
    return [
      ["State", actor.state],
      ["Application", actor.app ?? "\u2013"],
      ["Home", String(actor.home)],
      ["Age", duration(actor.age_seconds)],
      ["Mailbox", `${count(actor.mailbox)} (peak ${count(actor.mailbox_peak)})`],
      ["Oldest message", milliseconds(actor.oldest_ms)],
      ["Handled", `${count(actor.handled)}${this.handledPerSecond(actor)}`],
      ["Busy", percent(actor.busy)],
      ["Memory", bytes(actor.memory_bytes)],
      ["Restarts", count(actor.restarts)],
    ];
  }

  private handledPerSecond({ handled }: OpenActor): string {
    const { before } = this;
    const at = performance.now();
    this.before = { at, handled };
    if (!before || at <= before.at) return "";
    return ` (${rate((handled - before.handled) / ((at - before.at) / 1000))}/s)`;
  }
}

function tracedBy({ id, kind, name, app }: OpenActor): Traced | null {
  if (kind === "connection") return { connection: id };
  if (kind === "channel") return { channel: name, app };
  if (kind === "session") return { user: name, app };
  return null;
}
