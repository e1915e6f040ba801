import type { Probe, Refusal } from "./contract";

/** Nothing came back: the server is down, or something in between is. */
export class Unreachable extends Error {}

/** The server said no, and why. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The server wants the admin token: none was shown, or another one. */
export class Unauthorized extends Refused {}

type Query = Record<string, string | number | boolean | null | undefined>;

const TOKEN = "thunderpush-admin-token"; // in sessionStorage
const PATIENCE = 10_000; // ms for one answer

/** Requests to the admin endpoint that served this page. */
export class Admin {
  /** For as long as the tab lives. */
  get token(): string | null {
    return sessionStorage.getItem(TOKEN);
  }

  set token(token: string | null) {
    if (token === null) sessionStorage.removeItem(TOKEN);
    else sessionStorage.setItem(TOKEN, token);
  }

  /** Parameters that are null, undefined or empty are left out. */
  async get<Answer>(path: string, query: Query = {}): Promise<Answer> {
    return this.answer<Answer>(await this.request("GET", path, query, patience()));
  }

  async delete(path: string, query: Query = {}): Promise<void> {
    await this.answer(await this.request("DELETE", path, query, patience()));
  }

  /** /health or /ready, which answer 503 to say that something is not so. */
  async probe(path: string): Promise<Probe> {
    const response = await this.request("GET", path, {}, patience());
    if (response.status !== 503) return this.answer<Probe>(response);
    return body<Probe>(response);
  }

  /** An answer that goes on until it ends or is called off, piece by piece. */
  async *stream(path: string, query: Query, signal: AbortSignal): AsyncGenerator<string> {
    const response = await this.request("GET", path, query, signal);
    if (!response.ok || !response.body) await this.answer(response);
    const reader = response.body!.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  }

  private async request(method: string, path: string, query: Query, signal: AbortSignal) {
    const parameters = Object.entries(query).flatMap(([name, value]) =>
      value === null || value === undefined || value === "" ? [] : [[name, String(value)]],
    );
    const search = parameters.length > 0 ? `?${new URLSearchParams(parameters)}` : "";
    const headers: Record<string, string> = { Accept: "application/json, text/event-stream" };
    if (this.token !== null) headers["Authorization"] = `Bearer ${this.token}`;
    try {
      return await fetch(`${path}${search}`, { method, headers, signal, cache: "no-store" });
    } catch (error) {
      throw new Unreachable(messageOf(error));
    }
  }

  private async answer<Answer>(response: Response): Promise<Answer> {
    if (response.ok) return body<Answer>(response);
    const refusal = await body<Partial<Refusal>>(response).catch((): Partial<Refusal> => ({}));
    const message = refusal.message ?? (response.statusText || "no reason given");
    const Kind = response.status === 401 ? Unauthorized : Refused;
    throw new Kind(response.status, message);
  }
}

/** What went wrong, in words. */
export function messageOf(error: unknown): string {
  if (error instanceof Refused) return `${error.status}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

function patience(): AbortSignal {
  return AbortSignal.timeout(PATIENCE);
}

async function body<Answer>(response: Response): Promise<Answer> {
  try {
    return (await response.json()) as Answer;
  } catch (error) {
    throw new Unreachable(messageOf(error));
  }
}
