import { ActorPanel } from "./actor_panel";
import { Actors } from "./actors";
import { Admin, Refused, Unauthorized, messageOf } from "./admin";
import type { Home, Stats } from "./contract";
import { byId, setText } from "./element";
import { Figures } from "./figures";
import { clockTime } from "./format";
import { homesTable } from "./homes";
import { Plots } from "./plots";
import { Poller, type Task } from "./poller";
import { Recent } from "./recent";
import { sampleOf, type Sample } from "./sample";
import { SlowConnections } from "./slow";
import { Status } from "./status";
import { SPAN } from "./plot";
import { chooseTheme } from "./theme";
import { TokenForm } from "./token_form";

const admin = new Admin();
const status = new Status();
const figures = new Figures(byId("figures"));
const plots = new Plots();
const homes = homesTable();
const recent = new Recent<Sample>(SPAN * 1000);
let latest: { at: number; stats: Stats } | undefined;
let lastAnswer: number | undefined;
let paused = false;

function every(rounds: number, run: () => Promise<void>): Task {
  return { every: rounds, wanted: () => true, run };
}

const health = every(1, async () => status.showHealth(await admin.probe("health")));
const readiness = every(1, async () => status.showReadiness(await admin.probe("ready")));

const counters = every(1, async () => {
  const stats = await admin.get<Stats>("stats");
  latest = { at: Date.now(), stats };
  status.showStats(stats);
  actors.showStats(stats);
});

const loops = every(1, async () => {
  const answer = await admin.get<{ homes: Home[] }>("homes");
  homes.show(answer.homes);
  if (latest) addSample(latest.at, latest.stats, answer.homes);
});

function addSample(at: number, stats: Stats, homesNow: readonly Home[]): void {
  const sample = sampleOf(at, stats, homesNow, recent.newest);
  recent.add(sample);
  figures.show(sample, recent.samples);
  plots.show(sample, recent.samples);
}

const ask = (task: Task) => poller.ask(task);
const actors = new Actors(admin, ask);
const panel = new ActorPanel(admin, ask, (kind, name) => actors.find(kind, name));
const slow = new SlowConnections(admin, () => ask(slow));

const poller = new Poller([health, readiness, counters, loops, slow, panel, actors], {
  answered: () => {
    lastAnswer = Date.now();
    status.answered();
  },
  failed: (error) => {
    if (error instanceof Unauthorized) return lock();
    status.failed(error instanceof Refused ? messageOf(error) : null, lastAnswer);
  },
});

const token = new TokenForm(admin, () => {
  document.body.classList.remove("locked");
  poll();
});

function lock(): void {
  poller.stop();
  status.locked();
  document.body.classList.add("locked");
  token.open();
}

function poll(): void {
  if (paused || document.hidden || token.isOpen) poller.stop();
  else poller.start();
}

function togglePause(): void {
  paused = !paused;
  setText(byId("pause"), paused ? "Resume" : "Pause");
  const at = byId("paused");
  setText(at, paused ? `Paused at ${clockTime(Date.now())}` : "");
  document.body.classList.toggle("paused", paused);
  poll();
}

byId("pause").addEventListener("click", togglePause);
byId("retry").addEventListener("click", () => poller.start());
document.addEventListener("visibilitychange", poll);
chooseTheme(byId<HTMLSelectElement>("theme"), () => plots.recolour());
panel.follow();
poll();
