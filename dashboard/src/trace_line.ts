export interface TraceLine {
  /** In milliseconds since the epoch; null if it is not told. */
  at: number | null;
  event: string;
  /** What else is told, for people. */
  rest: string;
}

const LONGEST = 1000; // characters

/** One event of a trace, of its JSON. What is not understood is shown as it is. */
export function traceLine(data: string): TraceLine {
  const told = objectOf(data);
  if (!told) return { at: null, event: "?", rest: cut(data) };
  const { at, event, actor, kind, name, home, ...others } = told;
  const time = typeof at === "number" ? at : Date.parse(String(at));
  const who = [kind, name, actor !== undefined && `#${actor}`, home !== undefined && `home ${home}`]
    .filter((part) => part !== undefined && part !== "" && part !== false)
    .join(" ");
  const rest = Object.entries(others).map(([key, value]) => `${key}=${wordOf(value)}`);
  return {
    at: Number.isNaN(time) ? null : time,
    event: String(event ?? "?"),
    rest: cut([who, ...rest].join("  ")),
  };
}

function objectOf(data: string): Record<string, unknown> | null {
  try {
    const told: unknown = JSON.parse(data);
    return typeof told === "object" && told !== null ? (told as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}\u2026` : text;
}
