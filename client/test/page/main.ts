// ?server=127.0.0.1:8080&key=public&user=alice&channel=news
import { Thunder } from "thunderpush";

interface Greeting {
  text: string;
}

const query = Object.fromEntries(new URLSearchParams(location.search));
const { server = location.host, key = "public", user = "", channel = "news" } = query;
const state = document.querySelector("#state")!;
const messages = document.querySelector("#messages")!;

const thunder = new Thunder({ server, key, user });

thunder.on("state", (now) => {
  state.textContent = now;
});

thunder
  .channel<Greeting>(channel)
  .on("message", ({ text }) => {
    const item = document.createElement("li");
    item.textContent = text;
    messages.append(item);
  })
  .subscribe();

thunder.connect();
