#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <sys/types.h>

namespace thunderpush {

/// Why nobody can listen there, for whoever has asked for it.
class listen_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// A socket that listens, of TCP or a Unix socket, and does not block. Ends
/// with its owner. Those that make one throw `listen_error`.
class listening_socket {
public:
  /// None.
  listening_socket() = default;
  listening_socket(listening_socket&& from) noexcept;
  listening_socket& operator=(listening_socket&& from) noexcept;
  ~listening_socket() { close(); }

  /// Binds and listens. `host` is a name or an address; empty: all interfaces,
  /// IPv6 and IPv4.
  static listening_socket at_port(const std::string& host, std::uint16_t port);

  /// The same at a path of the file system, or with a name in the abstract
  /// namespace (`@NAME`), unix(7). The file has these permissions before
  /// anybody can connect. A socket that a dead server has left behind there is
  /// removed; one that somebody listens on, or a file of another kind, is an
  /// error.
  static listening_socket at_path(const std::string& path, unsigned mode);

  /// Takes over one that listens already, as systemd hands them on.
  static listening_socket adopted(int socket);

  /// Clients inherit from it that Nagle's algorithm is off, which saves a
  /// system call for each of them. Who connects by TCP is accepted once it has
  /// said something or hung up, or after a second or more of silence.
  int descriptor() const noexcept { return socket_; }

  /// Address and port, as in a URL, or `unix:PATH`. Stays when it is closed.
  const std::string& address() const noexcept { return address_; }

  /// Nobody can connect any more. Removes the file of a Unix socket, if it is
  /// the one that was made here.
  void close() noexcept;

private:
  // What tells a file from others that had its path.
  struct identity {
    dev_t device = 0;
    ino_t number = 0;

    bool operator==(const identity&) const = default;
  };

  static identity identity_of(const std::string& path) noexcept;

  std::string address_;
  std::string path_; // of the file to remove; empty: none
  identity file_;
  int socket_ = -1;
};

} // namespace thunderpush
