#pragma once

#include "actors/applications.hpp"
#include "actors/context.hpp"
#include "api/credentials.hpp"
#include "config/settings.hpp"
#include "transport/http/connection.hpp"
#include "transport/sockjs/service.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace thunderpush {

// What the settings of the daemon mean to its parts.

std::vector<applications::application> applications_of(const settings& chosen);

/// `apps` are those of `chosen`.
policies policies_of(const applications& apps, const settings& chosen);

/// By application id: one that is gone admits nobody.
std::shared_ptr<const credentials> credentials_of(const applications& apps,
                                                  const settings& chosen);

/// Of pages that may connect to some app.
origin_list origins_of(const settings& chosen);

/// Of a listener that anybody may ask as often as he likes, and where nobody is
/// taken for somebody else: that of operators.
http_settings http_settings_of(const limit_settings& limits);

/// Of the listeners for clients. `door` outlives the result.
http_settings public_http_settings_of(const settings& chosen, admission& door);

/// The listeners for clients: that of [server], which has no name, and each
/// [listener.NAME].
std::vector<listener_settings> public_listeners_of(const settings& chosen);

sockjs::service_settings sockjs_settings_of(const settings& chosen);

} // namespace thunderpush
