#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace thunderpush {

/// What a request of the REST API asks for.
enum class rest_operation : std::uint8_t {
  count_users,      ///< GET users/
  find_user,        ///< GET users/U/
  send_to_user,     ///< POST users/U/
  disconnect_user,  ///< DELETE users/U/
  list_channel,     ///< GET channels/C/
  publish,          ///< POST channels/C/
  show_permissions, ///< OPTIONS on any of these: no key, secret or name counts.
};

/// A request that has a meaning; whether it is permitted is another question.
struct rest_call {
  rest_operation operation;
  std::string key;  ///< Public key of an app, decoded; perhaps of no app.
  std::string name; ///< User id or channel, decoded UTF-8 without NUL. A
                    ///< channel may have a name that no channel can have.
};

/// No such path in the API.
struct unknown_path {};

/// The path exists, but not with this method.
struct method_not_allowed {
  std::string_view allow; ///< Value of the `Allow` field; static storage.
};

/// A key or name whose percent escapes make no UTF-8 text, or contain NUL.
struct bad_name {};

using route_error = std::variant<unknown_path, method_not_allowed, bad_name>;
using route = std::variant<rest_call, route_error>;

/// Reads what a request for `target` (path and query as sent) asks for. The
/// path is split before it is decoded, and decoded once: dots and repeated
/// slashes mean nothing, a user id takes all up to the final slash. The query
/// counts for nothing. Of several errors the first of unknown path, method and
/// name is reported. Pure; callable from any thread.
route parse_route(std::string_view method, std::string_view target);

} // namespace thunderpush
