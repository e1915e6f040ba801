// What users may write, and what the compiler must refuse. Only compiled: by
// `npm run types`, against the declarations that are published.
import { ClosedError, legacyThunder, Thunder } from "thunderpush";
import type { Channel, Message, State, StateDetail, ThunderOptions } from "thunderpush";
import SockJS from "sockjs-client";
import WebSocket from "ws";

type Equal<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
const same = <One, Other>(_: Equal<One, Other>): void => {};

interface Article {
  title: string;
}
interface Channels {
  news: Article;
  score: number;
}

// -- options -----------------------------------------------------------------

const options: ThunderOptions = { server: "127.0.0.1:8080", key: "public" };
new Thunder({ ...options, user: "alice", protocol: "https", retry: false });
new Thunder({ ...options, retry: { delays: [100, 1000], jitter: 0.1 } });
new Thunder({ ...options, WebSocket });
new Thunder({ ...options, SockJS, sockjs: { transports: ["websocket"] } });
new Thunder({ key: "public" });
new Thunder({ ...options, token: "a.b.c" });
new Thunder({ ...options, token: () => "a.b.c" });
new Thunder({ ...options, token: async () => "a.b.c" });
// @ts-expect-error: a token is a text
new Thunder({ ...options, token: async () => 5 });
// @ts-expect-error: the key is missing
new Thunder({ server: "127.0.0.1:8080" });
// @ts-expect-error: there is no such protocol
new Thunder({ ...options, protocol: "ws" });
// @ts-expect-error: no number
new Thunder({ ...options, user: 5 });
// @ts-expect-error: no such option
new Thunder({ ...options, reconnect: true });
// @ts-expect-error: Date is no socket
new Thunder({ ...options, WebSocket: Date });
// @ts-expect-error: what tests pass is not public
new Thunder(options, {});

// -- payloads ----------------------------------------------------------------

const thunder = new Thunder<Channels>(options);
same<typeof news, Channel<Article>>(true);
const news = thunder.channel("news");
news.on("message", (payload, message) => {
  same<typeof payload, Article>(true);
  same<typeof message, Message<Article>>(true);
  same<typeof message.channel, string | undefined>(true);
  // @ts-expect-error: no such member
  payload.author;
});
thunder.channel("score").on("message", (payload) => same<typeof payload, number>(true));
// A handler may take less.
news.on("message", () => {});
// @ts-expect-error: articles are no numbers
news.on("message", (payload: number) => payload);
// @ts-expect-error: no such event
news.on("massage", () => {});
// @ts-expect-error: read only
news.name = "other";

// Channels that the map does not have.
same<typeof other, Channel<string[]>>(true);
const other = thunder.channel<string[]>("other");
thunder.channel("unheard-of").on("message", (payload) => same<typeof payload, unknown>(true));
new Thunder(options).channel("any").on("message", (payload) => same<typeof payload, unknown>(true));
new Thunder(options).channel<string>("any").on("message", (payload) => payload.toUpperCase());

same<ReturnType<typeof news.subscribe>, Promise<void>>(true);
same<ReturnType<typeof news.unsubscribe>, Promise<void>>(true);
news
  .on("message", () => {})
  .off("message", () => {})
  .subscribe();

// -- the connection ----------------------------------------------------------

thunder.on("state", (state, detail) => {
  same<typeof state, State>(true);
  same<typeof detail, StateDetail>(true);
  same<typeof detail.delay, number | undefined>(true);
  // @ts-expect-error: no such state
  state === "opened";
});
thunder.on("message", (payload) => same<typeof payload, unknown>(true));
same<typeof thunder.state, "connecting" | "open" | "waiting" | "closed">(true);
// @ts-expect-error: read only
thunder.state = "open";
// @ts-expect-error: for the class itself
thunder.emit("state", "open", {});
thunder.connect().catch((error: unknown) => {
  if (error instanceof ClosedError) same<typeof error.code, number | undefined>(true);
});
thunder.close();

// -- the interface of the client for the Python server -------------------------

const Legacy = legacyThunder({ mine: 1 });
same<typeof Legacy.mine, number>(true);
Legacy.connect("127.0.0.1:8080", "public", ["news"], { user: "alice", log: true, retry: false });
Legacy.connect("127.0.0.1:8080", "public");
Legacy.listen((message) => message.anything);
Legacy.listen((message: Article) => message.title);
Legacy.subscribe("news", (_, text) => text.toUpperCase());
Legacy.onSockMessage(({ data }) => same<typeof data, unknown>(true));
Legacy.onSockClose(({ code, reason }) => [code.toFixed(), reason.trim()]);
same<typeof Legacy.channels, string[]>(true);
// @ts-expect-error: a list
Legacy.connect("127.0.0.1:8080", "public", "news");

// -- tokens ------------------------------------------------------------------

same<ReturnType<typeof thunder.authorize>, Promise<void>>(true);
thunder.authorize(async () => "a.b.c");
news.subscribe(() => "a.b.c");
// @ts-expect-error: a token is a text
news.subscribe(5);
