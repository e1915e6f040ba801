import type { Probe, Stats } from "./contract";
import { byId, setText } from "./element";
import { clockTime, duration, plural } from "./format";

type Tone = "idle" | "good" | "warn" | "bad";

/** The top of the page: which server, how it is, and whether it answers. */
export class Status {
  private health: Probe | undefined;
  private readiness: Probe | undefined;
  private failingSince: number | undefined;

  showStats({ version, uptime_seconds }: Stats): void {
    setText(byId("version"), version);
    setText(byId("uptime"), `up ${duration(uptime_seconds)}`);
  }

  showHealth(health: Probe): void {
    this.health = health;
    this.showState();
  }

  showReadiness(readiness: Probe): void {
    this.readiness = readiness;
    this.showState();
  }

  /** A round was answered. */
  answered(): void {
    if (this.failingSince === undefined) return;
    this.failingSince = undefined;
    document.body.classList.remove("stale");
    byId("banner").hidden = true;
    setText(byId("banner-text"), "");
    this.showState();
  }

  /** There was no answer, or one that says why there is none. */
  failed(reason: string | null, lastAnswer: number | undefined): void {
    this.failingSince ??= lastAnswer ?? Date.now();
    const since = clockTime(this.failingSince);
    const text =
      reason === null
        ? `No answer from the server since ${since}; trying again.`
        : `No figures since ${since}; trying again. The server answers ${reason}`;
    setText(byId("banner-text"), text);
    byId("banner").hidden = false;
    document.body.classList.add("stale");
    if (reason === null) this.say("bad", "No answer");
    else this.showState();
  }

  /** The server wants a token: it is there, and there is nothing to show. */
  locked(): void {
    byId("banner").hidden = true;
    this.say("idle", "Token needed");
  }

  private showState(): void {
    const { health, readiness } = this;
    if (health && health.status !== "ok") {
      const silent = health.silent_homes ?? [];
      return this.say(
        "bad",
        `Failing: ${plural(silent.length, "silent home")} (${silent.join(", ")})`,
      );
    }
    if (readiness && readiness.status !== "ready") {
      return this.say("warn", `Not ready: ${(readiness.reasons ?? []).join("; ")}`);
    }
    if (health && readiness) this.say("good", "Healthy and ready");
  }

  private say(tone: Tone, text: string): void {
    byId("state").dataset["tone"] = tone;
    setText(byId("state-text"), text);
    document.title =
      tone === "good" || tone === "idle" ? "Thunderpush" : `${text} \u2013 Thunderpush`;
  }
}
