#pragma once

#include "tests/load/endpoint.hpp"
#include "tests/load/session_transport.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush::load {

/// The path of the n-th session of a run, with a last segment such as `xhr`.
std::string session_path(std::uint64_t n, std::string_view last);

/// Texts that need no escapes as a JSON array of strings.
std::string to_json_array(const std::vector<std::string>& texts);

/// The callback that transports with one are asked for.
inline constexpr std::string_view sockjs_callback = "_jp.load";

/// The request that receives, over one of the HTTP transports.
std::string receive_request(const endpoint& server, session_transport how,
                            std::uint64_t n);

/// The request that sends messages: `jsonp_send` for jsonp, else `xhr_send`. Of
/// the two forms of jsonp_send every other session uses the one with a field.
std::string send_request(const endpoint& server, session_transport how,
                         std::uint64_t n,
                         const std::vector<std::string>& messages);

} // namespace thunderpush::load
