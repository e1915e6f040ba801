#pragma once

#include <string_view>

namespace thunderpush {

/// The demonstration page: connects by WebSocket, shows what arrives and how
/// to send something. HTML, complete in itself.
std::string_view demo_page() noexcept;

} // namespace thunderpush
