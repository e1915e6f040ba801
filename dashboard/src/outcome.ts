import { byId, setText } from "./element";

const SHOWN = 10_000; // ms that good news stays; bad news stays until it is dismissed

let timer: ReturnType<typeof setTimeout> | undefined;

/** Says what came of an operator's command. */
export function tellOutcome(text: string, good: boolean): void {
  const box = byId("outcome");
  clearTimeout(timer);
  box.dataset["tone"] = good ? "good" : "bad";
  box.hidden = false;
  setText(byId("outcome-text"), text);
  if (good) timer = setTimeout(hide, SHOWN);
}

function hide(): void {
  byId("outcome").hidden = true;
  setText(byId("outcome-text"), "");
}

byId("outcome-close").addEventListener("click", hide);
