const KEPT = "thunderpush-theme"; // in localStorage
const SCHEMES: Record<string, string> = { system: "light dark", light: "light", dark: "dark" };

/** The choice between light, dark, and what the system says; calls back when the colours change. */
export function chooseTheme(select: HTMLSelectElement, changed: () => void): void {
  const apply = () => {
    document.documentElement.style.colorScheme = SCHEMES[select.value] ?? "light dark";
    changed();
  };
  const kept = localStorage.getItem(KEPT);
  select.value = kept !== null && kept in SCHEMES ? kept : "system";
  apply();
  select.addEventListener("change", () => {
    localStorage.setItem(KEPT, select.value);
    apply();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}
