import { byId, element, setText } from "./element";

export interface Question {
  title: string;
  text: string;
  /** What the button says that does it. */
  yes: string;
  /** Ways to do it, the first of them is the default: value and words. */
  choices?: readonly [value: string, words: string][];
}

/** Asks in the page: the chosen way ("" if there are none), or null for no. */
export function confirmed({ title, text, yes, choices = [] }: Question): Promise<string | null> {
  const dialog = byId<HTMLDialogElement>("confirm");
  const box = byId<HTMLFieldSetElement>("confirm-choices");
  setText(byId("confirm-title"), title);
  setText(byId("confirm-text"), text);
  setText(byId("confirm-yes"), yes);
  box.hidden = choices.length === 0;
  box.replaceChildren(
    ...choices.map(([value, words], i) =>
      element(
        "label",
        { class: "check" },
        element("input", { type: "radio", name: "way", value, checked: i === 0 }),
        words,
      ),
    ),
  );
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        const chosen = box.querySelector<HTMLInputElement>("input:checked")?.value ?? "";
        resolve(dialog.returnValue === "yes" ? chosen : null);
      },
      { once: true },
    );
  });
}
