// Who may do what, over which transport: every combination is tried against the
// server and held against a model of a few lines.
import assert from "node:assert/strict";

import { TRANSPORTS } from "./support/auth_client.js";
import { AUDIENCE, AUTH_APPS, authServer, KEYS, SECRETS } from "./support/auth_server.js";
import { eventually } from "./support/deadline.js";
import { claims, secondsFromNow, token } from "./support/jwt.js";
import { suite } from "./support/suite.js";

const CLIENTS_AT_ONCE = 24;

const CLOSE = {
  expired: 3010,
  badToken: 3500,
  notPermitted: 3502,
  wrongKey: 9000,
  notConnected: 9001,
};

const hsClaims = (user, more) => claims(user, { aud: AUDIENCE, ...more });
const withoutChannels = (user) => token(hsClaims(user), KEYS.hs);

/// A role: the application, what its client says for USER in CONNECT (nothing:
/// it does not connect), the channels its token names, and the close code if it
/// may not connect.
const role = (app, shown, { channels = [], refused = null } = {}) => ({
  app,
  shown,
  channels,
  refused,
});

const refusedToken = (claimsOf, key = KEYS.hs, options = {}) =>
  role("hs", (user) => token(claimsOf(user), key, options), { refused: CLOSE.badToken });

const ROLES = {
  anonymous: role("plain", null, { refused: CLOSE.notConnected }),
  "of an unknown key": role("nobody", (user) => user, { refused: CLOSE.wrongKey }),
  "open user": role("plain", (user) => user),
  "open user, app with private channels": role("open", (user) => user),
  "name in place of a token": role("hs", (user) => user, { refused: CLOSE.badToken }),
  "token without channels": role("hs", withoutChannels),
  "token with the channel": role(
    "hs",
    (user) => token(hsClaims(user, { channels: ["private-a", "members-a"] }), KEYS.hs),
    { channels: ["private-a", "members-a"] },
  ),
  "token with a prefix": role(
    "hs",
    (user) => token(hsClaims(user, { channels: ["private-team-*"] }), KEYS.hs),
    { channels: ["private-team-*"] },
  ),
  "token with all channels": role(
    "hs",
    (user) => token(hsClaims(user, { channels: ["*"] }), KEYS.hs),
    { channels: ["*"] },
  ),
  "token of RS256": role("rs", (user) => token(claims(user), KEYS.rs.privateKey, { alg: "RS256" })),
  "token of ES256": role("es", (user) => token(claims(user), KEYS.es.privateKey, { alg: "ES256" })),
  "token by the previous key": role("hs", (user) => token(hsClaims(user), KEYS.previous)),
  "token by a revoked key": refusedToken(hsClaims, KEYS.revoked),
  "expired token": role(
    "hs",
    (user) => token(hsClaims(user, { exp: secondsFromNow(-1) }), KEYS.hs),
    { refused: CLOSE.expired },
  ),
  "token that is not valid yet": refusedToken((user) =>
    hsClaims(user, { nbf: secondsFromNow(600) }),
  ),
  "token for another audience": refusedToken((user) => claims(user, { aud: "other" })),
  "token for no audience": refusedToken((user) => claims(user)),
  "token of another app": refusedToken(hsClaims, KEYS.open),
  "token without exp": refusedToken((user) => ({ sub: user, aud: AUDIENCE })),
  "token without sub": refusedToken(() => ({ aud: AUDIENCE, exp: secondsFromNow(3600) })),
  "token of alg none": refusedToken(hsClaims, KEYS.hs, { alg: "none" }),
  "token that says none, signed": refusedToken(hsClaims, KEYS.hs, {
    header: { alg: "none" },
    signer: "HS256",
  }),
  "token of HS256 by the public key of RS256": role(
    "rs",
    (user) => token(claims(user), KEYS.rs.publicKey),
    { refused: CLOSE.badToken },
  ),
  "token that says RS256, with HS256 by its public key": role(
    "rs",
    (user) => token(claims(user), KEYS.rs.publicKey, { alg: "RS256", signer: "HS256" }),
    { refused: CLOSE.badToken },
  ),
  "token of RS256 for ES256": role(
    "es",
    (user) => token(claims(user), KEYS.rs.privateKey, { alg: "RS256" }),
    { refused: CLOSE.badToken },
  ),
  "token whose claims were changed": role(
    "hs",
    (user) => {
      const [head, , signature] = withoutChannels("another").split(".");
      return [head, withoutChannels(user).split(".")[1], signature].join(".");
    },
    { refused: CLOSE.badToken },
  ),
};

