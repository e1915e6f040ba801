// thunderpush.md, section 3: the commands of clients.
import assert from "node:assert/strict";

import { eventually } from "../support/deadline.js";
import { expectAnswer, untilListed, untilOnline } from "../support/expect.js";
import { withOwnServer } from "../support/suite.js";
import { section } from "./row.js";

const { rows, add } = section(3);
export { rows };

const WRONG_KEY = 'c[9000,"Invalid API key."]';
const NOT_CONNECTED = 'c[9001,"Subscribing before connecting."]';
const KEY = "publickey"; // of the application main

// --- Commands -------------------------------------------------------------

add("Commands", "CONNECT USER:KEY names the connection without an answer", async (ctx) => {
  const client = await ctx.sockjs();
  client.user = ctx.name("user");
  client.send(`CONNECT ${client.user}:${KEY}`);
  await untilOnline(ctx.rest(), client.user);
  await ctx.expectNothingElse(client);
});

add("Commands", "SUBSCRIBE C1:C2 subscribes to each channel without an answer", async (ctx) => {
  const [c1, c2] = [ctx.name("channel"), ctx.name("channel")];
  const client = await ctx.subscriber({ channels: [c1, c2] });
  for (const channel of [c1, c2]) {
    expectAnswer(await ctx.rest().channel(channel), 200, `{"users": ["${client.user}"]}\n`);
  }
  await ctx.expectNothingElse(client);
});

add("Commands", "UNSUBSCRIBE C1:C2 ends subscriptions without an answer", async (ctx) => {
  const channels = [ctx.name("channel"), ctx.name("channel"), ctx.name("channel")];
  const client = await ctx.subscriber({ channels });
  client.send(`UNSUBSCRIBE ${channels[0]}:${channels[1]}`);
  await ctx.settle(client);
  expectAnswer(await ctx.rest().channel(channels[0]), 200, '{"users": []}\n');
  expectAnswer(await ctx.rest().channel(channels[1]), 200, '{"users": []}\n');
  expectAnswer(await ctx.rest().publish(channels[0], "1"), 200, '{"count": 0}\n');
  expectAnswer(await ctx.rest().channel(channels[2]), 200, `{"users": ["${client.user}"]}\n`);
  await ctx.expectNothingElse(client);
});

// --- Cases ----------------------------------------------------------------

add("Cases", "unknown word, lower-case word, word without argument, empty message: ignored", async (ctx) => {
  const client = await ctx.sockjs();
  client.user = ctx.name("user");
  const noise = [
    "HELLO", "HELLO world", "connect u:publickey", "subscribe c", "Connect u:publickey",
    "CONNECT", "CONNECT ", "SUBSCRIBE", "SUBSCRIBE ", "UNSUBSCRIBE", "", " ", "\n",
    "CONNECTu:publickey", "SUBSCRIBEc", ":", "{}", "żółw", "SUBSCRIBED c", "CONNECTED u:publickey",
  ];
  client.send(...noise);
  client.send(`CONNECT ${client.user}:${KEY}`);
  client.send(...noise);
  await ctx.settle(client);
  await ctx.expectNothingElse(client);
});

add("Cases", "CONNECT with no or more than one colon is ignored, and may be tried again", async (ctx) => {
  const client = await ctx.sockjs();
  client.user = ctx.name("user");
  client.send("CONNECT u", "CONNECT a:b:publickey", "CONNECT ::", "CONNECT a:b:", `CONNECT ${KEY}`);
  client.send(`CONNECT ${client.user}:${KEY}`);
  await ctx.settle(client);
  await untilOnline(ctx.rest(), client.user);
  await ctx.expectNothingElse(client);
});

add("Cases", "CONNECT u:wrong and CONNECT u: close with 9000", async (ctx) => {
  for (const argument of ["u:wrong", "u:", ":", "u:PUBLICKEY", "u:publicke", "u:publickeyx", `u: ${KEY}`]) {
    const client = await ctx.sockjs();
    client.send(`CONNECT ${argument}`);
    assert.equal(await client.nextFrame(), WRONG_KEY, `after CONNECT ${argument}`);
    await client.closed();
  }
});

