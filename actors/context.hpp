#pragma once

#include "actors/admission.hpp"
#include "actors/app_access.hpp"
#include "actors/applications.hpp"
#include "actors/channel_rules.hpp"
#include "actors/identifiers.hpp"
#include "actors/interfaces.hpp"
#include "actors/token_verifier.hpp"
#include "config/settings.hpp"

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace thunderpush {

/// What actors go by. When the configuration is read again it is replaced.
struct policies {
  applications apps;
  limit_settings limits{};
  rule_book rules{};
  std::vector<app_access> access{}; ///< By application id.
  /// Null: no application has a key, no token is valid.
  std::shared_ptr<const token_verifier> tokens{};
  std::vector<app_quota> quotas{}; ///< By application id.

  const app_access& access_of(app_id app) const noexcept {
    static const app_access usual;
    const auto index = static_cast<std::size_t>(app);
    return index < access.size() ? access[index] : usual;
  }

  const app_quota& quota_of(app_id app) const noexcept {
    static const app_quota unlimited;
    const auto index = static_cast<std::size_t>(app);
    return index < quotas.size() ? quotas[index] : unlimited;
  }

  /// Whether only those subscribe whose token names the channel.
  bool needs_token(app_id app, std::string_view channel) const noexcept {
    const auto& who = access_of(app);
    return (who.has_token_key && !who.private_prefix.empty()
            && channel.starts_with(who.private_prefix))
           || rules.of(app, channel).needs_token;
  }
};

/// What all actors of a home share: where to find each other and the policies.
/// Read and, when the configuration is read again, changed on the home's thread
/// only; the addresses are complete before the first home runs.
struct context : policies {
  context(policies chosen, admission& entrance)
    : policies(std::move(chosen)),
      door(&entrance),
      usage(entrance.usage_of(apps.size())) {}

  admission* door;               ///< Of all homes.
  std::vector<app_usage*> usage; ///< On all homes, by application id.

  app_usage& usage_of(app_id app) const noexcept {
    return *usage[static_cast<std::size_t>(app)];
  }

  // By home.
  std::vector<directory_ref> directories{};
  std::vector<hub_ref> hubs{};
  std::vector<inspector_ref> inspectors{};

  /// The directory of the home on which the user's session, or the channel,
  /// lives.
  template <class Kind>
  const directory_ref& directory_of(const scoped_name<Kind>& id) const {
    return directories[hash_value(id) % directories.size()];
  }
};

} // namespace thunderpush
