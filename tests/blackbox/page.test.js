// The demonstration page.
import assert from "node:assert/strict";

import { expectAnswer } from "./support/expect.js";
import { suite } from "./support/suite.js";

suite("the page with demo = on", { config: { server: { demo: "on" } } }, (scenario) => {
  scenario("/ is a page of HTML", async (ctx) => {
    const answer = await ctx.http("GET", "/");
    expectAnswer(answer, 200);
    assert.match(answer.headers["content-type"], /^text\/html/);
    assert.match(answer.text, /<html/i);
    for (const { secret } of Object.values(ctx.server.apps)) {
      assert.ok(!answer.text.includes(secret), "no secret in the page");
    }
  });

  scenario("a query changes nothing, other paths stay 404", async (ctx) => {
    expectAnswer(await ctx.http("GET", "/?x=1"), 200);
    expectAnswer(await ctx.http("GET", "/index.html"), 404);
    expectAnswer(await ctx.http("GET", "//"), 404);
  });
});

suite("the page with demo = off", { config: { server: { demo: "off" } } }, (scenario) => {
  scenario("/ is 404", async (ctx) => {
    expectAnswer(await ctx.http("GET", "/"), 404);
  });
});
