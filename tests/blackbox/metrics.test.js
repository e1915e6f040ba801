// GET /metrics: what Prometheus reads.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { publishUntil, see, silentSubscriber } from "./support/admin.js";
import { eventually } from "./support/deadline.js";
import { expectAnswer } from "./support/expect.js";
import { metrics, samplesOf } from "./support/metrics.js";
import { Prometheus } from "./support/prometheus.js";
import { suite, withOwnServer } from "./support/suite.js";

// What `promtool check metrics` thinks of a text.
function promtool(text) {
  const { status, stdout, stderr, error } = spawnSync("promtool", ["check", "metrics"], {
    input: text,
    encoding: "utf8",
  });
  assert.equal(error, undefined, "promtool (Debian package prometheus)");
  return { status, said: stdout + stderr };
}

const TICKS_PER_SECOND = 100; // USER_HZ

// When a process was started, in seconds since the epoch (proc(5)).
function startOf(pid) {
  const [, boot] = /^btime (\d+)$/m.exec(readFileSync("/proc/stat", "latin1"));
  const behindName = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1);
  return Number(boot) + Number(behindName.split(" ")[19]) / TICKS_PER_SECOND;
}

suite("the metrics", {}, (scenario) => {
  scenario("are what promtool accepts, at rest and under load", async (ctx) => {
    assert.deepEqual(promtool((await metrics(ctx)).text), { status: 0, said: "" });
    const channel = ctx.name("channel");
    await ctx.subscriber({ channels: [channel] });
    await ctx.subscriber({ channels: [channel], app: "second", raw: true });
    const slow = await silentSubscriber(ctx, channel);
    await publishUntil(ctx, channel, "a slow one to be closed", async () => {
      return !(await ctx.rest().user(slow.user)).json.online;
    });
    const loads = Array.from({ length: 200 }, () => ctx.rest().publish(channel, "1"));
    const { text } = await metrics(ctx);
    assert.deepEqual(promtool(text), { status: 0, said: "" });
    await Promise.all(loads);
    assert.equal(samplesOf(text).get('thunderpush_disconnects_total{code="3008"}'), 1);
  });

  scenario("are refused by promtool where they are broken", () => {
    assert.notEqual(promtool("# TYPE x counter\nx{ 1\n").status, 0);
  });

  scenario("name no user, no channel and no client", async (ctx) => {
    const [user, channel] = [ctx.name("a-user-of-ours"), ctx.name("a-channel-of-ours")];
    const client = await ctx.subscriber({ user, channels: [channel] });
    await ctx.rest().publish(channel, '"a-text-of-ours"');
    await client.nextMessage();
    const gone = await ctx.subscriber({ user, channels: [channel] });
    await gone.close();
    const { text } = await metrics(ctx);
    for (const name of ["-of-ours", "127.0.0.1", ctx.rest().key, ctx.rest().secret]) {
      assert.ok(!text.includes(name), `${name} is in the metrics`);
    }
  });

  scenario("agree with /stats", async (ctx) => {
    await ctx.subscriber({ channels: [ctx.name("channel")] });
    await ctx.subscriber();
    await eventually("both to show the same", async () => {
      const [stats, now] = [await see(ctx, "/stats"), await metrics(ctx)];
      for (const [kind, count] of Object.entries(stats.actors)) {
        assert.equal(now.of(`thunderpush_actors{kind="${kind}"}`), count, kind);
      }
      assert.equal(now.of("thunderpush_connections_opened_total"), stats.connections_opened);
      assert.equal(now.of("thunderpush_messages_published_total"), stats.publications);
      assert.equal(now.of("thunderpush_deliveries_total"), stats.deliveries);
      assert.equal(now.of(`thunderpush_build_info{version="${stats.version}"}`), 1);
    });
  });

  scenario("have histograms whose buckets add up", async (ctx) => {
    const client = await ctx.subscriber({ channels: [ctx.name("channel")] });
    for (let i = 0; i < 40; ++i) {
      await ctx.rest().tell(client.user, "1");
      await client.nextMessage();
    }
    const samples = samplesOf((await metrics(ctx)).text);
    const series = new Map();
    for (const [name, value] of samples) {
      const match = /^(\w+)_bucket\{(.*?),?le="([^"]+)"\}$/.exec(name);
      if (!match) continue;
      const key = match[2] ? `${match[1]}|{${match[2]}}` : `${match[1]}|`;
      const bucket = [Number(match[3].replace("+Inf", "Infinity")), value];
      series.set(key, [...(series.get(key) ?? []), bucket]);
    }
    assert.ok(series.size >= 3, "a histogram of deliveries and one of each home");
    for (const [key, buckets] of series) {
      const [name, labels] = key.split("|");
      for (const [index, [bound, count]] of buckets.entries()) {
        if (index === 0) continue;
        assert.ok(bound > buckets[index - 1][0] && count >= buckets[index - 1][1], key);
      }
      assert.equal(buckets.at(-1)[0], Infinity);
      assert.equal(samples.get(`${name}_count${labels}`), buckets.at(-1)[1]);
      assert.ok(samples.get(`${name}_sum${labels}`) >= 0);
    }
    assert.ok(samples.get("thunderpush_delivery_seconds_count") > 0, "deliveries were timed");
  });

  scenario("tell of the process what the system tells", async (ctx) => {
    await eventually("the same number of open files", async () => {
      const open = readdirSync(`/proc/${ctx.server.pid}/fd`).length;
      assert.equal((await metrics(ctx)).of("process_open_fds"), open);
    });
    const now = await metrics(ctx);
    assert.ok(now.of("process_resident_memory_bytes") > 1e6);
    assert.ok(now.of("process_cpu_seconds_total") > 0);
    const started = now.of("process_start_time_seconds");
    const tick = 1 / TICKS_PER_SECOND;
    assert.ok(Math.abs(started - startOf(ctx.server.pid)) <= tick, `started at ${started}`);
  });

  scenario("have no CORS header and are not kept", async (ctx) => {
    const answer = await ctx.admin("GET", "/metrics");
    expectAnswer(answer, 200);
    assert.match(answer.headers["content-type"], /^text\/plain; version=0\.0\.4(;|$)/);
    assert.match(answer.headers["cache-control"] ?? "", /no-store|no-cache/);
  });
});

