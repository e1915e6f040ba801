import { createRequire } from "node:module";

const list = createRequire(import.meta.url)("sockjs-client/lib/transport-list");

/// Names of all transports of sockjs-client, in the order in which it tries them.
export const ALL_TRANSPORTS = list.map(({ transportName }) => transportName);

/// Where a page comes from, seen from the server that it speaks to.
export const ORIGINS = ["same-origin", "cross-origin"];

/// What sockjs-client does not use in Chromium, and why.
export const REFUSED = [
  {
    transport: "xdr-streaming",
    origins: ORIGINS,
    reason: "only Internet Explorer has XDomainRequest",
  },
  {
    transport: "xdr-polling",
    origins: ORIGINS,
    reason: "only Internet Explorer has XDomainRequest",
  },
  {
    transport: "htmlfile",
    origins: ["cross-origin"],
    reason: "its iframe calls functions of the page, which other origins may not",
  },
];

/// Each transport with each origin where Chromium can be forced to it.
export const COMBINATIONS = ORIGINS.flatMap((origin) =>
  ALL_TRANSPORTS.filter((transport) => !isRefused(transport, origin)).map((transport) => ({
    transport,
    origin,
  })),
);

function isRefused(transport, origin) {
  return REFUSED.some(
    (refused) => refused.transport === transport && refused.origins.includes(origin),
  );
}
