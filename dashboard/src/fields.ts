import { element, setText } from "./element";

/** A list of names and values that is brought up to date where it is. */
export class Fields {
  readonly list = element("dl", { class: "fields" });
  private readonly values = new Map<string, HTMLElement>();

  show(entries: readonly (readonly [name: string, value: string])[]): void {
    for (const [name, value] of entries) setText(this.valueOf(name), value);
  }

  private valueOf(name: string): HTMLElement {
    const known = this.values.get(name);
    if (known) return known;
    const value = element("dd");
    this.list.append(element("div", {}, element("dt", {}, name), value));
    this.values.set(name, value);
    return value;
  }
}