test("the metrics agree with what was done", async () => {
  await withOwnServer({}, async (ctx) => {
    const [published, receivers, told] = [7, 3, 2];
    const channel = ctx.name("channel");
    const clients = [];
    for (let i = 0; i < receivers; ++i) {
      clients.push(await ctx.subscriber({ channels: [channel] }));
    }
    const requests = (await metrics(ctx)).of("thunderpush_http_requests_total");
    for (let i = 0; i < published; ++i) await ctx.rest().publish(channel, `${i}`);
    for (let i = 0; i < told; ++i) await ctx.rest().tell(clients[0].user, `${i}`);
    for (const [index, client] of clients.entries()) {
      for (let i = 0; i < published + (index === 0 ? told : 0); ++i) await client.nextMessage();
    }
    await ctx.rest().disconnect(clients[0].user);
    await clients[0].closed();
    await clients[1].close();
    const expected = {
      thunderpush_connections_opened_total: receivers,
      'thunderpush_connections{app="main",transport="websocket"}': receivers - 2,
      'thunderpush_disconnects_total{code="0"}': 1,
      'thunderpush_disconnects_total{code="9002"}': 1,
      thunderpush_messages_published_total: published + told,
      thunderpush_deliveries_total: published * receivers + told,
      thunderpush_http_requests_total: requests + published + told + 1,
      thunderpush_slow_consumers_total: 0,
      thunderpush_publications_refused_total: 0,
      thunderpush_actor_failures_total: 0,
      thunderpush_queue_bytes: 0,
      thunderpush_connections_blocked: 0,
    };
    await eventually("the metrics to agree", async () => {
      const now = await metrics(ctx);
      const found = Object.keys(expected).map((sample) => [sample, now.of(sample)]);
      assert.deepEqual(Object.fromEntries(found), expected);
    });
  });
});

test("the metrics say that the server is draining", async () => {
  await withOwnServer({ config: { server: { drain: "1h" } } }, async (ctx) => {
    await ctx.subscriber();
    await ctx.subscriber();
    assert.equal((await metrics(ctx)).of("thunderpush_draining"), 0);
    ctx.server.child.kill("SIGTERM");
    await eventually("it to show", async () => {
      return (await metrics(ctx)).of("thunderpush_draining") === 1;
    });
    await ctx.server.end("SIGTERM");
  });
});

test("a Prometheus scrapes them and answers queries", async () => {
  await withOwnServer({}, async (ctx) => {
    for (let i = 0; i < 3; ++i) await ctx.subscriber();
    await ctx.subscriber({ app: "second" });
    const prometheus = await Prometheus.start(ctx.server.adminPort);
    try {
      const values = await eventually("connections to be known", async () => {
        const found = await prometheus.query("sum by (app) (thunderpush_connections)");
        return found.length === 2 && found;
      });
      const byApp = values.map(({ metric, value }) => [metric.app, Number(value[1])]);
      assert.deepEqual(byApp.sort(), [
        ["main", 3],
        ["second", 1],
      ]);
      const [up] = await prometheus.query("up");
      assert.equal(up.value[1], "1");
    } finally {
      await prometheus.stop();
    }
  });
});
