// What hostile requests must not achieve over the HTTP transports.
import assert from "node:assert/strict";

import { requestText } from "../../blackbox/support/raw_http.js";
import { strictText } from "../support/answer.js";
import { expectStatus } from "../support/expect.js";
import { HTMLFILE, JSONP, TRANSPORTS, XHR_STREAMING } from "../support/transports.js";

const BOTH = ["echo", "daemon"];

/// Declares the tests.
export function hostileRequests(scenario) {
  const onBoth = (title, run) => {
    for (const name of BOTH) scenario(`hostile requests: ${title} [${name}]`, name, run);
  };

  onBoth("no message ends the script element of htmlfile", async (ctx) => {
    const session = ctx.session();
    const receiver = await session.open(HTMLFILE);
    const text = "</script><script>alert(1)</script><!--</SCRIPT ";
    await session.push(text);
    const wire = strictText(await receiver.nextWire());
    assert.deepEqual(wire.match(/<\/script/gi), ["</script"], wire);
    assert.ok(wire.endsWith("</script>\r\n"), wire);
    const frame = HTMLFILE.frameOf(wire);
    assert.deepEqual(JSON.parse(frame.slice(1)), JSON.parse(session.frame(text).slice(1)));
  });

  onBoth("a callback longer than 32 characters is refused", async (ctx) => {
    for (const name of ["jsonp", "htmlfile"]) {
      for (const length of [33, 1000, 5000]) {
        const answer = await ctx.request(
          "GET",
          `${ctx.sessionUrl()}/${name}?c=${"x".repeat(length)}`,
        );
        expectStatus(answer, 500);
        assert.ok(!answer.text.includes("xxx"), "the callback is not repeated");
      }
    }
  });

  onBoth("a refused callback is not repeated in the answer", async (ctx) => {
    for (const name of ["jsonp", "htmlfile"]) {
      const answer = await ctx.request("GET", `${ctx.sessionUrl()}/${name}?c=%3Cscript%3Ealert(1)`);
      expectStatus(answer, 500);
      assert.doesNotMatch(answer.text, /<script>|alert/);
    }
  });

  scenario("hostile requests: no jsonp message breaks out of the string", "echo", async (ctx) => {
    const session = ctx.session();
    await session.open(JSONP);
    const text = '");alert(1);("\\");\u2028alert(2)//\n';
    await session.push(text);
    const wire = strictText(await (await session.receiver(JSONP)).nextWire());
    assert.deepEqual(JSON.parse(JSONP.frameOf(wire).slice(1)), [text]);
    assert.doesNotMatch(wire.slice(0, -2), /[\r\n\u2028]/);
  });

  onBoth("a reader that stops reading does not stop the others", async (ctx) => {
    const slow = ctx.session();
    const receiver = await slow.open(XHR_STREAMING);
    receiver.connection.socket.pause();
    for (const transport of TRANSPORTS) {
      const session = ctx.session();
      const first = await session.open(transport);
      const next = transport.streaming ? first : await session.receiver(transport);
      await slow.push("x".repeat(3000));
      await session.push("others");
      await next.expectFrame(session.frame("others"));
    }
  });

  onBoth("many receivers of one session: one is attached, the others get 2010", async (ctx) => {
    const session = ctx.session();
    const first = await session.open(XHR_STREAMING);
    const others = await Promise.all(
      Array.from({ length: 50 }, (_, i) => session.poll(TRANSPORTS[i % TRANSPORTS.length])),
    );
    assert.deepEqual([...new Set(others)], ['c[2010,"Another connection still open"]']);
    await session.push("still here");
    await first.expectFrame(session.frame("still here"));
  });

  onBoth(
    "bytes that are no request, behind a waiting one, end nothing but their connection",
    async (ctx) => {
      for (const transport of TRANSPORTS) {
        const session = ctx.session();
        const other = ctx.session();
        const witness = await other.open(XHR_STREAMING);
        const first = await session.open(transport);
        const waits = transport.streaming ? first : await session.receiver(transport);
        waits.connection.write("\0\0\0 nonsense\r\n\r\n".repeat(100));
        await other.push("still here");
        await witness.expectFrame(other.frame("still here"));
      }
    },
  );

  onBoth("a flood of requests behind a waiting one is held back, not kept", async (ctx) => {
    const session = ctx.session();
    const receiver = await session.open(XHR_STREAMING);
    const flood = requestText("GET", `${ctx.prefix}/info`).repeat(2000);
    receiver.connection.write(flood);
    await session.push("still here");
    await receiver.expectFrame(session.frame("still here"));
    receiver.reset();
    expectStatus(await ctx.at("GET", ""), 200);
  });
}
