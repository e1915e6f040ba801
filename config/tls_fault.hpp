#pragma once

#include "config/settings.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace thunderpush {

/// Why a listener cannot speak TLS with the files that it was given.
struct tls_fault {
  std::string_view option; ///< That names the file: `tls_key`.
  std::string why;         ///< With the file's path.
};

/// Looks at the files of a listener; nothing if they can be used.
using tls_check = std::function<std::optional<tls_fault>(const tls_settings&)>;

} // namespace thunderpush
