import { createRequire } from "node:module";

/// Path of the script of npm's sockjs-client.
export const SOCKJS_CLIENT = createRequire(import.meta.url).resolve(
  "sockjs-client/dist/sockjs.min.js",
);