add("Cases", "CONNECT u:KEY and a blank: the blank belongs to the key, 9000", async (ctx) => {
  for (const end of [" ", "\t", "\n"]) {
    const client = await ctx.sockjs();
    client.send(`CONNECT u:${KEY}${end}`);
    assert.equal(await client.nextFrame(), WRONG_KEY, `key followed by ${JSON.stringify(end)}`);
    await client.closed();
  }
});

add("Cases", "CONNECT :KEY is a user with an empty id: counted, receives, not addressable", async (ctx) => {
  const rest = ctx.rest("census");
  await eventually("no user of earlier tests to be left", async () => {
    expectAnswer(await rest.users(), 200, '{"count": 0}\n');
  });
  const channel = ctx.name("channel");
  const client = await ctx.subscriber({ user: "", channels: [channel], app: "census" });
  expectAnswer(await rest.users(), 200, '{"count": 1}\n');
  expectAnswer(await rest.channel(channel), 200, '{"users": [""]}\n');
  expectAnswer(await rest.publish(channel, "1"), 200, '{"count": 1}\n');
  assert.deepEqual(await client.nextMessage(), { payload: "1", channel });
  expectAnswer(await rest.get("/users//"), 404);
});

add("Cases", "CONNECT with a blank after the id: the blank belongs to the id", async (ctx) => {
  const channel = ctx.name("channel");
  await ctx.subscriber({ user: "u ", channels: [channel] });
  expectAnswer(await ctx.rest().channel(channel), 200, '{"users": ["u "]}\n');
  expectAnswer(await ctx.rest().get("/users/u%20/"), 200, '{"online": true}\n');
});

add("Cases", "CONNECT when connected is ignored, whatever its argument", async (ctx) => {
  const client = await ctx.subscriber();
  const other = ctx.name("other");
  client.send(`CONNECT ${other}:${KEY}`, `CONNECT ${other}:wrong`, "CONNECT x", "CONNECT a:b:c", "CONNECT :");
  await ctx.settle(client);
  expectAnswer(await ctx.rest().user(client.user), 200, '{"online": true}\n');
  expectAnswer(await ctx.rest().user(other), 200, '{"online": false}\n');
  await ctx.expectNothingElse(client);
});

add("Cases", "SUBSCRIBE or UNSUBSCRIBE before a successful CONNECT closes with 9001", async (ctx) => {
  for (const first of [
    ["SUBSCRIBE x"], ["UNSUBSCRIBE x"], ["CONNECT a:b:c", "SUBSCRIBE x"], ["SUBSCRIBE not valid"],
  ]) {
    const client = await ctx.sockjs();
    client.send(...first);
    assert.equal(await client.nextFrame(), NOT_CONNECTED, `after ${first.join(", ")}`);
    await client.closed();
  }
});

add("Cases", "invalid channel names and empty parts are dropped, the valid ones taken", async (ctx) => {
  const good = [ctx.name("good"), ctx.name("good")];
  const longest = "x".repeat(64);
  const everyCharacter = "aZ09_-=@,.;";
  const invalid = ["a b", "a/b", "ż", "x".repeat(65), "a+b", "a#b", "a*b", "a\u0000b"];
  const client = await ctx.subscriber({
    channels: [good[0], "", ...invalid, longest, everyCharacter, "", good[1], ""],
  });
  for (const channel of [...good, longest, everyCharacter]) {
    expectAnswer(await ctx.rest().channel(channel), 200, `{"users": ["${client.user}"]}\n`);
  }
  for (const channel of ["a b", "a/b", "ż", "x".repeat(65), "a+b", "a#b", "a*b"]) {
    expectAnswer(await ctx.rest().channel(channel), 200, '{"users": []}\n');
  }
  client.send(`UNSUBSCRIBE :${invalid[0]}::${good[0]}:`);
  await ctx.settle(client);
  expectAnswer(await ctx.rest().channel(good[0]), 200, '{"users": []}\n');
  expectAnswer(await ctx.rest().channel(good[1]), 200, `{"users": ["${client.user}"]}\n`);
});