// -- the model ---------------------------------------------------------------

const HAS_TOKEN_KEY = new Set(["open", "hs", "rs", "es"]);
const ASKS_FOR_TOKENS = new Set(["hs", "rs", "es"]);

const named = (patterns, channel) =>
  patterns.some((one) =>
    one.endsWith("*") ? channel.startsWith(one.slice(0, -1)) : channel === one,
  );

const needsToken = (app, channel) =>
  channel.startsWith("members-") || (HAS_TOKEN_KEY.has(app) && channel.startsWith("private-"));

/// The close code of a SUBSCRIBE, null if it is carried out.
const subscribing = (app, patterns, channel) =>
  needsToken(app, channel) && !named(patterns, channel) ? CLOSE.notPermitted : null;

const KEY_OF = {
  open: [KEYS.open, "HS256", {}],
  hs: [KEYS.hs, "HS256", { aud: AUDIENCE }],
  rs: [KEYS.rs.privateKey, "RS256", {}],
  es: [KEYS.es.privateKey, "ES256", {}],
};

/// A token that the application would sign; by a key of nobody's if it has none.
function issue(app, user, more = {}) {
  const [key, alg, own] = KEY_OF[app] ?? [KEYS.revoked, "HS256", {}];
  return token(claims(user, { ...own, ...more }), key, { alg });
}

/// Actions: what the client says after CONNECT, and what comes of it: a close
/// code, or the channel it is subscribed to then, or neither.
const subscribe = (channel) => ({
  says: () => [`SUBSCRIBE ${channel}`],
  closes: ({ app, channels }) => subscribing(app, channels, channel),
  subscribed: channel,
});

const isTold = (of) => (known) => (of.has(known.app) ? CLOSE.badToken : null);

const ACTIONS = {
  connect: { says: () => [], closes: () => null },
  "subscribe public": subscribe("news"),
  "subscribe private-a": subscribe("private-a"),
  "subscribe private-b": subscribe("private-b"),
  "subscribe private-team-x": subscribe("private-team-x"),
  "subscribe a namespace that needs a token": subscribe("members-a"),
  "refresh, with channels": {
    says: ({ app, user }) => [
      `REFRESH ${issue(app, user, { channels: ["private-b"] })}`,
      "SUBSCRIBE private-b",
    ],
    closes: ({ app, channels }) =>
      subscribing(app, ASKS_FOR_TOKENS.has(app) ? ["private-b"] : channels, "private-b"),
    subscribed: "private-b",
  },
  "refresh as another": {
    says: ({ app }) => [`REFRESH ${issue(app, "mallory")}`],
    closes: isTold(ASKS_FOR_TOKENS),
  },
  "authorize, then subscribe": {
    says: ({ app, user }) => [
      `AUTHORIZE ${issue(app, user, { channels: ["private-b"] })}`,
      "SUBSCRIBE private-b",
    ],
    closes: ({ app, channels }) =>
      subscribing(app, HAS_TOKEN_KEY.has(app) ? ["private-b"] : channels, "private-b"),
    subscribed: "private-b",
  },
  "authorize as another": {
    says: ({ app }) => [`AUTHORIZE ${issue(app, "mallory", { channels: ["private-b"] })}`],
    closes: isTold(HAS_TOKEN_KEY),
  },
};

// -- clients -----------------------------------------------------------------

