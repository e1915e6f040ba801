// The page's only way to put data into the document: as text. Names of users
// and channels come from strangers.

type Attributes = Record<string, string | boolean | undefined>;
type Child = Node | string;

/** A new element; an attribute that is true is there, one that is false is not. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "string") made.setAttribute(name, value);
    else made.toggleAttribute(name, value === true);
  }
  made.append(...children);
  return made;
}

/** The element of the page with this id. */
export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}.`);
  return found as Kind;
}

/** Sets the text, and touches nothing if it is the same: selections stay. */
export function setText(of: Element, text: string): void {
  if (of.textContent !== text) of.textContent = text;
}

/** A button of a form that it does not send. */
export function button(label: string, pressed: () => void, attributes: Attributes = {}) {
  const made = element("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", pressed);
  return made;
}
