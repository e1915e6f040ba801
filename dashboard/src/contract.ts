// What the admin endpoint answers, as api/openapi.json describes it: of each
// schema the fields that the dashboard shows.

export const ACTOR_KINDS = [
  "connection",
  "channel",
  "session",
  "hub",
  "directory",
  "inspector",
  "gateway",
  "admin",
] as const;

export type ActorKind = (typeof ACTOR_KINDS)[number];

export type ActorSort =
  | "id"
  | "mailbox"
  | "mailbox_peak"
  | "oldest"
  | "handled"
  | "busy"
  | "restarts"
  | "memory"
  | "age";

export interface Stats {
  version: string;
  uptime_seconds: number;
  homes: number;
  connections: number;
  channels: number;
  sessions: number;
  actors: Record<ActorKind, number>;
  publications: number;
  deliveries: number;
  slow_consumers: number;
  actor_failures: number;
  queued_bytes: number;
  blocked: number;
}

export interface Percentiles {
  p50_ms: number;
  p90_ms: number;
  p99_ms: number;
  max_ms: number;
}

export interface Home {
  home: number;
  actors: number;
  connections: number;
  ready: number;
  timers: number;
  blocked: number;
  queued_bytes: number;
  lag: Percentiles;
  turn: Percentiles;
  flush: { messages_per_write: number };
}

export interface Actor {
  id: number;
  kind: ActorKind;
  name: string;
  app: string | null;
  home: number;
  state: string;
  mailbox: number;
  mailbox_peak: number;
  oldest_ms: number;
  handled: number;
  busy: number;
  restarts: number;
  memory_bytes: number;
  age_seconds: number;
}

export interface ChannelDetails {
  kind: "channel";
  subscribers: number;
  by_home: { home: number; subscribers: number; bytes_under_way: number }[];
}

export interface SessionDetails {
  kind: "session";
  connections: number[];
}

export interface ConnectionDetails {
  kind: "connection";
  user: string;
  transport: string;
  address: string | null;
  queued_bytes: number;
  queued_messages: number;
  oldest_ms: number;
  dropped: number;
  bytes_in: number;
  bytes_out: number;
  rtt_ms: number | null;
  subscriptions: string[];
}

export type Details = ChannelDetails | SessionDetails | ConnectionDetails;

export interface OpenActor extends Actor {
  details: Details | null;
}

export interface Connection {
  id: number;
  home: number;
  app: string | null;
  user: string;
  transport: string;
  address: string | null;
  state: string;
  queued_bytes: number;
  queued_messages: number;
  oldest_ms: number;
}

export interface ActorPage {
  actors: Actor[];
  next: string | null;
}

export interface ConnectionPage {
  connections: Connection[];
  next: string | null;
}

/** Of /ready and /health, with status 200 or 503. */
export interface Probe {
  status: string;
  reasons?: string[];
  silent_homes?: number[];
}

export interface Refusal {
  message: string;
  status: number;
}
