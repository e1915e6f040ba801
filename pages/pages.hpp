#pragma once

#include <string_view>

namespace thunderpush {

/// The demonstration page: connects by WebSocket, shows what arrives and how
/// to send something. HTML, complete in itself.
std::string_view demo_page() noexcept;

/// The client library, as a script that defines `Thunder`.
std::string_view client_script() noexcept;

/// The same as an ES module.
std::string_view client_module() noexcept;

/// sockjs-client, which connects where WebSocket does not, with its licence.
std::string_view sockjs_client() noexcept;

} // namespace thunderpush