add("Cases", "channel name with a newline at the end is dropped", async (ctx) => {
  const channel = ctx.name("channel");
  await ctx.subscriber({ channels: [`${channel}\n`] });
  expectAnswer(await ctx.rest().channel(channel), 200, '{"users": []}\n');
  expectAnswer(await ctx.rest().channel(`${channel}\n`), 200, '{"users": []}\n');
});

add("Cases", "second SUBSCRIBE to the same channel: subscribed once", async (ctx) => {
  const channel = ctx.name("channel");
  const client = await ctx.subscriber({ channels: [channel, channel] });
  client.send(`SUBSCRIBE ${channel}`, `SUBSCRIBE ${channel}:${channel}`);
  await ctx.settle(client);
  expectAnswer(await ctx.rest().channel(channel), 200, `{"users": ["${client.user}"]}\n`);
  expectAnswer(await ctx.rest().publish(channel, "1"), 200, '{"count": 1}\n');
  assert.deepEqual(await client.nextMessage(), { payload: "1", channel });
  await ctx.expectNothingElse(client);
  client.send(`UNSUBSCRIBE ${channel}`);
  await ctx.settle(client);
  expectAnswer(await ctx.rest().channel(channel), 200, '{"users": []}\n');
});

add("Cases", "UNSUBSCRIBE when others are subscribed ends only this subscription", async (ctx) => {
  const channel = ctx.name("channel");
  const leaver = await ctx.subscriber({ channels: [channel] });
  const stayer = await ctx.subscriber({ channels: [channel] });
  const sameUser = await ctx.subscriber({ user: leaver.user, channels: [channel] });
  leaver.send(`UNSUBSCRIBE ${channel}`);
  await ctx.settle(leaver);
  await untilListed(ctx.rest(), channel, [stayer.user, sameUser.user]);
  expectAnswer(await ctx.rest().publish(channel, "1"), 200, '{"count": 2}\n');
  assert.deepEqual(await stayer.nextMessage(), { payload: "1", channel });
  assert.deepEqual(await sameUser.nextMessage(), { payload: "1", channel });
  await ctx.expectNothingElse(leaver);
});

add("Cases", "UNSUBSCRIBE of an unknown or not subscribed channel is ignored", async (ctx) => {
  const channel = ctx.name("channel");
  await ctx.subscriber({ channels: [channel] });
  const client = await ctx.subscriber();
  client.send(`UNSUBSCRIBE ${ctx.name("unknown")}`, `UNSUBSCRIBE ${channel}`, "UNSUBSCRIBE a b", "UNSUBSCRIBE :");
  await ctx.settle(client);
  expectAnswer(await ctx.rest().publish(channel, "1"), 200, '{"count": 1}\n');
  await ctx.expectNothingElse(client);
});

add("Cases", "message that is not a string closes and is never a command", async (ctx) => {
  for (const message of [
    "1", "null", "true", "{}", '{"a":"CONNECT u:publickey"}', "[1]", "[null]", "[[]]", '[["x"]]', '["HELLO x",1]', "[{}]",
  ]) {
    const client = await ctx.sockjs();
    client.sendText(message);
    await client.closed();
  }
  const user = ctx.name("user");
  const client = await ctx.sockjs();
  client.sendText(`[["CONNECT ${user}:${KEY}"]]`);
  await client.closed();
  expectAnswer(await ctx.rest().user(user), 200, '{"online": false}\n');
});

add("Cases", "end of a connection ends subscriptions and presence; the last one takes the user offline", async (ctx) => {
  const channel = ctx.name("channel");
  const user = ctx.name("user");
  const first = await ctx.subscriber({ user, channels: [channel] });
  const second = await ctx.subscriber({ user, channels: [channel] });
  await first.close();
  await untilListed(ctx.rest(), channel, [user]);
  expectAnswer(await ctx.rest().user(user), 200, '{"online": true}\n');
  expectAnswer(await ctx.rest().tell(user, "1"), 200, '{"count": 1}\n');
  second.reset();
  await untilListed(ctx.rest(), channel, []);
  await untilOnline(ctx.rest(), user, false);
  expectAnswer(await ctx.rest().tell(user, "1"), 200, '{"count": 0}\n');
});

