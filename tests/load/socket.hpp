#pragma once

#include "tests/load/descriptor.hpp"
#include "tests/load/endpoint.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace thunderpush::load {

/// A TCP connection that has been started, or why it could not be.
struct connection_attempt {
  descriptor socket;
  std::error_code error;
};

/// How much the kernel takes on behalf of a peer that reads nothing.
enum class buffering {
  usual, ///< Some megabytes on loopback.
  small, ///< Some ten kilobytes, on both ends.
};

/// Starts a non-blocking connection from the n-th source address. It is
/// established or refused once the socket is writable; see pending_error.
connection_attempt start_connection(const endpoint& to, std::uint64_t n,
                                    buffering how = buffering::usual);

/// The outcome of start_connection, taken from the socket.
std::error_code pending_error(const descriptor& socket);

/// Sends as much of `bytes` as the socket takes, removing it from there.
/// A dead peer makes it drop the rest: the reading side tells how it died.
void send_some(const descriptor& socket, std::string& bytes);

/// Ends the sending direction: the peer sees FIN and may still send.
void finish_sending(const descriptor& socket);

/// Lets the kernel delay acknowledgements instead of sending the first few at
/// once, as it does by itself in connections that have been used for a while.
void delay_acknowledgements(const descriptor& socket);

/// Closes so that the peer sees RST instead of FIN.
void close_with_reset(descriptor& socket);

} // namespace thunderpush::load
