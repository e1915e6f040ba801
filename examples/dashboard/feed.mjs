// An imaginary shop: publishes its orders a minute every second, and now and
// then an event. Ends with Ctrl-C.
const { SERVER = "127.0.0.1:8080", KEY = "public", SECRET = "secret" } = process.env;
const INTERVAL = 1000; // ms
const EVENTS = [
  { kind: "order", text: "A large order from Oslo" },
  { kind: "stock", text: "Raincoats are nearly sold out" },
  { kind: "review", text: "Five stars for the umbrella" },
  { kind: "refund", text: "One teapot came back" },
];

async function publish(channel, value) {
  const answer = await fetch(`http://${SERVER}/api/1.0.0/${KEY}/channels/${channel}/`, {
    method: "POST",
    headers: { "X-Thunder-Secret-Key": SECRET, "Content-Type": "application/json" },
    body: JSON.stringify(value),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
}

let orders = 120;

async function tick() {
  const at = Date.now();
  orders = Math.max(0, Math.round(orders + (120 - orders) * 0.05 + (Math.random() - 0.5) * 30));
  try {
    await publish("shop-orders", { at, value: orders });
    if (Math.random() < 0.25) {
      const event = EVENTS[Math.floor(Math.random() * EVENTS.length)];
      await publish("shop-events", { at, ...event });
    }
  } catch (error) {
    console.error(error.cause?.message ?? error.message);
  }
  setTimeout(tick, INTERVAL);
}

tick();
