import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript" };

/// A web server for pages, on a port of its own.
export class Site {
  /// `read(path)` gives the content of what stands behind a path; it may fail.
  static async open(read) {
    const site = new Site();
    site.server = createServer(async (request, response) => {
      const path = request.url.replace(/\?.*$/, "").replace(/\/$/, "/index.html");
      try {
        const content = await read(path);
        response.setHeader("Content-Type", TYPES[extname(path)] ?? "application/octet-stream");
        response.end(content);
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise((done) => site.server.listen(0, "127.0.0.1", done));
    site.address = `http://127.0.0.1:${site.server.address().port}/`;
    return site;
  }

  /// The files of a directory.
  static ofFiles(directory) {
    return Site.open((path) => readFile(join(directory, path)));
  }

  /// One page.
  static ofPage(html) {
    return Site.open((path) => {
      if (path !== "/index.html") throw new Error("not here");
      return html;
    });
  }

  close() {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(done));
  }
}
