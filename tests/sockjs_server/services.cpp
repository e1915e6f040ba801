#include "tests/sockjs_server/services.hpp"

#include "actors/close_reason.hpp"
#include "actors/frame.hpp"
#include "actors/publication.hpp"
#include "encoding/json.hpp"
#include "transport/websocket/dialect.hpp"

#include <charconv>
#include <chrono>
#include <utility>

namespace thunderpush {

using namespace std::chrono_literals;

namespace {

// A message of 16 MiB and its echo must fit, several at a time: what becomes of
// slow clients is not for these services to show.
limit_settings generous() {
  limit_settings limits;
  limits.queue_bytes = std::size_t{64} << 20;
  return limits;
}

} // namespace

test_service::test_service(home& where) : home_(where), limits_(generous()) {}

// -- service_client ---------------------------------------------------------

service_client::service_client(caf::actor_config& config,
                               thunderpush::home& where,
                               const limit_settings& limits,
                               std::unique_ptr<client_link> link,
                               test_service& host)
  : pinned(config, where, limits, std::move(link)),
    host_(host),
    raw_(this->link()->transport() == websocket::raw_dialect().name()) {}

bool service_client::handle(std::string_view message) {
  host_.received(*this, message);
  return !is_closing();
}

void service_client::say(std::string_view text) {
  publication what;
  if (raw_)
    what.element = text;
  else
    append_json_string(what.element, text);
  deliver(frame_ptr{new frame{
    std::make_shared<const publication>(std::move(what)), home().now()}});
}

void service_client::opened() {
  host_.opened(*this);
}

void service_client::leave() {
  host_.left(*this);
}

endpoint& test_service::open(std::unique_ptr<client_link> link, visitor) {
  auto& made = home_.spawn<service_client>(limits_, std::move(link), *this);
  made.start();
  return made;
}

// -- services ----------------------------------------------------------------

void echo_service::received(service_client& from, std::string_view message) {
  from.say(message);
}

void close_service::opened(service_client& who) {
  who.close(close_reasons::go_away);
}

void amplify_service::received(service_client& from, std::string_view message) {
  constexpr unsigned most = 19;
  unsigned n = 0;
  std::from_chars(message.data(), message.data() + message.size(), n);
  if (n < 1 || n > most)
    n = 1;
  from.say(std::string(std::size_t{1} << n, 'x'));
}

void ticker_service::opened(service_client& who) {
  if (clients_.empty())
    home_.timers().start(*this, 1s);
  clients_.insert(&who);
}

void ticker_service::left(service_client& who) {
  clients_.erase(&who);
}

void ticker_service::expired() {
  for (auto* each : clients_)
    each->say("tick!");
  if (!clients_.empty())
    home_.timers().start(*this, 1s);
}

void broadcast_service::opened(service_client& who) {
  clients_.insert(&who);
}

void broadcast_service::left(service_client& who) {
  clients_.erase(&who);
}

void broadcast_service::received(service_client&, std::string_view message) {
  for (auto* each : all_)
    each->home_.post([each, text = std::string{message}] {
      // Whoever turns out to be too slow leaves meanwhile.
      const auto present = each->clients_;
      for (auto* who : present)
        who->say(text);
    });
}

} // namespace thunderpush
