import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { eventually } from "../../blackbox/support/deadline.js";
import { startServer, withLog } from "../../blackbox/support/server.js";
import { Program } from "./program.js";

/// Tests of a server behind a proxy, both real ones.
///
/// `configure` gives the server's configuration, `prepare` the proxy's [program,
/// arguments], and `isReady` whether clients get through. Each is told `scene`, with a
/// `folder` that ends with the tests, and later with the `server`; what they put into it
/// is there for the tests. `define(tried, scene)` makes those: `tried` is `test` with the
/// output of both programs in what fails.
export function describeBehindProxy(title, { configure, prepare, isReady }, define) {
  describe(title, () => {
    const scene = {};
    let proxy;

    before(async () => {
      scene.folder = mkdtempSync(join(tmpdir(), "thunderpush-proxy-"));
      scene.server = await startServer({ config: configure(scene) });
      proxy = new Program(...(await prepare(scene)));
      try {
        await eventually("the proxy to be ready", () => isReady(scene));
      } catch (error) {
        throw proxy.explained(error);
      }
    });

    after(async () => {
      await proxy?.stop();
      if (scene.server?.alive) await scene.server.stop();
      rmSync(scene.folder, { recursive: true, force: true });
    });

    const tried = (sentence, body) =>
      test(sentence, async () => {
        try {
          await body();
        } catch (error) {
          throw withLog(proxy.explained(error), scene.server);
        }
      });

    define(tried, scene);
  });
}
