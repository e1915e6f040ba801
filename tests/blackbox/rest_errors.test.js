// What the API refuses, beyond the specification's table.
import assert from "node:assert/strict";

import {
  expectAnswer,
  expectCors,
  expectJsonError,
  expectOneOf,
  expectStatusIn,
  NOT_JSON,
  WRONG_SECRET,
} from "./support/expect.js";
import { requestText } from "./support/raw_http.js";
import { suite } from "./support/suite.js";

suite("authentication", {}, (scenario) => {
  scenario("the header's name is taken in any case, its value trimmed", async (ctx) => {
    const { key, secret } = ctx.rest();
    for (const line of [
      `x-thunder-secret-key: ${secret}`,
      `X-THUNDER-SECRET-KEY:${secret}`,
      `X-Thunder-Secret-Key:  \t ${secret} \t `,
    ]) {
      const connection = await ctx.rawHttp();
      connection.write(requestText("GET", `/api/1.0.0/${key}/users/`, { headers: [line] }));
      assert.equal((await connection.readResponse()).status, 200, line);
    }
  });

  scenario("a failed request does not close the connection", async (ctx) => {
    const { key, secret } = ctx.rest();
    const connection = await ctx.rawHttp();
    const path = `/api/1.0.0/${key}/users/`;
    connection.write(requestText("GET", path));
    const refused = await connection.readResponse();
    assert.equal(refused.status, 401);
    assert.equal(refused.text, WRONG_SECRET);
    connection.write(requestText("GET", path, { headers: [`X-Thunder-Secret-Key: ${secret}`] }));
    assert.equal((await connection.readResponse()).status, 200);
  });

  scenario("nothing is done for a request that is refused", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel] });
    const rest = ctx.rest();
    expectAnswer(await rest.publish(channel, "1", { secret: "wrong" }), 401, WRONG_SECRET);
    expectAnswer(await rest.tell(client.user, "1", { secret: "wrong" }), 401, WRONG_SECRET);
    expectAnswer(await rest.request("DELETE", `/users/${client.user}/`, { secret: "wrong" }), 401);
    expectAnswer(await rest.publish(channel, "nonsense"), 400, NOT_JSON);
    await ctx.expectNothingElse(client);
  });

  scenario("a secret that holds bytes above ASCII is refused, not misread", async (ctx) => {
    const { key } = ctx.rest();
    const connection = await ctx.rawHttp();
    connection.write(
      Buffer.from(
        requestText("GET", `/api/1.0.0/${key}/users/`, { headers: ["X-Thunder-Secret-Key: \u00e9\u00ff"] }),
        "latin1",
      ),
    );
    expectOneOf((await connection.readResponse()).status, [400, 401], "status");
  });
});

suite("refused names and bodies", {}, (scenario) => {
  scenario("%00 in a name is 400", async (ctx) => {
    for (const path of ["/users/a%00b/", "/users/%00/", "/channels/c%00/"]) {
      expectJsonError(await ctx.rest().get(path), 400);
    }
  });

  scenario("bytes after a NUL are not overlooked", async (ctx) => {
    expectAnswer(await ctx.rest().publish("c", "1\0garbage"), 400, NOT_JSON);
    expectAnswer(await ctx.rest().publish("c", "1\0"), 400, NOT_JSON);
    expectAnswer(await ctx.rest().publish("c", "\0"), 400, NOT_JSON);
  });

  scenario("a lone low surrogate is refused or passed on unharmed", async (ctx) => {
    const channel = ctx.name("channel");
    const client = await ctx.subscriber({ channels: [channel] });
    const body = '["\\udc00"]';
    const answer = await ctx.rest().publish(channel, body);
    expectStatusIn(answer, [200, 400]);
    if (answer.status === 200) {
      assert.deepEqual(await client.nextMessage(), { payload: body, channel });
    }
    await ctx.expectNothingElse(client);
  });

  scenario("404 and 405 are complete answers on a kept connection", async (ctx) => {
    const { key, secret } = ctx.rest();
    const headers = [`X-Thunder-Secret-Key: ${secret}`];
    const connection = await ctx.rawHttp();
    for (const [method, path, status] of [
      ["GET", "/nothing", 404],
      ["PUT", `/api/1.0.0/${key}/users/`, 405],
      ["GET", `/api/1.0.0/${key}/channels//`, 404],
      ["DELETE", `/api/1.0.0/${key}/channels/c/`, 405],
      ["GET", `/api/1.0.0/${key}/users/`, 200],
    ]) {
      connection.write(requestText(method, path, { headers }));
      const answer = await connection.readResponse({ method });
      assert.equal(answer.status, status, `${method} ${path}`);
    }
  });

  scenario("unknown methods are refused without harm", async (ctx) => {
    const { key } = ctx.rest();
    for (const method of ["BREW", "TRACE", "PROPFIND"]) {
      const connection = await ctx.rawHttp();
      connection.write(requestText(method, `/api/1.0.0/${key}/users/`));
      expectOneOf((await connection.readResponse()).status, [400, 405, 501], method);
    }
  });

  scenario("an error carries CORS headers, so that a page can read it", async (ctx) => {
    const rest = ctx.rest();
    expectCors(await rest.publish("c", "x"));
    expectCors(await rest.get("/users/", { secret: null }));
  });
});
