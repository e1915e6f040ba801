#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace thunderpush::sockjs {

/// Why a request names no function that can be called.
struct callback_error {
  std::string_view text; ///< For the client; static storage.
};

/// The function that the query of a request names in its field `c`, decoded:
/// 1 to 32 of the characters `a-z A-Z 0-9 - _ .`, so that it cannot be anything
/// but a name where it is put into a script.
std::variant<std::string, callback_error> find_callback(std::string_view query);

} // namespace thunderpush::sockjs
