#pragma once

#include "config/settings.hpp"
#include "config/text_file.hpp"
#include "ctl/address.hpp"
#include "ctl/failure.hpp"
#include "ctl/options.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush::ctl {

/// The server's two ports.
enum class listener_kind : std::uint8_t {
  front, ///< REST API and clients.
  admin, ///< For operators.
};

struct listener {
  address at;
  listener_kind kind = listener_kind::front;
  bool secure = false; ///< Speaks TLS, which this program does not.

  /// For whoever cannot reach it.
  std::string_view advice() const;
};

/// The server as far as the command line, the environment and its own
/// configuration tell.
struct target {
  listener front;
  std::optional<listener> admin; ///< Nothing if it is off.
  std::string admin_token;       ///< May be empty. Never printed.
  std::vector<app_settings> apps;
};

/// Reads the configuration as the server does; the command line is stronger.
/// `environment` holds `NAME=VALUE` texts.
result<target> find_target(const options& asked,
                           std::span<const std::string> environment,
                           const file_reader& read_file);

/// What a command needs to know of an application.
enum class credentials : std::uint8_t { key, key_and_secret };

/// The application that the call is about.
result<app_settings> choose_app(const options& asked, const target& server,
                                credentials needed);

} // namespace thunderpush::ctl
