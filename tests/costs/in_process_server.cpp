#include "tests/costs/in_process_server.hpp"

#include "actors/hub.hpp"
#include "config/log.hpp"

#include <memory>
#include <utility>

#include "daemon/settings_of_parts.hpp"

namespace thunderpush::costs {

namespace {

settings usual() {
  settings chosen;
  app_settings app;
  app.name = "main";
  app.key = in_process_server::key;
  app.secret = in_process_server::secret;
  chosen.apps.push_back(std::move(app));
  return chosen;
}

} // namespace

in_process_server::in_process_server(std::size_t homes, home::time_source time)
  : chosen_(usual()),
    apps_(applications_of(chosen_)),
    node_(policies_of(apps_, chosen_), homes, time) {
  start_logging(log_level::warning);
  const auto access = credentials_of(apps_, chosen_);
  for (std::size_t i = 0; i < homes; ++i) {
    auto& where = node_.at(i);
    auto& here = branches_.emplace_back();
    here.http = public_http_settings_of(chosen_, node_.door());
    here.sockjs = sockjs_settings_of(chosen_);
    auto& api = where.spawn<gateway>(node_.shared(i), access);
    handlers_.push_back(api.ref());
    here.offer.add("/api/", std::make_shared<handler_mount>(api));
    here.offer.add("/connect",
                   std::make_shared<sockjs::service>(
                     "/connect", where, node_.hub_at(i), here.sockjs, places_));
    places_.push_back(site_branch{&where, &here.offer, &here.http});
  }
}

in_process_server::~in_process_server() {
  node_.stop();
}

void in_process_server::accept(std::size_t home, int socket) {
  const auto& place = places_[home];
  std::make_shared<http_connection>(*place.where, client_stream{socket},
                                    *place.offer, *place.settings)
    ->start();
}

void in_process_server::run() {
  for (bool busy = true; busy;) {
    busy = false;
    for (std::size_t i = 0; i < node_.size(); ++i)
      busy = node_.at(i).poll() || busy;
  }
}

home_counters in_process_server::counted() {
  home_counters sum;
  for (std::size_t i = 0; i < node_.size(); ++i)
    sum += node_.at(i).counters();
  return sum;
}

std::size_t in_process_server::actors(actor_kind kind) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < node_.size(); ++i)
    sum += node_.at(i).actors().by_kind()[static_cast<std::size_t>(kind)];
  return sum;
}

} // namespace thunderpush::costs
