import type { RetryOptions } from "./retry";
import type { Address, SocketOptions } from "./socket";
import type { TokenSource } from "./token";

/** Where to connect, as whom, and how. */
export interface ThunderOptions extends SocketOptions {
  /** The public key of the app. */
  readonly key: string;
  /** Host and port; by default those of the page. */
  readonly server?: string;
  /** By default that of the page, else `"http"`. */
  readonly protocol?: "http" | "https";
  /** Any text without a colon; by default empty: nobody can address it. */
  readonly user?: string;
  /**
   * Says who the user is, in place of `user`. A function is asked for a token at
   * each connection and before the last one expires.
   */
  readonly token?: TokenSource;
  /** `false`: a lost connection is not opened again. */
  readonly retry?: boolean | RetryOptions;
}

declare const location: { readonly host: string; readonly protocol: string } | undefined;

/** Where the server is. Throws a `TypeError` if nothing says it. */
export function addressOf({ server, protocol }: ThunderOptions): Address {
  const page = typeof location === "undefined" ? undefined : location;
  const host = server ?? page?.host;
  if (!host) throw new TypeError("Option server is missing");
  return { server: host, protocol: protocol ?? (page?.protocol === "https:" ? "https" : "http") };
}

/** A text of a command. Throws a `TypeError` if the server could not tell its end. */
export function withoutColon(name: string, text: string): string {
  if (typeof text !== "string" || text.includes(":")) {
    throw new TypeError(`Option ${name} must be a text without a colon`);
  }
  return text;
}
