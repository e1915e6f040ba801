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

/// The operators' dashboard. HTML, which loads `dashboard.js` and
/// `dashboard.css` from beside it and asks the endpoint that served it.
std::string_view dashboard_page() noexcept;

/// Its script, with the licence of what is bundled in it.
std::string_view dashboard_script() noexcept;

/// Its style sheet, with the same.
std::string_view dashboard_style() noexcept;

/// openapi.json, the description of the admin endpoint.
std::string_view admin_description() noexcept;

} // namespace thunderpush