add("Cases", "commands sent to a session already closed are dropped", async (ctx) => {
  const user = ctx.name("user");
  const client = await ctx.polling();
  await client.send([`CONNECT ${user}:nonsense`]);
  await client.send([`CONNECT ${user}:${KEY}`]);
  assert.equal((await client.receive()).text, `${WRONG_KEY}\n`);
  await client.send([`CONNECT ${user}:${KEY}`]);
  expectAnswer(await ctx.rest().user(user), 200, '{"online": false}\n');
});

add("Cases", "commands of one connection are done in order, each before the next", async (ctx) => {
  const channels = [ctx.name("channel"), ctx.name("channel")];
  const client = await ctx.sockjs();
  client.user = ctx.name("user");
  const commands = [`CONNECT ${client.user}:${KEY}`];
  for (let i = 0; i < 200; ++i) {
    commands.push(`SUBSCRIBE ${channels[0]}:${channels[1]}`, `UNSUBSCRIBE ${channels[0]}`);
  }
  client.send(...commands);
  await ctx.settle(client);
  expectAnswer(await ctx.rest().channel(channels[0]), 200, '{"users": []}\n');
  expectAnswer(await ctx.rest().channel(channels[1]), 200, `{"users": ["${client.user}"]}\n`);
});

// --- Limits (the sentence below the cases) ---------------------------------

add("Limits", "an id of 10,000 bytes and 1,000 channels on one connection work", async (ctx) => {
  const user = `u${"x".repeat(9_999)}`;
  const stem = ctx.name("c");
  const channels = Array.from({ length: 1000 }, (_, i) => `${stem}.${i}`);
  const client = await ctx.sockjs();
  client.send(`CONNECT ${user}:${KEY}`);
  for (let i = 0; i < channels.length; i += 100) {
    client.send(`SUBSCRIBE ${channels.slice(i, i + 100).join(":")}`);
  }
  await untilListed(ctx.rest(), channels.at(-1), [user]);
  for (const channel of [channels[0], channels[499], channels[999]]) {
    expectAnswer(await ctx.rest().channel(channel), 200, `{"users": ["${user}"]}\n`);
    await ctx.rest().publish(channel, "1");
    assert.deepEqual(await client.nextMessage(), { payload: "1", channel });
  }
});

// --- Close codes ----------------------------------------------------------

add("Close codes", "9000 Invalid API key.", async (ctx) => {
  const client = await ctx.sockjs();
  client.send("CONNECT u:no-such-key");
  assert.deepEqual(await client.nextClose(), { code: 9000, reason: "Invalid API key." });
  await client.closed();
});

add("Close codes", "9001 Subscribing before connecting.", async (ctx) => {
  const client = await ctx.sockjs();
  client.send("SUBSCRIBE x");
  assert.deepEqual(await client.nextClose(), {
    code: 9001,
    reason: "Subscribing before connecting.",
  });
  await client.closed();
});

add("Close codes", "9002 Server closed the connection (intentionally).", async (ctx) => {
  const client = await ctx.subscriber();
  await ctx.rest().disconnect(client.user);
  assert.deepEqual(await client.nextClose(), {
    code: 9002,
    reason: "Server closed the connection (intentionally).",
  });
  await client.closed();
});

add("Close codes", "3000 range for other closes by the server, such as its shutdown", async () => {
  await withOwnServer({}, async (own) => {
    const client = await own.subscriber();
    const ended = own.server.stop();
    const { code } = await client.nextClose();
    assert.ok(code >= 3000 && code < 3500, `code ${code} asks the client to come back`);
    await client.closed();
    await ended;
  });
});
