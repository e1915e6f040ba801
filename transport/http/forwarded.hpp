#pragma once

#include "actors/http.hpp"
#include "config/ip_address.hpp"

#include <optional>
#include <span>

namespace thunderpush {

/// Whether one of the fields is an `X-Forwarded-For`.
bool is_forwarded(std::span<const http_field> fields) noexcept;

/// Whose request it is, if proxies have passed it on: each has added the
/// address of whom it got it from to the list in `X-Forwarded-For`, at its end.
/// So the list is read from its end for as long as the one who wrote an entry
/// is in `trusted`; the first who is not is the client, and what it wrote
/// itself counts for nothing. An entry that is no address ends the list; one
/// may have a port (`192.0.2.1:80`, `[2001:db8::1]:443`), and empty ones are
/// passed over (RFC 9110, 5.6.1).
///
/// `peer` is who has sent the request. None stands for the other end of a Unix
/// socket, which is always trusted: the permissions of its file have let it in.
std::optional<ip_address> original_client(const std::optional<ip_address>& peer,
                                          std::span<const http_field> fields,
                                          std::span<const ip_network> trusted);

} // namespace thunderpush
