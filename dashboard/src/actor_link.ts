import { element, setText } from "./element";

const ADDRESS = /^#actor\/(\d+)$/;

/** The part of an address that opens an actor. */
export function actorHash(id: number): string {
  return `#actor/${id}`;
}

/** Which actor an address opens, if any. */
export function actorOf(hash: string): number | null {
  const id = ADDRESS.exec(hash)?.[1];
  return id === undefined ? null : Number(id);
}

/** Makes the only child of a cell a link to an actor. */
export function linkToActor(cell: HTMLElement, id: number, label: string): void {
  const link = cell.firstElementChild ?? cell.appendChild(element("a", { class: "name" }));
  if (link.getAttribute("href") !== actorHash(id)) link.setAttribute("href", actorHash(id));
  if (link.getAttribute("title") !== label) link.setAttribute("title", label);
  setText(link, label);
}
