import { Site } from "./site.js";

const ICON = '<link rel="icon" href="data:,">'; // so that none is asked for
const BLANK = `<!doctype html>${ICON}<title>A page of another site</title><body></body>`;

/// Pages without scripts, for tests to add what they need: of a server's own
/// origin, and of another one.
//
// The page of the server's own origin is the greeting of its SockJS service. A
// page made up by the browser's driver would be of no network, and Chromium
// refuses to connect it with this machine by WebSocket; and a proxy that serves
// the page would stand between the client and the server.
export class Origins {
  static async open() {
    const origins = new Origins();
    origins.site = await Site.ofPage(BLANK);
    return origins;
  }

  /// Address of a page for the service at `url`, which is at 127.0.0.1.
  address(origin, url) {
    if (origin === "same-origin") return url;
    // Another name, and so not only another origin but another site.
    return this.site.address.replace("127.0.0.1", "localhost");
  }

  close() {
    return this.site.close();
  }
}
