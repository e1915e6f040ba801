// Figures for people: with separators, units, and no more digits than tell
// something.

const INTEGER = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const TENTHS = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const ALWAYS_TENTHS = new Intl.NumberFormat("en", {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB"];
const COUNT_UNITS = ["", "k", "M", "G"];

/** 1234567 is 1,234,567. */
export function count(value: number): string {
  return INTEGER.format(value);
}

/** So many a second: a tenth is told while there are few. */
export function rate(value: number): string {
  return value < 10 ? TENTHS.format(value) : INTEGER.format(value);
}

/** 1234567 is 1.2 MB: units of 1,000. */
export function bytes(value: number): string {
  const [scaled, unit] = scale(value, BYTE_UNITS);
  const format = unit === BYTE_UNITS[0] || scaled >= 99.95 ? INTEGER : ALWAYS_TENTHS;
  return `${format.format(scaled)} ${unit}`;
}

/** The same for an axis: 2 MB. */
export function shortBytes(value: number): string {
  const [scaled, unit] = scale(value, BYTE_UNITS);
  return `${TENTHS.format(scaled)} ${unit}`;
}

/** As short as an axis needs it: 12k. */
export function short(value: number): string {
  const [scaled, unit] = scale(value, COUNT_UNITS);
  return TENTHS.format(scaled) + unit;
}

/** Milliseconds: 0.040 ms, 1.2 ms, 12 ms, 3.4 s. */
export function milliseconds(value: number): string {
  if (value === 0) return "0 ms";
  if (value < 0.0995) return `${value.toFixed(3)} ms`;
  if (value < 0.995) return `${value.toFixed(2)} ms`;
  if (value < 9.95) return `${value.toFixed(1)} ms`;
  if (value < 999.5) return `${INTEGER.format(value)} ms`;
  if (value < 59_950) return `${(value / 1000).toFixed(1)} s`;
  return duration(value / 1000);
}

/** The same for an axis: 0.5 ms. */
export function shortMilliseconds(value: number): string {
  return value < 1000
    ? `${Number(value.toPrecision(2))} ms`
    : `${Number((value / 1000).toFixed(1))} s`;
}

/** The two greatest units of a time in seconds: 3 d 4 h. */
export function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), "d"],
    [Math.floor(whole / 3600) % 24, "h"],
    [Math.floor(whole / 60) % 60, "min"],
    [whole % 60, "s"],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  if (first < 0) return "0 s";
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(" ");
}

/** A share of 0 to 1 in per cent. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return "< 0.1 %";
  return `${(value < 9.95 && value > 0 ? ALWAYS_TENTHS : INTEGER).format(value)} %`;
}

/** The time of day, 12:03:05, of milliseconds since the epoch. */
export function clockTime(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

/** "1 home", "2 homes". */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

// What would round to 1,000 has the next unit.
function scale(value: number, units: readonly string[]): [scaled: number, unit: string] {
  let scaled = value;
  let unit = 0;
  while (scaled >= 999.5 && unit + 1 < units.length) {
    scaled /= 1000;
    ++unit;
  }
  return [scaled, units[unit] ?? ""];
}