/// Runs all tasks, so many at once.
async function runAll(tasks) {
  const rest = tasks[Symbol.iterator]();
  const work = async () => {
    for (const task of rest) await task();
  };
  await Promise.all(Array.from({ length: CLIENTS_AT_ONCE }, work));
}

/// What came of an action: the close code, or null once the marker that the
/// client subscribed to after it is there.
async function outcome(ctx, client, app, user, subscribed) {
  return eventually(`the end of what ${user} did`, async () => {
    if (client.farewell !== null) return { code: client.farewell };
    if (AUTH_APPS[app] === undefined) return false;
    const { users } = (await ctx.rest(app).channel(`marker-${user}`)).json;
    if (users.length === 0) return false;
    if (subscribed === undefined) return { code: null };
    const there = (await ctx.rest(app).channel(subscribed)).json.users;
    return { code: null, subscribed: there.includes(user) };
  });
}

suite("the matrix of roles, actions and transports", authServer(), (scenario) => {
  let checks = 0;

  for (const [transport, open] of Object.entries(TRANSPORTS)) {
    scenario(`each role does over ${transport} what it may, and nothing else`, async (ctx) => {
      const wrong = [];
      const attempt = async (who, what) => {
        const { app, shown, refused, channels } = ROLES[who];
        const action = ACTIONS[what];
        const user = ctx.name("user");
        const client = await open(ctx.port);
        const key = AUTH_APPS[app]?.key ?? "nokey";
        const commands = shown ? [`CONNECT ${shown(user)}:${key}`] : [];
        await client.say(...commands, ...action.says({ app, user }), `SUBSCRIBE marker-${user}`);
        const seen = await outcome(ctx, client, app, user, action.subscribed);
        const code = refused ?? action.closes({ app, channels });
        const expected =
          code === null && action.subscribed ? { code, subscribed: true } : { code };
        client.close();
        ++checks;
        try {
          assert.deepEqual(seen, expected);
        } catch {
          wrong.push({ who, what, expected, seen });
        }
      };
      const tasks = Object.keys(ROLES).flatMap((who) =>
        Object.keys(ACTIONS).map((what) => () => attempt(who, what)),
      );
      await runAll(tasks);
      assert.deepEqual(wrong, []);
    });
  }

  scenario("each secret does what its rights permit", async (ctx) => {
    const right = {
      "POST /channels/news/": "publish",
      "POST /users/alice/": "publish",
      "GET /users/": "read",
      "GET /users/alice/": "read",
      "GET /channels/news/": "read",
      "DELETE /users/alice/": "admin",
    };
    const callers = {
      "the app's own": { secret: AUTH_APPS.hs.secret, rights: ["publish", "read", "admin"] },
      ...SECRETS,
      "another app's": { secret: AUTH_APPS.rs.secret, rights: null },
      unknown: { secret: "no-such-secret", rights: null },
      "the public key": { secret: AUTH_APPS.hs.key, rights: null },
      "a token key": { secret: KEYS.hs, rights: null },
      none: { secret: null, rights: null },
    };
    const body = { POST: "1", GET: undefined, DELETE: undefined };
    const wrong = [];
    for (const [caller, { secret, rights }] of Object.entries(callers)) {
      for (const [request, needed] of Object.entries(right)) {
        const [method, path] = request.split(" ");
        const answer = await ctx
          .rest("hs")
          .request(method, path, { secret, body: body[method] });
        const status =
          rights === null ? 401 : !rights.includes(needed) ? 403 : method === "DELETE" ? 204 : 200;
        ++checks;
        if (answer.status !== status) wrong.push({ caller, request, status, seen: answer.status });
        if (status === 403) {
          assert.equal(answer.json.message, `This secret does not have the right ${needed}.`);
        }
      }
    }
    assert.deepEqual(wrong, []);
  });

  scenario("that makes more than 500 checks", async () => {
    assert.ok(checks > 500, `${checks} checks`);
    console.log(`# ${checks} checks of roles, actions and transports`);
  });
});
